"""From an archived invoice to the draft of a credit note."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.faults import Finding, Severity, json_pointer
from documents.invoice import InvoiceDraft
from documents.invoice.codes import CREDIT_NOTE
from documents.references import PrecedingInvoice


def _finding(rule: str, detail: str, *steps: str | int) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer(*steps), detail=detail)


def credit_note(original: InvoiceDraft, quantities: Mapping[str, Decimal], *, today: date) -> InvoiceDraft:
    """The credit note of some lines, by the invoice's line identifiers; amounts of a credit note are positive.

    Allowances and charges of a line are credited with its whole quantity only, those of the document never: they are
    the seller's to add.
    """
    lines = tuple(
        line.model_copy(
            update={"quantity": quantities[line.identifier]}
            | ({} if quantities[line.identifier] == line.quantity else {"allowances": (), "charges": ()})
        )
        for line in original.lines
        if quantities.get(line.identifier)
    )
    changed: dict[str, Any] = {
        "number": "",
        "issue_date": today,
        "type_code": CREDIT_NOTE,
        "preceding_invoices": (PrecedingInvoice(number=original.number, issue_date=original.issue_date),),
        "lines": lines,
        "allowances": (),
        "charges": (),
        "due_date": None,
        "paid_amount": None,
        "rounding_amount": None,
    }
    return InvoiceDraft(**({name: getattr(original, name) for name in InvoiceDraft.model_fields} | changed))


def left(original: InvoiceDraft, credited: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What can still be credited of each line of an invoice, by its identifier."""
    return {line.identifier: line.quantity - credited.get(line.identifier, Decimal(0)) for line in original.lines}


def findings(
    wanted: Sequence[tuple[str, Decimal]], open_quantities: Mapping[str, Decimal], *at: str | int
) -> tuple[Finding, ...]:
    """What keeps these quantities from being credited; `at` is where their list stands."""
    found: list[Finding] = []
    for index, (line, quantity) in enumerate(wanted):
        if line not in open_quantities:
            found.append(_finding("LINE_UNKNOWN", "The invoice has no such line.", *at, index))
        elif not _within(quantity, open_quantities[line]):
            detail = f"Of this line {open_quantities[line]:f} can be credited."
            found.append(_finding("CREDIT_TOO_LARGE", detail, *at, index, "quantity"))
    return tuple(found)


def _within(quantity: Decimal, left: Decimal) -> bool:
    """Whether a quantity has the sign of what is left, and is no more than it."""
    return quantity != 0 and abs(quantity) <= abs(left) and (quantity < 0) == (left < 0)
