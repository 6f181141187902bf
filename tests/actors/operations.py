"""Every operation of the seven OpenAPI descriptions, and how it is asked for about something that exists.

Bodies and ids come from a `Subject`: objects of the demo's buyer and supplier that one run made for itself.
"""

import io
import json
from functools import cache

import pikepdf

from actors.case import Case, Operation
from actors.documents import order_json, whole_receipt
from actors.mesh import EXAMPLES
from actors.operating_cases import OPERATING
from actors.registration_cases import REGISTRATION
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


@cache
def _pdf() -> tuple[bytes, str]:
    """One empty page, signed by nobody."""
    page, out = pikepdf.new(), io.BytesIO()
    page.add_blank_page()
    page.save(out)
    return out.getvalue(), "application/pdf"


OPEN = frozenset(
    {
        "registration json_web_key_set",
        "registration issue_token",
        "registration register_company",
        "registration read_activation",
        "registration activate",
        "registration begin_activation",
        "registration decline_consent",
        "registration request_access",
        "registration read_terms",
        "registration read_consent_text",
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
    "count_orders": Case("buyer", foreign="own", reader=True),
    "total_orders": Case("buyer", foreign="own", reader=True),
    "explain_order": Case("supplier", query={"number": "{order_number}"}, foreign="own", reader=True),
    "read_order": Case("supplier", reader=True),
    # Others send a document that names another buyer than themselves.
    "publish_order": Case(
        "buyer",
        lambda s: order_json(s["order_number"]),
        query={"unit": "{demo_unit_id}"},
        elsewhere=frozenset({"BUYER_MISMATCH"}),
    ),
    "record_receipt": Case(
        "buyer", lambda s: whole_receipt(s["order_number"]), elsewhere=frozenset({"BUYER_MISMATCH"})
    ),
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
        {"code": "new_tax_code"},
        foreign="own",
    ),
    "remove_tax_code": Case("supplier", renamed={"code": "tax_code"}),
    "count_invoices": Case("supplier", foreign="own", reader=True),
    "total_invoices": Case("supplier", foreign="own", reader=True),
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
    "remove_paper_invoice": Case("buyer"),
    "agree_to_self_billing": Case("supplier", foreign="own", elsewhere=frozenset({"SELF_BILLING_UNCONNECTED"})),
    "list_self_billing": Case("supplier", foreign="own", reader=True),
    "end_self_billing": Case("supplier", foreign="own"),
    "create_export": Case("supplier", lambda s: {"format": "csv"}, foreign="own", reader=True),
    "read_export": Case("supplier", reader=True),
    "download_export": Case("supplier", reader=True),
    "upload_invoices": Case("supplier", query={"name": "{fresh}.xml"}, content=_invoice_xml, foreign="own"),
    "read_upload": Case("supplier", reader=True),
    "create_correction": Case("supplier", refusal="NOT_CORRECTABLE"),
    "create_credit_note": Case("supplier", lambda s: {"lines": [{"line": "1", "quantity": "1"}]}),
    "report_status": Case("buyer", lambda s: {"code": "204"}),
    "submit_new_invoice": Case("supplier", lambda s: {"order_id": s["order_id"]}, refusal="DOCUMENT_INCOMPLETE"),
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
    "rulebook_version": Case("buyer", renamed={"version": "rulebook_version"}, reader=True),
    "rulebook_faults": Case("buyer", renamed={"unit_id": "demo_unit_id"}, reader=True),
    "publish_rulebook": Case("buyer"),
    "roll_back_rulebook": Case("buyer", lambda s: {"version": int(s["rulebook_version"])}),
}

_SIGNING: dict[str, Case] = {
    "seal_certificates": Case("supplier", foreign="own", reader=True, identified=True),
    "find_original": Case("buyer", reader=True),
    "preview_invoice": Case("supplier", content=_invoice_xml, foreign="own", reader=True),
    "report_signatures": Case("supplier", content=_pdf, foreign="own", reader=True),
}

_ARCHIVE: dict[str, Case] = {
    "archived_originals": Case("buyer", foreign="own", reader=True),
    "create_archive_export": Case(
        "buyer", lambda _: {}, foreign="own", reader=True, elsewhere=frozenset({"NOTHING_TO_EXPORT"})
    ),
    "read_archive_export": Case("buyer", renamed={"export_id": "archive_export_id"}, reader=True),
    "download_archive_export": Case(
        "buyer", renamed={"export_id": "archive_export_id", "number": "first_part"}, reader=True
    ),
    "log_heads": Case("buyer", foreign="own", reader=True, identified=True),
    "log_consistency": Case(
        "buyer", query={"first": "{head_size}", "second": "{head_size}"}, foreign="own", reader=True, identified=True
    ),
    "verify_original": Case("supplier", content=_pdf, foreign="own", reader=True),
    "archived_original": Case("buyer", reader=True),
    "archived_invoice": Case("supplier", reader=True),
    "archive_proof": Case("buyer", reader=True),
    # A batch is time-stamped minutes later.
    "evidence_record": Case("buyer", reader=True, refusal="NO_EVIDENCE_YET"),
    "proof_bundle": Case("supplier", reader=True),
    # Whoever may not know of the original is told NOT_ARCHIVED.
    "elimination_certificate": Case("supplier", reader=True, refusal="NOT_ELIMINATED"),
    "signature_container": Case("supplier", reader=True, refusal="NO_EVIDENCE_YET"),
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
        lambda s: {"url": s["hook_url"], "types": ["webhook.disabled"], "description": s["fresh"]},
        foreign="own",
    ),
    "get_webhook": Case("buyer", reader=True),
    "change_webhook": Case("buyer", lambda s: {"description": s["canary"]}),
    "list_webhook_deliveries": Case("buyer", reader=True),
    "get_webhook_delivery": Case("buyer", reader=True),
    "resend_webhook_delivery": Case("buyer"),
    "rotate_secret": Case("buyer"),
    "remove_webhook": Case("buyer"),
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
        return OPERATING.get(operation.name)
    return _OWN[operation.service].get(operation.name)


def guarded() -> list[tuple[Operation, Case]]:
    """Operations that need credentials, in the order in which their owner can ask them one after the other."""
    own = {f"{service} {name}": place for service, of in _OWN.items() for place, name in enumerate(of)}
    operating = {name: place - len(OPERATING) for place, name in enumerate(OPERATING)}
    known = [
        (operation, case)
        for operation in operations()
        if operation.key not in OPEN and (case := case_of(operation)) is not None
    ]
    return sorted(known, key=lambda pair: (pair[0].service, own.get(pair[0].key, operating.get(pair[0].name, 0))))
