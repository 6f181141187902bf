"""Refusals of invoicing.

Refusal (mesh.errors)
├── 403 NOT_YOUR_STATUS · NOT_THE_SUPPLIER
├── 404 INVOICE_UNKNOWN · ORDER_UNKNOWN · UNIT_UNKNOWN · DELIVERY_UNKNOWN · ORDER_LINE_UNKNOWN
│       SUPPLIER_UNKNOWN · BUYER_UNKNOWN · PAPER_INVOICE_UNKNOWN
│       ATTACHMENT_UNKNOWN · TEMPLATE_UNKNOWN · TAX_CODE_UNKNOWN · EXPORT_UNKNOWN · UPLOAD_UNKNOWN
├── 409 NUMBER_TAKEN · NOT_EDITABLE · NOT_SUBMITTABLE · NOT_CANCELLABLE · NOT_CREDITABLE · NOT_DELIVERED
│       NON_ORDER_FORBIDDEN · NOT_CORRECTABLE · SENT_AS_IS · DUPLICATE_INVOICE · PAPER_REFUSED
│       SELF_BILLING_NOT_AGREED · SELF_BILLING_UNCONNECTED
│       QUANTITY_NOT_AVAILABLE · NOTHING_TO_INVOICE · ORDERS_DIFFER · the codes of domain.billable.Code
├── 410 ELIMINATED
└── 422 DOCUMENT_INCOMPLETE · AMOUNT_OUT_OF_RANGE · STATUS_INCOMPLETE · FILE_… (what no invoice carries)
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from contracts.faults import Finding, Severity
from documents.errors import DocumentError, DocumentUnreadable
from mesh.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Refusal

_UNDER_WAY: Final = frozenset({"submitted", "validated", "sealed"})
"""States of an invoice that may yet fail."""
_OF_OTHERS: Final = frozenset(
    {"ORDER_LINE_UNKNOWN", "PRICE_DIFFERS", "UNIT_DIFFERS", "ORDER_REQUIRED", "BILLING_ADDRESS_UNKNOWN"}
)
"""Findings about what orders and companies are, as far as we have read of them."""


def invoice_unknown() -> Refusal:
    """404: no such invoice for this company."""
    return NotFound("INVOICE_UNKNOWN", "There is no such invoice for your company.", may_be_stale=True)


def order_unknown() -> Refusal:
    """404: no such order for this company."""
    return NotFound("ORDER_UNKNOWN", "There is no such order for your company.", may_be_stale=True)


def supplier_unknown() -> Refusal:
    """404: no such supplier."""
    return NotFound("SUPPLIER_UNKNOWN", "There is no such supplier.", may_be_stale=True)


def buyer_unknown() -> Refusal:
    """404: no such buyer, or no agreement with it."""
    return NotFound("BUYER_UNKNOWN", "There is no such buyer, or no agreement with it.", may_be_stale=True)


def self_billing_unconnected() -> Refusal:
    """409: nothing flows between the two, so there is nothing to agree on."""
    detail = "You are not connected with this buyer; connect to one of its units first, then agree."
    return Conflict("SELF_BILLING_UNCONNECTED", detail, may_be_stale=True)


def self_billing_not_agreed() -> Refusal:
    """409: the supplier has not agreed to be billed for by this buyer."""
    detail = "The supplier has not agreed that you write its invoices; it does so under /v1/self-billing."
    return Conflict("SELF_BILLING_NOT_AGREED", detail)


def paper_invoice_unknown() -> Refusal:
    """404: this buyer noted no such paper invoice."""
    return NotFound("PAPER_INVOICE_UNKNOWN", "Your company noted no such paper invoice.")


def paper_refused(ready_on: date) -> Refusal:
    """409: who is ready to transact sends invoices through the network; both sides were told so by mail that day."""
    detail = f"You and this supplier are ready to transact since {ready_on.isoformat()}: paper dated later is refused."
    found = Finding(
        rule="PAPER_REFUSED", severity=Severity.FATAL, pointer="/issue_date", detail="It is dated after that day."
    )
    return Conflict("PAPER_REFUSED", f"{detail} Ask for it electronically.", violations=(found,))


def unit_unknown() -> Refusal:
    """404: no unit that this supplier could invoice."""
    return NotFound("UNIT_UNKNOWN", "There is no such unit that you are connected to.", may_be_stale=True)


def delivery_unknown() -> Refusal:
    """404: the status is about a delivery that this invoice does not have."""
    return NotFound("DELIVERY_UNKNOWN", "The invoice has no such delivery.", may_be_stale=True)


def not_the_supplier() -> Refusal:
    """403: only who writes an invoice edits, sends, cancels and credits it."""
    return Forbidden("NOT_THE_SUPPLIER", "Only the company that wrote the invoice may do this.")


def not_your_status(code: str) -> Refusal:
    """403: a code that the other side, or the platform, sets."""
    return Forbidden("NOT_YOUR_STATUS", f"Status {code} is not yours to set.")


def not_delivered() -> Refusal:
    """409: a status is about a delivery, and there is none yet."""
    detail = "A status can be set once the invoice is archived and its delivery has begun."
    return Conflict("NOT_DELIVERED", detail, may_be_stale=True)


def not_editable(state: str) -> Refusal:
    """409: only drafts and failed invoices are written."""
    detail = f"An invoice in state {state} is not changed any more; credit it instead."
    return Conflict("NOT_EDITABLE", detail, may_be_stale=state in _UNDER_WAY)


def sent_as_is() -> Refusal:
    """409: the bytes of an upload in mode `as-is` are nobody's to change."""
    detail = "This invoice is sent as it came. Correct it in the software that wrote it, cancel this one, upload again."
    return Conflict("SENT_AS_IS", detail)


def not_submittable(state: str) -> Refusal:
    """409: it was sent already."""
    detail = f"An invoice in state {state} cannot be submitted."
    return Conflict("NOT_SUBMITTABLE", detail, may_be_stale=state in _UNDER_WAY)


def not_cancellable(state: str) -> Refusal:
    """409: the buyer has it."""
    return Conflict("NOT_CANCELLABLE", f"An invoice in state {state} cannot be cancelled; credit it instead.")


def not_creditable(why: str, *, for_good: bool = False) -> Refusal:
    """409: there is nothing to credit."""
    return Conflict("NOT_CREDITABLE", why, may_be_stale=not for_good)


def number_taken(number: str) -> Refusal:
    """409: one number, one document, for all kinds."""
    found = Finding(rule="NUMBER_TAKEN", severity=Severity.FATAL, pointer="/number", detail="Choose another number.")
    return Conflict("NUMBER_TAKEN", f"You have sent an invoice with number {number} already.", violations=(found,))


def duplicate_invoice(number: str) -> Refusal:
    """409: an invoice of this number came already, on paper or electronically (reason DOUBLON)."""
    detail = "An invoice of this number has come already; compare the two before anything is paid."
    found = Finding(rule="DUPLICATE_INVOICE", severity=Severity.FATAL, pointer="/number", detail=detail)
    return Conflict("DUPLICATE_INVOICE", f"{number} is a duplicate: {detail}", violations=(found,))


def quantity_not_available(lines: Iterable[tuple[str, str]]) -> Refusal:
    """409: the ledger refuses; `lines` are pointers with what is available."""
    found = tuple(
        Finding(rule="QUANTITY_NOT_AVAILABLE", severity=Severity.FATAL, pointer=pointer, detail=detail)
        for pointer, detail in lines
    )
    detail = "More is invoiced than the order lines allow now; see /v1/billable-lines for why."
    return Conflict("QUANTITY_NOT_AVAILABLE", detail, violations=found[:100], may_be_stale=True)


def blocked(code: str) -> Refusal:
    """409: something stands against the whole order (`domain.billable.Code`)."""
    detail = f"This cannot be invoiced now: {code}. See /v1/billable-lines for who can change that."
    return Conflict(code, detail, may_be_stale=True)


def orders_differ() -> Refusal:
    """409: one invoice bills orders of one unit in one currency."""
    return Conflict("ORDERS_DIFFER", "Orders of one invoice are of one unit and one currency; make several invoices.")


def order_line_unknown() -> Refusal:
    """404: a line that is not of these orders."""
    return NotFound("ORDER_LINE_UNKNOWN", "One of these lines is not of these orders.", may_be_stale=True)


def nothing_to_invoice() -> Refusal:
    """409: no line of the order can be invoiced now."""
    detail = "No line of this order can be invoiced now; /v1/billable-lines says why."
    return Conflict("NOTHING_TO_INVOICE", detail, may_be_stale=True)


def incomplete(found: Iterable[Finding]) -> Refusal:
    """422: the draft lacks something that sending it needs."""
    places = tuple(found)
    return Invalid(
        "DOCUMENT_INCOMPLETE",
        "The document cannot be sent as it is; each place is listed.",
        violations=places,
        may_be_stale=any(place.rule in _OF_OTHERS for place in places),
    )


def billing_address_unknown() -> Refusal:
    """422: neither the buyer's registered address nor one that its orders name."""
    detail = "Choose one of the buyer's billing addresses; its orders and the directory name them."
    found = Finding(rule="BILLING_ADDRESS_UNKNOWN", severity=Severity.FATAL, pointer="/buyer_address", detail=detail)
    return incomplete([found])


def status_incomplete(found: Iterable[Finding]) -> Refusal:
    """422: the status lacks its reason."""
    return Invalid(
        "STATUS_INCOMPLETE", "The status cannot be set as it is; each place is listed.", violations=tuple(found)
    )


def other_invoice() -> Refusal:
    """409: a status message about another invoice."""
    return Conflict("OTHER_INVOICE", "The message is about an invoice of another number.")


def message_unreadable(error: DocumentError) -> Refusal:
    """422: no status message."""
    problems = error.problems if isinstance(error, DocumentUnreadable) else ()
    found = tuple(
        Finding(
            rule=problem.code,
            severity=Severity.FATAL,
            pointer=problem.path,
            detail=f"{problem.message}. {problem.remedy}",
        )
        for problem in problems[:20]
    )
    return Invalid("MESSAGE_UNREADABLE", "Send JSON, a Peppol Invoice Response (T111) or a CDAR.", violations=found)


def amount_out_of_range(detail: str) -> Refusal:
    """422: quantity times price leaves every sensible range."""
    return Invalid("AMOUNT_OUT_OF_RANGE", detail)


def file_not_taken(code: str, detail: str) -> Refusal:
    """422: a file that no invoice carries."""
    return Invalid(code, detail)


def attachment_unknown() -> Refusal:
    """404: no such file for this company."""
    return NotFound("ATTACHMENT_UNKNOWN", "There is no such file for your company.")


def attachment_eliminated() -> Refusal:
    """410: it went with the original."""
    return Gone("ELIMINATED", "The term of this invoice was over and it was eliminated, with its files.")


def template_unknown() -> Refusal:
    """404: no such template that this person may use."""
    return NotFound("TEMPLATE_UNKNOWN", "There is no such template of yours or of your company.")


def tax_code_unknown() -> Refusal:
    """404: the company has no such tax code."""
    return NotFound("TAX_CODE_UNKNOWN", "Your company has no such tax code.")


def non_order_forbidden(buyer: str, contact: str) -> Refusal:
    """409: a unit that takes invoices for orders only."""
    whom = f" Ask {contact} for an order." if contact else " Ask your contact there for an order."
    return Conflict("NON_ORDER_FORBIDDEN", f"{buyer} takes invoices for orders only.{whom}", may_be_stale=True)


def not_correctable(*, for_good: bool = False) -> Refusal:
    """409: only what the buyer refused or the platform rejected is corrected; all else is credited."""
    detail = "An invoice that stands is credited and made anew; only a refused one is corrected."
    return Conflict("NOT_CORRECTABLE", detail, may_be_stale=not for_good)


def export_unknown() -> Refusal:
    """404: no such export, or not made yet."""
    return NotFound("EXPORT_UNKNOWN", "There is no such export of your company, or it is not done yet.")


def upload_unknown() -> Refusal:
    """404: no such upload of this company."""
    return NotFound("UPLOAD_UNKNOWN", "There is no such upload of your company.")


def busy() -> Refusal:
    """409: somebody changed it while this request was computing."""
    return Conflict("BUSY", "The invoice was changed meanwhile; send the request again.", retry_after=1)
