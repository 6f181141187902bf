"""Every operation of the seven OpenAPI descriptions, and how it is asked for about something that exists.

Bodies and ids come from a `Subject`: objects of the demo's buyer and supplier that one run made for itself.
"""

import json
from datetime import UTC, datetime
from functools import cache

from actors.case import Case, Operation
from actors.documents import order_json, whole_receipt
from actors.mesh import EXAMPLES
from actors.registration_cases import OF_A_TICKET, REGISTRATION
from contracts.topics import SERVICES
from local_stack.layout import REPOSITORY

_METHODS = ("get", "post", "put", "patch", "delete")


@cache
def operations() -> tuple[Operation, ...]:
    """All of them, in the order of the descriptions."""
    found: list[Operation] = []
    for service in SERVICES:
        described = json.loads((REPOSITORY / "services" / service / "openapi.json").read_text())
        for path, methods in described["paths"].items():
            for method in _METHODS:
                if method in methods:
                    one = methods[method]
                    media = tuple(one.get("requestBody", {}).get("content", ()))
                    found.append(Operation(service, one["operationId"], method.upper(), path, media, one))
    return tuple(found)


def _invoice_xml() -> tuple[bytes, str]:
    return (EXAMPLES / "order-simple" / "invoice.ubl.xml").read_bytes(), "application/xml"


def _order_file() -> tuple[bytes, str]:
    return (EXAMPLES / "order-files" / "documents.ndjson").read_bytes(), "application/x-ndjson"


def _pdf() -> tuple[bytes, str]:
    return b"%PDF-1.7\n%%EOF\n", "application/pdf"


OPEN = frozenset(
    {
        "registration json_web_key_set",
        "registration issue_token",
        "registration register_company",
        "registration read_activation",
        "registration activate",
        "registration decline_consent",
        "registration request_access",
        "registration read_terms",
        "registration look_up_company",
        "registration open_ticket_outside",
        "registration read_desk_outside",
        "registration sign_in",
        "registration send_code",
        "registration prove_second_factor",
        "registration forget_password",
        "registration forget_name",
        "registration sign_out",
        "registration who_am_i",
        "signing verify_file",
    }
)
"""Where nobody needs to be signed in: the credentials are what is asked with."""

_PO_SYNC: dict[str, Case] = {
    "list_orders": Case("buyer", foreign="own", reader=True),
    "explain_order": Case("supplier", query={"number": "{order_number}"}, foreign="own", reader=True),
    "read_order": Case("supplier", reader=True),
    "publish_order": Case(
        "buyer",
        lambda s: order_json(s["order_number"]),
        query={"unit": "{demo_unit_id}"},
        foreign_status=frozenset({403, 422}),
    ),
    "record_receipt": Case("buyer", lambda s: whole_receipt(s["order_number"]), foreign_status=frozenset({403, 422})),
    "read_receipt": Case("buyer", reader=True),
    "list_partners": Case("supplier", foreign="own", reader=True),
    "list_revisions": Case("supplier", reader=True),
    "change_order": Case("buyer", lambda s: {"buyer_reference": s["canary"]}, {"order_id": "spare_order_id"}),
    "list_receipts": Case("buyer", foreign="own", reader=True),
    "accept_order": Case("supplier", renamed={"order_id": "spare_order_id"}),
    "respond_to_order": Case(
        "supplier",
        lambda s: {"lines": [{"identifier": "10", "quantity": "100"}], "note": s["canary"]},
        {"order_id": "spare_order_id"},
    ),
    "list_responses": Case("buyer", renamed={"order_id": "answered_order_id"}, reader=True),
    "read_response_document": Case("buyer", renamed={"order_id": "answered_order_id"}, reader=True),
    "announce_despatch": Case(
        "supplier",
        lambda s: {"number": f"{s['fresh']}-2", "lines": [{"identifier": "10", "quantity": "1"}]},
        {"order_id": "answered_order_id"},
    ),
    "list_despatches": Case("buyer", renamed={"order_id": "answered_order_id"}, reader=True),
    "read_despatch_document": Case("buyer", renamed={"order_id": "answered_order_id"}, reader=True),
    "archive_order": Case("supplier", renamed={"order_id": "spare_order_id"}),
    "restore_order": Case("supplier", renamed={"order_id": "spare_order_id"}),
    "send_order_file": Case("buyer", content=_order_file, foreign="own"),
    "list_order_files": Case("buyer", foreign="own", reader=True),
    "read_order_file": Case("buyer", reader=True),
    "list_order_file_rows": Case("buyer", reader=True),
    "download_order_file_report": Case("buyer", reader=True),
    "close_order": Case("buyer", renamed={"order_id": "spare_order_id"}),
    "reopen_order": Case("buyer", renamed={"order_id": "spare_order_id"}),
    "reject_order": Case("supplier", lambda s: {"reason_code": "NO_STOCK"}, {"order_id": "spare_order_id"}),
}

_INVOICING: dict[str, Case] = {
    "list_billable_lines": Case("supplier", query={"order_id": "{order_id}"}, reader=True),
    "list_invoices": Case("supplier", foreign="own", reader=True),
    "read_invoice": Case("buyer", reader=True),
    "read_document": Case("buyer", reader=True),
    "read_timeline": Case("buyer", reader=True),
    "create_invoice": Case("supplier", lambda s: {"order_id": s["order_id"]}),
    "edit_invoice": Case(
        "supplier",
        lambda s: {"buyer_accounting_reference": s["canary"]},
        {"invoice_id": "draft_id"},
        version="draft_version",
    ),
    "list_attachments": Case("supplier", query={"invoice_id": "{spare_draft_id}"}, reader=True),
    "add_attachment": Case(
        "supplier",
        query={"invoice_id": "{spare_draft_id}", "name": "{fresh}.csv"},
        content=lambda: (b"a;b\n1;2\n", "text/csv"),
    ),
    "read_attachment": Case("supplier", reader=True),
    "remove_attachment": Case("supplier"),
    "list_templates": Case("supplier", foreign="own", reader=True),
    "create_template": Case("supplier", lambda s: {"invoice_id": s["draft_id"], "name": s["canary"]}),
    "change_template": Case("supplier", lambda s: {"shared": True}),
    "remove_template": Case("supplier"),
    "list_tax_codes": Case("supplier", foreign="own", reader=True),
    "set_tax_code": Case(
        "supplier",
        lambda s: {"name": "Test", "parts": [{"kind": "GST", "rate": "5", "registration": "RT0001"}]},
        {"code": "tax_code"},
        foreign="public",
    ),
    "remove_tax_code": Case("supplier", renamed={"code": "tax_code"}),
    "count_invoices": Case("supplier", foreign="own", reader=True),
    "read_balance": Case("supplier", foreign="own", reader=True),
    "mark_read": Case("buyer", reader=True),
    "mark_unread": Case("buyer", reader=True),
    "trash_invoice": Case("supplier", renamed={"invoice_id": "spare_draft_id"}),
    "list_trash": Case("supplier", foreign="own", reader=True),
    "restore_invoice": Case("supplier", renamed={"invoice_id": "spare_draft_id"}),
    "note_paper_invoice": Case(
        "buyer",
        lambda s: {"supplier_id": s["supplier_id"], "number": s["fresh"], "issue_date": "2026-11-02"},
    ),
    "list_paper_invoices": Case("buyer", foreign="own", reader=True),
    "remove_paper_invoice": Case("buyer", renamed={"paper_id": "canary_id"}, void="the subject noted none"),
    "agree_to_self_billing": Case("supplier", renamed={"buyer_id": "buyer_id"}, foreign="own"),
    "list_self_billing": Case("supplier", foreign="own", reader=True),
    "end_self_billing": Case("supplier", renamed={"buyer_id": "buyer_id"}, foreign="own"),
    "create_export": Case("supplier", lambda s: {"format": "csv"}, foreign="own", reader=True),
    "read_export": Case("supplier", reader=True),
    "download_export": Case("supplier", reader=True),
    "upload_invoices": Case("supplier", query={"name": "{fresh}.xml"}, content=_invoice_xml, foreign="own"),
    "read_upload": Case("supplier", reader=True),
    "create_correction": Case(
        "supplier", void="only a refused invoice is corrected; invoicing's own tests refuse one and do it"
    ),
    "create_credit_note": Case("supplier", lambda s: {"lines": [{"line": "1", "quantity": "1"}]}),
    "report_status": Case("buyer", lambda s: {"code": "204"}),
    "submit_invoice": Case("supplier", renamed={"invoice_id": "draft_id"}),
    "cancel_invoice": Case("supplier", lambda s: {"reason": "WITHDRAWN"}, {"invoice_id": "spare_draft_id"}),
}

_VALIDATION: dict[str, Case] = {
    "check_document": Case(
        "supplier", query={"unit": "{demo_unit_id}"}, content=_invoice_xml, foreign="own", reader=True, identified=True
    ),
    "waiting_checks": Case("supplier", foreign="own", reader=True),
    "rule_kinds": Case("supplier", foreign="own", reader=True, identified=True),
    "save_rulebook_draft": Case("buyer", lambda s: {"rules": []}, {"unit_id": "demo_unit_id"}),
    "rulebook_draft": Case("buyer", renamed={"unit_id": "demo_unit_id"}, reader=True),
    "test_rulebook_draft": Case("buyer", renamed={"unit_id": "demo_unit_id"}),
    "backtest_rulebook_draft": Case("buyer", renamed={"unit_id": "demo_unit_id"}),
    "rulebook": Case("buyer", renamed={"unit_id": "demo_unit_id"}, reader=True),
    "rulebook_versions": Case("buyer", renamed={"unit_id": "demo_unit_id"}, reader=True),
    "rulebook_version": Case(
        "buyer",
        renamed={"unit_id": "demo_unit_id", "version": "rulebook_version"},
        reader=True,
        void="this mesh's unit may have published none; tests/e2e reads its own",
    ),
    "rulebook_faults": Case("buyer", renamed={"unit_id": "demo_unit_id"}, reader=True),
    "publish_rulebook": Case(
        "buyer",
        renamed={"unit_id": "demo_unit_id"},
        void="a rule would judge every later invoice of this mesh; tests/e2e publishes one and takes it back",
    ),
    "roll_back_rulebook": Case(
        "buyer",
        lambda s: {"version": 0},
        {"unit_id": "demo_unit_id"},
        void="this mesh's unit may have published none; tests/e2e rolls its own back",
    ),
}

_SIGNING: dict[str, Case] = {
    "seal_certificates": Case("supplier", foreign="own", reader=True, identified=True),
    "find_original": Case("buyer", reader=True),
    "preview_invoice": Case("supplier", content=_invoice_xml, foreign="own", reader=True),
    "report_signatures": Case(
        "supplier",
        content=_pdf,
        foreign="own",
        reader=True,
        void="the smallest readable PDF is no subject of anybody; tests/judges and signing's own tests show good ones",
    ),
}

_ARCHIVE: dict[str, Case] = {
    "archived_originals": Case("buyer", foreign="own", reader=True),
    "create_archive_export": Case("buyer", lambda _: {}, foreign="own", reader=True),
    "read_archive_export": Case("buyer", renamed={"export_id": "archive_export_id"}, reader=True),
    "download_archive_export": Case(
        "buyer", renamed={"export_id": "archive_export_id", "number": "first_part"}, reader=True
    ),
    "log_heads": Case("buyer", foreign="own", reader=True, identified=True),
    "log_consistency": Case("buyer", query={"first": "1", "second": "1"}, foreign="own", reader=True, identified=True),
    "verify_original": Case("supplier", content=_pdf, foreign="own", reader=True),
    "archived_original": Case("buyer", reader=True),
    "archived_invoice": Case("supplier", reader=True),
    "archive_proof": Case("buyer", reader=True),
    "evidence_record": Case(
        "buyer",
        reader=True,
        void="a batch is time-stamped minutes later; services/archive/tests/test_evidence_over_years.py reads records",
    ),
    "proof_bundle": Case("supplier", reader=True),
    "elimination_certificate": Case(
        "supplier", reader=True, void="a term of days; services/archive/tests/test_holds_and_eliminations.py ends it"
    ),
    "signature_container": Case("supplier", reader=True, void="as the evidence record, which it holds"),
}

_NOTIFICATIONS: dict[str, Case] = {
    "stream_events": Case("supplier", query={"invoice_id": "{invoice_id}", "after": "0"}, foreign="own", reader=True),
    "read_feed": Case("buyer", foreign="own", reader=True),
    "get_preferences": Case("buyer", foreign="own", reader=True),
    "set_preferences": Case("buyer", lambda s: {"channel": s["channel"]}, foreign="own", reader=True),
    "track_invoice": Case("supplier", query={"invoice_id": "{invoice_id}"}, reader=True),
    "list_webhooks": Case("buyer", foreign="own", reader=True),
    "add_webhook": Case(
        "buyer",
        lambda s: {"url": "https://hooks.example.com/", "description": s["fresh"]},
        foreign="own",
        void="the subject's own was made by this operation",
    ),
    "get_webhook": Case("buyer", reader=True),
    "change_webhook": Case("buyer", lambda s: {"description": s["canary"]}),
    "list_webhook_deliveries": Case("buyer", reader=True),
    "get_webhook_delivery": Case("buyer", reader=True),
    "resend_webhook_delivery": Case("buyer"),
    "rotate_secret": Case("buyer"),
    "remove_webhook": Case("buyer"),
}

_LETTER = "needs a dead letter; tests/e2e/test_operations.py makes one and decides it"
_REPLAY = "of the plan that the subject made, which tests/e2e/test_operations.py starts"
_KEPT = "needs what outlived its term; services/archive/tests/test_holds_and_eliminations.py has it"
_REASON = {"reason": "asked by the tenant matrix"}
_OPERATING: dict[str, Case] = {
    "service_status": Case("operator"),
    "audit_verified": Case("operator"),
    "parked_facts": Case("operator", query={"subject": "{invoice_id}"}),
    "retry_parked_facts": Case("operator", lambda s: _REASON, query={"key": "{invoice_id}"}),
    "dead_letters_listed": Case("operator"),
    "dead_letter_groups": Case("operator"),
    "dead_letter_shown": Case("operator", renamed={"letter": "invoice_id"}, void=_LETTER),
    "redrive_dead_letters": Case("operator", lambda s: _REASON | {"ids": [s["invoice_id"]]}, void=_LETTER),
    "discard_dead_letters": Case("operator", lambda s: _REASON | {"ids": [s["invoice_id"]]}, void=_LETTER),
    "replays": Case("operator"),
    "plan_replay": Case("operator", lambda s: _REASON | {"mode": "fill", "keys": [s["invoice_id"]]}, void=_REPLAY),
    "replay_shown": Case("operator", renamed={"job": "invoice_id"}, void=_REPLAY),
    "replay_watched": Case("operator", renamed={"job": "invoice_id"}, void=_REPLAY),
    "replay_rate": Case("operator", lambda s: {"rate": 1}, renamed={"job": "invoice_id"}, void=_REPLAY),
    "start_replay": Case("operator", lambda s: {"plan_hash": "0"}, renamed={"job": "invoice_id"}, void=_REPLAY),
    "steer_replay": Case("operator", renamed={"job": "invoice_id", "verb": "verb"}, void=_REPLAY),
    "move_clock": Case(
        "operator",
        lambda s: {"now": datetime.now(UTC).isoformat()},
        void="the business day of everybody else in this mesh would move with it",
    ),
    "trace_invoice": Case("operator"),
    "newest_paths": Case("operator"),
    "list_all_tickets": Case("operator"),
    "list_all_access_requests": Case("operator"),
    "read_any_back_end": Case("operator", renamed={"company_id": "buyer_id"}),
    "set_back_end": Case(
        "operator",
        lambda s: {"systems": [{"name": s["canary"], "channel": "api"}]},
        renamed={"company_id": "buyer_id"},
        version="profile_version",
        void="versions are kept for good; services/registration/tests/test_back_ends_connected.py sets one",
    ),
    "read_any_ticket": Case("operator", renamed={"ticket_id": "canary_id"}, void=OF_A_TICKET),
    "answer_with_file": Case(
        "operator",
        content=lambda: (b"matrix", "text/plain"),
        query={"name": "matrix.txt"},
        renamed={"ticket_id": "canary_id"},
        void=OF_A_TICKET,
    ),
    "read_any_ticket_file": Case(
        "operator", renamed={"ticket_id": "canary_id", "file_id": "canary_id"}, void=OF_A_TICKET
    ),
    "answer_ticket": Case("operator", lambda s: {"text": "-"}, {"ticket_id": "canary_id"}, void=OF_A_TICKET),
    "pass_ticket_on": Case("operator", lambda s: {"topic": "technical"}, {"number": "ticket_number"}, void=OF_A_TICKET),
    "list_acts": Case("operator"),
    "ask_for_act": Case(
        "operator",
        lambda s: {"kind": "second_factor_reset", "email": "nobody@tests.navette.example", "reason": "matrix"},
        void="about a person; services/registration/tests/test_support_connected.py does it with two operators",
    ),
    "approve_act": Case("operator", dict, {"act_id": "canary_id"}, void="the same test decides"),
    "refuse_act": Case("operator", dict, {"act_id": "canary_id"}, void="the same test decides"),
    "evidence_standing": Case("operator"),
    "archive_checks": Case("operator"),
    "ask_for_check": Case("operator", lambda s: _REASON),
    "stamp_evidence": Case("operator", lambda s: _REASON),
    "renew_evidence": Case("operator", lambda s: _REASON),
    "legal_holds": Case("operator"),
    "place_hold": Case("operator", lambda s: _REASON | {"invoice_id": s["invoice_id"]}),
    "lift_hold": Case("operator", lambda s: _REASON, {"hold_id": "canary_id"}, void=_KEPT),
    "list_eliminations": Case("operator"),
    "elimination_items": Case("operator", renamed={"elimination_id": "canary_id"}),
    "propose_elimination": Case("operator", lambda s: _REASON, void=_KEPT),
    "approve_elimination": Case(
        "operator", lambda s: _REASON | {"digest": "0" * 64}, {"elimination_id": "canary_id"}, void=_KEPT
    ),
    "refuse_elimination": Case("operator", lambda s: _REASON, {"elimination_id": "canary_id"}, void=_KEPT),
    "list_signing_keys": Case("operator"),
    "rotate_signing_keys": Case("operator", void="every rotation leaves a key that has to live out its day"),
}

_OWN: dict[str, dict[str, Case]] = {
    "registration": REGISTRATION,
    "po-sync": _PO_SYNC,
    "invoicing": _INVOICING,
    "validation": _VALIDATION,
    "signing": _SIGNING,
    "archive": _ARCHIVE,
    "notifications": _NOTIFICATIONS,
}


def case_of(operation: Operation) -> Case | None:
    """How an operation is asked for; None for one that this table does not know."""
    if operation.path.startswith("/v1/ops/"):
        return _OPERATING.get(operation.name)
    return _OWN[operation.service].get(operation.name)


def guarded() -> list[tuple[Operation, Case]]:
    """Operations that need credentials, in the order in which their owner can ask them one after the other."""
    rank = {f"{service} {name}": place for service, of in _OWN.items() for place, name in enumerate(of)}
    known = [
        (operation, case)
        for operation in operations()
        if operation.key not in OPEN and (case := case_of(operation)) is not None
    ]
    return sorted(known, key=lambda pair: (pair[0].service, rank.get(pair[0].key, -1)))
