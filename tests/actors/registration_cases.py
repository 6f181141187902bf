"""How registration's operations are asked for."""

import json
from functools import partial

from actors.case import Case, Subject


def csv() -> tuple[bytes, str]:
    """A file with a header alone."""
    return b"name;vat;siret;address;postcode;city;first_name;last_name;email\n", "text/csv"


_TICKET = {"topic": "other", "subject": "-", "text": "asked by the tenant matrix"}
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""The smallest PNG."""


_of_oneself = partial(Case, "member", foreign="own", reader=True, identified=True)
"""Something of a person's own: whoever else asks it asks it about themselves, with a password that is not theirs."""


def _password(s: Subject) -> dict[str, str]:
    return {"password": s["password"]}


REGISTRATION: dict[str, Case] = {
    "list_factors": _of_oneself(),
    "list_addresses": _of_oneself(),
    "add_address": _of_oneself(
        lambda s: _password(s) | {"email": f"{s['fresh'].lower()}.further@tests.navette.example"}
    ),
    "remove_address": _of_oneself(_password, {"address_id": "spare_address_id"}),
    "make_address_primary": _of_oneself(_password),
    "list_sessions": _of_oneself(),
    # No code of the factor's own is known here but by chance.
    "confirm_factor": _of_oneself(
        lambda s: {"challenge": s["factor_challenge"], "code": "000000"}, refusal="FACTOR_NOT_PROVED"
    ),
    "remove_factor": _of_oneself(_password),
    "set_up_factor": _of_oneself(lambda s: _password(s) | {"kind": "totp", "name": s["canary"]}),
    "renew_recovery_codes": _of_oneself(_password),
    "end_session": _of_oneself(),
    "end_other_sessions": _of_oneself(),
    "change_password": _of_oneself(lambda s: {"current": s["password"], "new": s["password"]}),
    "read_sign_in_policy": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True, identified=True),
    "set_sign_in_policy": Case(
        "buyer",
        lambda s: {"methods": ["totp", "passkey", "sms", "email"]},
        {"company_id": "buyer_id"},
    ),
    "read_company": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True, identified=True),
    "change_company": Case(
        "buyer", lambda s: {"language": "fr"}, {"company_id": "buyer_id"}, version="company_version"
    ),
    "list_company_versions": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True),
    "read_profile": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True, identified=True),
    "change_profile": Case(
        "buyer",
        lambda s: {"contacts": [{"name": s["canary"], "purpose": "billing", "phone": "+33388000000"}]},
        {"company_id": "buyer_id"},
        version="profile_version",
    ),
    "list_profile_versions": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True, identified=True),
    "read_logo": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True, identified=True),
    "set_logo": Case("buyer", lambda s: {"content": _PIXEL}, {"company_id": "buyer_id"}),
    "remove_logo": Case("buyer", renamed={"company_id": "buyer_id"}),
    "read_back_end": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True),
    "list_clients": Case("buyer", renamed={"company_id": "buyer_id"}),
    "make_client": Case(
        "buyer", lambda s: {"name": s["canary"], "scopes": ["orders:read"]}, {"company_id": "buyer_id"}
    ),
    "rotate_client": Case("buyer", lambda s: {"overlap_hours": 1}, {"company_id": "buyer_id"}),
    "delete_client": Case("buyer", renamed={"company_id": "buyer_id"}),
    "read_grant": Case("supplier", renamed={"company_id": "supplier_id"}, reader=True, identified=True),
    "set_grant": Case("operator", lambda s: {"transactions": None}, {"company_id": "supplier_id"}),
    "list_units": Case("buyer", foreign="own", reader=True, identified=True),
    # Units are kept for good.
    "make_unit": Case("buyer", lambda s: {"name": "Achats"}, foreign="own", refusal="UNIT_NAME_TAKEN"),
    "change_unit": Case("buyer", lambda s: {"settings": {"support_contact": s["canary"]}}, version="unit_version"),
    "list_unit_versions": Case("buyer", reader=True),
    "read_group": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True),
    "ask_entity": Case(
        "buyer", lambda s: {"entity_id": s["listed_id"]}, {"company_id": "buyer_id"}, refusal="GROUP_LINK_EXISTS"
    ),
    "agree_to_group": Case("buyer", renamed={"company_id": "buyer_id", "link_id": "asked_link_id"}),
    "end_group_link": Case("buyer", renamed={"company_id": "buyer_id"}),
    "read_partner_group": Case("supplier", renamed={"company_id": "buyer_id"}, foreign="own", reader=True),
    "list_connections": Case("buyer", foreign="own", reader=True),
    "read_connection": Case("buyer", reader=True),
    # Each company that the matrix asks as has asked this unit before.
    "request_connection": Case(
        "supplier", lambda s: {"unit_id": s["asked_unit_id"]}, foreign="own", refusal="CONNECTION_EXISTS"
    ),
    "request_connections": Case("supplier", lambda s: {"unit_ids": [s["asked_unit_id"]]}, foreign="own"),
    "accept_connection": Case("buyer", lambda s: {"consent": True, "supplier_number": s["canary"]}),
    "settle_connection": Case("buyer", lambda s: {"consent": False}),
    "list_acceptances": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True),
    "list_access_requests": Case("buyer", foreign="own"),
    "accept_access_request": Case("buyer", lambda s: {"roles": ["viewer"]}, {"request_id": "accepted_request_id"}),
    "refuse_access_request": Case("buyer", renamed={"request_id": "refused_request_id"}),
    "bring_file": Case("buyer", query={"side": "supplier", "unit_id": "{unit_id}", "name": "matrix"}, content=csv),
    "bring_one": Case(
        "buyer",
        lambda s: {"side": "supplier", "unit_id": s["unit_id"], "entity": json.loads(s["entity"])},
    ),
    "list_campaigns": Case("buyer", foreign="own", reader=True),
    "list_prospects": Case("buyer", query={"side": "supplier"}, foreign="own", reader=True),
    "read_campaign": Case("buyer", reader=True),
    "read_campaign_errors": Case("buyer", reader=True),
    "remind_campaign": Case("buyer"),
    "read_prospect": Case("buyer", reader=True),
    "open_ticket": Case("supplier", lambda s: _TICKET | {"subject": s["fresh"]}, foreign="own", reader=True),
    "read_desk": Case("supplier", query={"topic": "orders", "unit_id": "{unit_id}"}, foreign="own", reader=True),
    "list_tickets": Case("supplier", foreign="own", reader=True),
    "read_ticket": Case("supplier", reader=True),
    "write_to_support": Case("supplier", lambda s: {"text": s["fresh"]}, reader=True),
    "hand_ticket_over": Case("buyer", lambda s: {"topic": "technical"}, {"ticket_id": "desk_ticket_id"}),
    "add_ticket_file": Case(
        "supplier", content=lambda: (b"matrix", "text/plain"), query={"name": "matrix.txt"}, reader=True
    ),
    "read_ticket_file": Case("supplier", renamed={"file_id": "ticket_file_id"}, reader=True),
    "export_audit": Case("buyer", renamed={"company_id": "buyer_id"}),
    "read_about_me": Case("supplier", foreign="own", reader=True, identified=True),
    "search_partners": Case("supplier", query={"q": "brasseries"}, foreign="own", reader=True),
    "read_partner": Case("supplier", renamed={"company_id": "buyer_id"}, foreign="own", reader=True),
    "list_partner_contacts": Case("supplier", renamed={"company_id": "buyer_id"}, reader=True),
    "propose_contact": Case(
        "buyer",
        lambda s: {"email": f"{s['fresh'].lower()}.contact@tests.navette.example", "name": s["fresh"]},
        {"company_id": "supplier_id"},
    ),
    "list_contact_proposals": Case("supplier", renamed={"company_id": "buyer_id"}, foreign="own", reader=True),
    "list_mails": Case("buyer", renamed={"company_id": "buyer_id"}),
    "read_plan": Case("supplier", foreign="own", reader=True, identified=True),
    "change_level": Case("supplier", lambda s: {"level": "free"}, foreign="own", elsewhere=frozenset({"NO_PLAN"})),
    "list_purchases": Case("supplier", foreign="own"),
    "buy_pack": Case("supplier", lambda s: {"pack": "S"}, foreign="own"),
    "notify_ready": Case("buyer", lambda s: {"contact": s["canary"]}),
    "ask_before_ready": Case("supplier", lambda s: {"text": s["canary"]}),
    "answer_before_ready": Case("buyer", lambda s: {"text": s["canary"]}),
    "confirm_ready": Case("supplier"),
    "disconnect": Case("buyer", lambda s: {"confirm": s["supplier_name"]}),
    "refuse_connection": Case("buyer", lambda s: {"reason": s["fresh"]}, {"connection_id": "asked_connection_id"}),
    "list_rights": Case("buyer", foreign="own", reader=True, identified=True),
    "list_users": Case("buyer", foreign="own", reader=True),
    "ask_in": Case(
        "buyer",
        lambda s: {"email": f"{s['fresh'].lower()}@tests.navette.example", "name": "Jean Neuf", "roles": ["viewer"]},
        foreign="own",
    ),
    "change_user": Case(
        "buyer", lambda s: {"roles": ["viewer"], "given": ["tickets:answer"]}, {"user_id": "viewer_id"}
    ),
    "transfer_administration": Case("member", renamed={"user_id": "former_id"}),
    "remove_user": Case("buyer", renamed={"user_id": "invited_id"}),
}
