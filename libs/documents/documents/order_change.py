"""What a buyer changes of a published order: terms, lines added, changed or cancelled, or all of it cancelled.

Terms follow UBL 2.1 OrderChange and OrderCancellation as Peppol BIS Advanced Ordering 3 (transactions T114, T115)
uses them. A term that a change does not name stays; in JSON, `null` takes it away.
"""

from datetime import date
from enum import StrEnum
from typing import Any, Final

from pydantic import Field, ValidationError

from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.errors import DocumentUnreadable, Problem
from documents.item import Item, Price
from documents.order import (
    BilledBy,
    DeliveryTerms,
    Order,
    OrderContact,
    OrderDelivery,
    OrderLine,
    OrderTotals,
    Originator,
    Tolerance,
)
from documents.party import Contact, Party
from documents.values import Amount, Code, Groups, Model, OptionalGroup, OptionalText, Quantity, Text
from documents.vat import VatCategory


class LineStatus(StrEnum):
    """What happens to a line (UBL `LineStatusCode`, UNTDID 1229: 1, 3, 2, 4)."""

    ADDED = "added"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    UNCHANGED = "unchanged"


class LineChange(Model):
    """One line of a change, named by the buyer's identifier. An added line gives all that a line needs."""

    identifier: Text = Field(description="the buyer's")
    status: LineStatus | None = Field(default=None, description="absent: added when the order has no such line")
    note: OptionalText = None
    quantity: Quantity | None = None
    unit: Code | None = Field(default=None, description="UN/ECE Recommendation 20 or 21")
    net_amount: Amount | None = Field(default=None, description="without VAT")
    partial_delivery: bool | None = None
    buyer_accounting_reference: OptionalText = None
    delivery: OptionalGroup[OrderDelivery] = None
    originator: OptionalGroup[Originator] = None
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()
    price: Price | None = None
    vat: OptionalGroup[VatCategory] = None
    item: Item | None = None
    quotation_line: OptionalText = None
    receipt_required: bool | None = None
    tolerance: OptionalGroup[Tolerance] = None
    amount_cap: Amount | None = Field(default=None, ge=0)
    billed_by: BilledBy | None = None


class OrderChange(Model):
    """A change of one order; the order's next revision is the standing one with these terms in place of its own."""

    number: OptionalText = Field(default=None, description="of the change itself")
    order_number: OptionalText = Field(default=None, description="absent where the address names the order")
    revision: int | None = Field(
        default=None, ge=2, description="that the change makes; absent: the one after the standing revision"
    )
    revised_on: date | None = Field(default=None, description="`IssueDate`; absent: the day it comes in")
    reason: OptionalText = Field(default=None, description="told to the supplier")
    requester: OptionalGroup[Contact] = Field(default=None, description="who asked for the change")
    buyer: OptionalGroup[Party] = Field(default=None, description="in UBL; must be the order's")
    note: OptionalText = None
    buyer_reference: OptionalText = None
    buyer_accounting_reference: OptionalText = None
    valid_until: date | None = None
    contract_reference: OptionalText = None
    project_reference: OptionalText = None
    originator: OptionalGroup[Originator] = None
    invoicee: OptionalGroup[Party] = None
    delivery: OptionalGroup[OrderDelivery] = None
    delivery_terms: OptionalGroup[DeliveryTerms] = None
    payment_terms: OptionalText = None
    allowances: tuple[DocumentAllowanceCharge, ...] = ()
    charges: tuple[DocumentAllowanceCharge, ...] = ()
    totals: OrderTotals | None = None
    contacts: Groups[OrderContact] = ()
    receipt_required: bool | None = None
    tolerance: OptionalGroup[Tolerance] = None
    amount_cap: Amount | None = Field(default=None, ge=0)
    freight_in_cap: bool | None = None
    billed_by: BilledBy | None = None
    lines: tuple[LineChange, ...] = ()


class OrderCancellation(Model):
    """The buyer cancels a whole order (UBL OrderCancellation, Peppol T115)."""

    number: OptionalText = Field(default=None, description="of the cancellation itself")
    order_number: Text
    issue_date: date | None = None
    reason: OptionalText = Field(default=None, description="`CancellationNote`, told to the supplier")
    buyer: OptionalGroup[Party] = None


_ABOUT_THE_CHANGE: Final = frozenset(
    {"number", "order_number", "revision", "revised_on", "reason", "requester", "buyer", "lines"}
)
_NEEDED: Final = frozenset({"quantity", "unit", "item"})
_PRICED_BY: Final = frozenset({"quantity", "price", "unit", "allowances", "charges"})


def applied(change: OrderChange, order: Order, revision: int) -> Order:
    """The order's next revision. Raises DocumentUnreadable with a problem for each line that does not fit."""
    terms = {name: getattr(change, name) for name in change.model_fields_set - _ABOUT_THE_CHANGE}
    lines = _changed_lines(change.lines, order.lines)
    if change.lines and "totals" not in terms:
        terms["totals"] = None  # the old sums are no longer those of the lines
    return order.model_copy(
        update=terms | {"lines": lines, "revision": revision, "revised_on": change.revised_on},
    )


def _changed_lines(changes: tuple[LineChange, ...], lines: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    standing = {line.identifier: line for line in lines}
    problems: list[Problem] = []
    for index, change in enumerate(changes):
        known = standing.get(change.identifier)
        status = change.status or (LineStatus.CHANGED if known else LineStatus.ADDED)
        if status is LineStatus.ADDED and known is None:
            try:
                standing[change.identifier] = _added(change)
            except ValidationError as error:
                problems += [
                    _problem("LINE_INCOMPLETE", detail["msg"], index, detail["loc"]) for detail in error.errors()
                ]
        elif known is None:
            problems.append(_problem("LINE_UNKNOWN", "The order has no such line", index, ("identifier",)))
        elif status is LineStatus.CANCELLED:
            del standing[change.identifier]
        elif status is not LineStatus.UNCHANGED:
            standing[change.identifier] = _changed(change, known)
    if not standing:
        problems.append(_problem("NO_LINES", "No line would be left; close or cancel the order instead", 0, ()))
    if problems:
        raise DocumentUnreadable(*problems[:100])
    return tuple(standing.values())


def _given(change: LineChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in change.model_fields_set - {"status"}}


def _added(change: LineChange) -> OrderLine:
    return OrderLine.model_validate(_given(change))


def _changed(change: LineChange, line: OrderLine) -> OrderLine:
    given = {name: value for name, value in _given(change).items() if value is not None or name not in _NEEDED}
    if "net_amount" not in given and given.keys() & _PRICED_BY:
        given["net_amount"] = None
    return line.model_copy(update=given)


def _problem(code: str, message: str, index: int, where: tuple[int | str, ...]) -> Problem:
    path = "/".join(("", "lines", str(index), *(str(step) for step in where)))
    return Problem(code=code, message=message, remedy="Correct the line.", path=path)
