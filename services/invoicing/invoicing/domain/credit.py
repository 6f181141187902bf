"""From an archived invoice to the draft of a credit note."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.faults import Finding, Severity, json_pointer
from documents.allowance_charge import DocumentAllowanceCharge
from documents.invoice import InvoiceDraft
from documents.invoice.codes import CREDIT_NOTE, SELF_BILLED_CREDIT_NOTE, SELF_BILLED_INVOICE
from documents.references import PrecedingInvoice


def _finding(rule: str, detail: str, *steps: str | int) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer(*steps), detail=detail)


@dataclass(frozen=True)
class Adjustments:
    """Allowances and charges of the document that are credited."""

    allowances: tuple[DocumentAllowanceCharge, ...] = ()
    charges: tuple[DocumentAllowanceCharge, ...] = ()


def credit_note(
    original: InvoiceDraft, quantities: Mapping[str, Decimal], adjustments: Adjustments, *, today: date
) -> InvoiceDraft:
    """The credit note of some lines, by the invoice's line identifiers; amounts of a credit note are positive.

    Allowances and charges of a line are credited with its whole quantity only.
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
        "type_code": SELF_BILLED_CREDIT_NOTE if original.type_code == SELF_BILLED_INVOICE else CREDIT_NOTE,
        "preceding_invoices": (PrecedingInvoice(number=original.number, issue_date=original.issue_date),),
        "lines": lines,
        "allowances": adjustments.allowances,
        "charges": adjustments.charges,
        "due_date": None,
        "paid_amount": None,
        "rounding_amount": None,
    }
    return InvoiceDraft(**({name: getattr(original, name) for name in InvoiceDraft.model_fields} | changed))


def left(original: InvoiceDraft, credited: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What can still be credited of each line of an invoice, by its identifier."""
    return {line.identifier: line.quantity - credited.get(line.identifier, Decimal(0)) for line in original.lines}


def adjustments_left(original: InvoiceDraft, notes: Sequence[InvoiceDraft]) -> Adjustments:
    """What earlier credit notes left of the document's allowances and charges."""
    return Adjustments(
        _rest(original.allowances, [note.allowances for note in notes]),
        _rest(original.charges, [note.charges for note in notes]),
    )


def _rest(
    whole: Sequence[DocumentAllowanceCharge], credited: Sequence[Sequence[DocumentAllowanceCharge]]
) -> tuple[DocumentAllowanceCharge, ...]:
    """Each less what was credited of the same reason and VAT; what was invoiced twice is credited one by one."""
    given: dict[tuple[object, ...], Decimal] = {}
    for each in (found for note in credited for found in note):
        given[_same(each)] = given.get(_same(each), Decimal(0)) + each.amount
    rest: list[DocumentAllowanceCharge] = []
    for each in whole:
        used = min(each.amount, given.get(_same(each), Decimal(0)))
        given[_same(each)] = given.get(_same(each), Decimal(0)) - used
        if each.amount > used:
            # A percentage says nothing of a part.
            part = {} if not used else {"amount": each.amount - used, "base_amount": None, "percentage": None}
            rest.append(each.model_copy(update=part))
    return tuple(rest)


def _same(adjustment: DocumentAllowanceCharge) -> tuple[object, ...]:
    return (adjustment.reason, adjustment.reason_code, adjustment.vat.code, adjustment.vat.rate)


def too_much(gross: Decimal, invoiced: Decimal, credited: Sequence[Decimal]) -> tuple[Finding, ...]:
    """Whether a credit note takes more, with VAT, than the invoice and its earlier credit notes leave."""
    left = invoiced - sum(credited, Decimal(0))
    if abs(gross) <= abs(left) and (not gross or (gross < 0) == (left < 0)):
        return ()
    return (_finding("CREDIT_TOO_LARGE", f"With VAT, {left:f} of this invoice can be credited.", "totals"),)


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
