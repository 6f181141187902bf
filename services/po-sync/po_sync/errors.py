"""Refusals of po-sync.

Refusal (mesh.errors)
├── 403 NOT_A_BUYER · NOT_YOURS_TO_ANSWER · NOT_YOURS_TO_CLOSE
├── 404 ORDER_UNKNOWN · UNIT_UNKNOWN · RECEIPT_UNKNOWN · DOCUMENT_UNKNOWN · FILE_UNKNOWN
├── 409 REVISION_CONFLICT · SUPPLIER_CHANGED · RECEIPT_CONFLICT · ORDER_CLOSED · ALREADY_INVOICED · NOT_PUBLISHED · BUSY
│       ORDER_REJECTED · NOTHING_LEFT · DESPATCH_CONFLICT
├── 415 UNSUPPORTED_FORMAT
├── 422 DOCUMENT_UNREADABLE · DOCUMENT_INCOMPLETE · DOCUMENT_REFUSED · WRONG_ADDRESS · BUYER_MISMATCH · BUYER_REQUIRED
│       PERIOD_REVERSED
└── 503 RULES_UNAVAILABLE
"""

from collections.abc import Callable, Iterable
from typing import Final

from contracts.faults import Finding, Severity
from documents.errors import DocumentError, DocumentUnreadable
from mesh.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable, UnsupportedMedia

BUSY: Final = "BUSY"


def finding(rule: str, pointer: str, detail: str) -> Finding:
    """One thing that stands against a document."""
    return Finding(rule=rule, severity=Severity.FATAL, pointer=pointer, detail=detail[:500])


def unsupported_format(media_type: str) -> Refusal:
    """415: neither JSON nor UBL."""
    given = media_type or "no content type"
    return UnsupportedMedia("UNSUPPORTED_FORMAT", f"Send application/json or application/xml (UBL 2.1), not {given}.")


def wrong_address(right: str) -> Refusal:
    """422: a document of another kind."""
    return Invalid("WRONG_ADDRESS", f"A document of this kind is sent to {right}.")


def unreadable(error: DocumentError) -> Refusal:
    """422: XML that is no such document; each place is a violation."""
    problems = error.problems if isinstance(error, DocumentUnreadable) else ()
    found = tuple(finding(problem.code, problem.path, str(problem)) for problem in problems[:100])
    return Invalid("DOCUMENT_UNREADABLE", str(error).splitlines()[0], violations=found)


def incomplete(found: Iterable[Finding]) -> Refusal:
    """422: the document lacks what nothing can be done without."""
    return Invalid(
        "DOCUMENT_INCOMPLETE", "The document lacks what is needed; each place is listed.", violations=tuple(found)
    )


def refused_by_rules(found: Iterable[Finding], text: Callable[[Finding], str]) -> Refusal:
    """422: an official schema or rule stands against the document."""
    told = tuple(item.model_copy(update={"detail": text(item)[:500]}) for item in found)
    return Invalid("DOCUMENT_REFUSED", "Official rules stand against the document; each is listed.", violations=told)


def rules_unavailable() -> Refusal:
    """503: the official rules cannot be asked at this moment."""
    return Unavailable("RULES_UNAVAILABLE", "The official rules cannot be checked now; send it again.", retry_after=5)


def busy(document: str) -> Refusal:
    """409: two at once; the second attempt sees what the first left."""
    return Conflict(BUSY, f"The same {document} came in twice at once; send it again.", retry_after=1)


def buyer_required() -> Refusal:
    """422: a supplier with several customers looks for the orders of one."""
    return Invalid(
        "BUYER_REQUIRED",
        "Say whose orders you look for: give buyer=, one of GET /v1/orders/partners.",
        violations=(finding("BUYER_REQUIRED", "/buyer", "Choose one of your customers."),),
    )


def period_reversed() -> Refusal:
    """422: the period ends before it begins."""
    return Invalid(
        "PERIOD_REVERSED",
        "The period ends before it begins.",
        violations=(finding("PERIOD_REVERSED", "/to", "Give a day on or after `from`."),),
    )


def not_a_buyer() -> Refusal:
    """403: the company publishes no orders."""
    detail = "This company is not registered as a buyer; an administrator can change that."
    return Forbidden("NOT_A_BUYER", detail, may_be_stale=True)


def buyer_mismatch() -> Refusal:
    """422: the document names another buyer than the one who sends it."""
    return Invalid(
        "BUYER_MISMATCH",
        "The buyer's identifiers in the document belong to another company than the one you act for.",
        violations=(finding("BUYER_MISMATCH", "/buyer", "Send it in that company's name (Navette-Company)."),),
    )


def order_unknown() -> Refusal:
    """404: no such order for this company."""
    return NotFound("ORDER_UNKNOWN", "There is no such order for your company.", may_be_stale=True)


def unit_unknown() -> Refusal:
    """404: `unit` names no unit of the buyer."""
    return NotFound(
        "UNIT_UNKNOWN", "The unit you name is none of your company's; leave it out or correct it.", may_be_stale=True
    )


def revision_conflict(number: str, revision: int) -> Refusal:
    """409: one revision cannot say two things."""
    return Conflict(
        "REVISION_CONFLICT",
        f"Order {number} revision {revision} is known with other content; send the change with a higher revision.",
    )


def supplier_changed(number: str) -> Refusal:
    """409: a document never changes tenant."""
    return Conflict(
        "SUPPLIER_CHANGED",
        f"Order {number} was published to another supplier; close it and send a new order with its own number.",
    )


def receipt_conflict(number: str) -> Refusal:
    """409: a receipt is corrected by a further one, with negative quantities."""
    return Conflict(
        "RECEIPT_CONFLICT",
        f"Receipt {number} is known with other content; correct it by a new receipt with negative quantities.",
    )


def not_published() -> Refusal:
    """409: the supplier has not been given the order yet."""
    return Conflict("NOT_PUBLISHED", "The order still waits for its supplier; see waiting_for.")


def order_closed() -> Refusal:
    """409: nothing can be answered any more."""
    return Conflict("ORDER_CLOSED", "The buyer has closed this order; ask them to open it again.")


def already_invoiced() -> Refusal:
    """409: what was invoiced was accepted."""
    detail = "Part of this order is invoiced, so it can no longer be rejected."
    return Conflict("ALREADY_INVOICED", detail, may_be_stale=True)


def not_yours_to_answer() -> Refusal:
    """403: only the supplier accepts or rejects."""
    return Forbidden("NOT_YOURS_TO_ANSWER", "Only the supplier of the order accepts or rejects it.")


def not_yours_to_close() -> Refusal:
    """403: only the buyer closes."""
    return Forbidden("NOT_YOURS_TO_CLOSE", "Only the buyer of the order closes it or opens it again.")


def file_unknown() -> Refusal:
    """404: no such file of this company."""
    return NotFound("FILE_UNKNOWN", "There is no such file of your company.")


def unsupported_file(media_type: str) -> Refusal:
    """415: none of the formats of files."""
    given = media_type or "no content type"
    wanted = "application/x-ndjson (one JSON document a line), text/csv, application/zip (UBL) or application/xml"
    return UnsupportedMedia("UNSUPPORTED_FORMAT", f"Send {wanted}, not {given}.")


def order_rejected() -> Refusal:
    """409: nothing is despatched of an order that was rejected."""
    return Conflict("ORDER_REJECTED", "You rejected this order; accept it before you send anything of it.")


def nothing_left() -> Refusal:
    """409: everything was despatched."""
    return Conflict("NOTHING_LEFT", "All of this order was despatched; name lines to send more.")


def despatch_conflict(number: str) -> Refusal:
    """409: a number names one despatch."""
    return Conflict("DESPATCH_CONFLICT", f"Despatch {number} was announced already; take another number.")
