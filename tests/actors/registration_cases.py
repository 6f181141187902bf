"""How registration's operations are asked for."""

from datetime import UTC, datetime

from actors.case import Case


def csv() -> tuple[bytes, str]:
    """A file with a header alone."""
    return b"name;vat;siret;address;postcode;city;first_name;last_name;email\n", "text/csv"


_NOT_THERE = frozenset({401, 403, 404})
_NONE_ASKS = "nobody asks for access here; services/registration/tests/test_support_connected.py does"
_TICKET = {"topic": "other", "subject": "-", "text": "asked by the tenant matrix"}
OF_A_TICKET = "of a ticket; services/registration/tests/test_tickets_connected.py asks as owner and as stranger"
_BROUGHT = "writes to people; services/registration/tests/test_bringing_connected.py does, across companies too"
_OF_ONESELF = "changes how somebody signs in; services/registration/tests/test_second_factor_connected.py does it"
_ADDRESSES = "changes how somebody signs in; services/registration/tests/test_addresses_connected.py does it"
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""The smallest PNG."""
REGISTRATION: dict[str, Case] = {
    "list_factors": Case("supplier", foreign="own", reader=True, identified=True),
    "list_addresses": Case("supplier", foreign="own", reader=True, identified=True),
    "add_address": Case("supplier", dict, foreign="own", reader=True, identified=True, void=_ADDRESSES),
    "make_address_primary": Case(
        "supplier", dict, {"address_id": "canary_id"}, foreign="own", reader=True, identified=True, void=_ADDRESSES
    ),
    "remove_address": Case(
        "supplier", dict, {"address_id": "canary_id"}, foreign="own", reader=True, identified=True, void=_ADDRESSES
    ),
    "list_sessions": Case("supplier", foreign="own", reader=True, identified=True),
    "set_up_factor": Case("supplier", dict, foreign="own", reader=True, identified=True, void=_OF_ONESELF),
    "confirm_factor": Case(
        "supplier", dict, {"factor_id": "canary_id"}, foreign="own", reader=True, identified=True, void=_OF_ONESELF
    ),
    "remove_factor": Case(
        "supplier", dict, {"factor_id": "canary_id"}, foreign="own", reader=True, identified=True, void=_OF_ONESELF
    ),
    "renew_recovery_codes": Case("supplier", dict, foreign="own", reader=True, identified=True, void=_OF_ONESELF),
    "change_password": Case("supplier", dict, foreign="own", reader=True, identified=True, void=_OF_ONESELF),
    "end_session": Case(
        "supplier",
        renamed={"session_id": "canary_id"},
        foreign="own",
        reader=True,
        identified=True,
        void="ends a session of one's own; the same test does it",
    ),
    "end_other_sessions": Case(
        "supplier", foreign="own", reader=True, identified=True, void="other tests of this mesh are signed in too"
    ),
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
        "buyer",
        lambda s: {"name": s["canary"], "scopes": ["orders:read"]},
        {"company_id": "buyer_id"},
        void="a company has few clients; the subject's own was made by this operation",
    ),
    "rotate_client": Case("buyer", lambda s: {"overlap_hours": 1}, {"company_id": "buyer_id"}),
    "delete_client": Case("buyer", renamed={"company_id": "buyer_id"}),
    "read_grant": Case("supplier", renamed={"company_id": "supplier_id"}, reader=True, identified=True),
    "set_grant": Case("operator", lambda s: {"transactions": None}, {"company_id": "supplier_id"}),
    "list_units": Case("buyer", foreign="own", reader=True, identified=True),
    "make_unit": Case(
        "buyer",
        lambda s: {"name": f"{s['fresh']} {datetime.now(UTC).isoformat()}"},
        foreign="own",
        void="units are kept for good; the subject's own was made by this operation",
    ),
    "change_unit": Case("buyer", lambda s: {"settings": {"support_contact": s["canary"]}}, version="unit_version"),
    "list_connections": Case("buyer", foreign="own", reader=True),
    "read_connection": Case("buyer", reader=True),
    "request_connection": Case(
        "supplier",
        lambda s: {"unit_id": s["unit_id"]},
        foreign="public",
        void="a unit is asked once; the subject's own connection was asked for by this operation",
    ),
    "accept_connection": Case("buyer", lambda s: {"consent": True, "supplier_number": s["canary"]}),
    "settle_connection": Case("buyer", lambda s: {"consent": False}),
    "list_acceptances": Case("buyer", renamed={"company_id": "buyer_id"}, reader=True),
    "list_access_requests": Case("buyer", foreign="own"),
    "accept_access_request": Case(
        "buyer",
        lambda s: {"roles": ["viewer"]},
        {"request_id": "canary_id"},
        foreign_status=_NOT_THERE,
        void=_NONE_ASKS,
    ),
    "refuse_access_request": Case(
        "buyer", renamed={"request_id": "canary_id"}, foreign_status=_NOT_THERE, void=_NONE_ASKS
    ),
    "bring_file": Case(
        "buyer", query={"side": "supplier", "name": "matrix"}, foreign="own", void=_BROUGHT, content=csv
    ),
    "bring_one": Case("buyer", lambda s: {"side": "customer", "entity": {}}, foreign="own", void=_BROUGHT),
    "list_campaigns": Case("buyer", foreign="own", reader=True),
    "list_prospects": Case("buyer", query={"side": "supplier"}, foreign="own", reader=True),
    "read_campaign": Case("buyer", renamed={"campaign_id": "canary_id"}, reader=True, void=_BROUGHT),
    "read_campaign_errors": Case("buyer", renamed={"campaign_id": "canary_id"}, reader=True, void=_BROUGHT),
    "remind_campaign": Case("buyer", renamed={"campaign_id": "canary_id"}, void=_BROUGHT),
    "read_prospect": Case("buyer", renamed={"prospect_id": "canary_id"}, reader=True, void=_BROUGHT),
    "open_ticket": Case("supplier", lambda s: _TICKET | {"subject": s["fresh"]}, foreign="own", reader=True),
    "read_desk": Case("supplier", query={"topic": "orders", "unit_id": "{unit_id}"}, foreign="own", reader=True),
    "list_tickets": Case("supplier", foreign="own", reader=True),
    "read_ticket": Case("supplier", reader=True, void=OF_A_TICKET, renamed={"ticket_id": "canary_id"}),
    "write_to_support": Case(
        "supplier", lambda s: {"text": s["fresh"]}, {"ticket_id": "canary_id"}, reader=True, void=OF_A_TICKET
    ),
    "add_ticket_file": Case(
        "supplier",
        content=lambda: (b"matrix", "text/plain"),
        query={"name": "matrix.txt"},
        renamed={"ticket_id": "canary_id"},
        reader=True,
        void=OF_A_TICKET,
    ),
    "read_ticket_file": Case(
        "supplier",
        reader=True,
        void=OF_A_TICKET,
        renamed={"ticket_id": "canary_id", "file_id": "canary_id"},
    ),
    "export_audit": Case("buyer", renamed={"company_id": "buyer_id"}),
    "read_about_me": Case("supplier", foreign="own", reader=True, identified=True),
    "search_partners": Case("supplier", query={"q": "brasseries"}, foreign="public", reader=True),
    "read_partner": Case("supplier", renamed={"company_id": "buyer_id"}, foreign="public", reader=True),
    "list_partner_contacts": Case("supplier", renamed={"company_id": "buyer_id"}, reader=True),
    "propose_contact": Case(
        "supplier",
        lambda s: {"email": f"{s['fresh'].lower()}.contact@tests.navette.example", "name": s["fresh"]},
        {"company_id": "buyer_id"},
    ),
    "list_contact_proposals": Case("supplier", renamed={"company_id": "buyer_id"}, foreign="own", reader=True),
    "list_mails": Case("buyer", renamed={"company_id": "buyer_id"}),
    "read_plan": Case("supplier", foreign="own", reader=True, identified=True),
    "list_purchases": Case("supplier", foreign="own"),
    "buy_pack": Case(
        "supplier",
        lambda s: {"pack": "S"},
        foreign="own",
        void="what is bought stays; services/registration/tests/test_partners_connected.py buys",
    ),
    "notify_ready": Case("buyer", lambda s: {"contact": s["canary"]}),
    "ask_before_ready": Case("supplier", lambda s: {"text": s["canary"]}),
    "answer_before_ready": Case("buyer", lambda s: {"text": s["canary"]}),
    "confirm_ready": Case("supplier"),
    "disconnect": Case("buyer", lambda s: {"confirm": s["supplier_name"]}),
    "refuse_connection": Case(
        "buyer",
        lambda s: {"reason": s["fresh"]},
        void="only a request is refused, and the subject's was accepted above",
    ),
    "list_users": Case("buyer", foreign="own", reader=True),
    "ask_in": Case(
        "buyer",
        lambda s: {"email": f"{s['fresh'].lower()}@tests.navette.example", "name": "Jean Neuf", "roles": ["viewer"]},
        foreign="own",
        void="it sends mails at a limited rate; the subject's own invitation was made by this operation",
    ),
    "change_user": Case("buyer", lambda s: {"roles": ["viewer"]}, {"user_id": "viewer_id"}),
    "transfer_administration": Case(
        "buyer",
        renamed={"user_id": "canary_id"},
        void="the demo's administrator stays; services/registration/tests/test_people_connected.py hands over",
    ),
    "remove_user": Case("buyer", renamed={"user_id": "invited_id"}),
}
