"""What a draft takes of which order lines, and what stands against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from contracts.faults import Finding, Severity, json_pointer
from contracts.invoices import Kind, OrderLineUse
from contracts.money import fits, shortest
from documents.invoice import DraftLine, InvoiceDraft
from documents.totals import line_net_amount
from invoicing.domain.conversion import MOST_LINES
from invoicing.domain.taxes import SALES_TAX


@dataclass(frozen=True)
class KnownLine:
    """An order line as a draft may name it."""

    order_id: UUID
    order_line_id: UUID
    order_number: str
    identifier: str
    unit: str
    currency: str
    by_amount: bool = False
    price: Decimal | None = None
    """Without VAT, of one unit; None: the order names none."""
    price_tolerance: Decimal = Decimal(0)
    """In per cent."""
    charged: bool = False
    """Whether the order's own line bears charges."""
    asked: str | None = None
    """Who at the buyer's can change the price."""


@dataclass(frozen=True)
class Permissions:
    """What the buyer's unit permits."""

    without_order: bool
    charges: bool


LineName = tuple[str, str]
"""Order number and line identifier."""
_MAX_NUMBER: Final = 200
_PRICE: Final = Decimal("0.000001")


def _finding(rule: str, detail: str, *steps: str | int) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer(*steps), detail=detail)


def line_name(draft: InvoiceDraft, line: DraftLine) -> LineName | None:
    """The order line that a draft's line bills; None: it bills none."""
    if line.order_line is None or not line.order_line.line:
        return None
    return (line.order_line.order or draft.order_reference or "", line.order_line.line)


def findings(draft: InvoiceDraft, known: Mapping[LineName, KnownLine], permissions: Permissions) -> tuple[Finding, ...]:
    """What keeps a draft from being sent, before any rule of law or buyer is asked."""
    found = list(_of_document(draft))
    billed = [line_name(draft, line) is not None for line in draft.lines]
    for index, line in enumerate(draft.lines):
        found += _of_line(draft, index, line, known)
        if not billed[index] and not permissions.without_order and not (permissions.charges and any(billed)):
            found.append(
                _finding("ORDER_REQUIRED", "The buyer takes invoices for orders only.", "lines", index, "order_line")
            )
    return tuple(found[:100])


def _of_document(draft: InvoiceDraft) -> Iterable[Finding]:
    if not draft.number:
        yield _finding("NUMBER_MISSING", "Give the invoice its number.", "number")
    if len(draft.number) > _MAX_NUMBER:
        yield _finding("NUMBER_TOO_LONG", f"A number has at most {_MAX_NUMBER} characters.", "number")
    if not draft.lines:
        yield _finding("NO_LINES", "An invoice has at least one line.", "lines")
    if len(draft.lines) > MOST_LINES:
        yield _finding("TOO_MANY_LINES", f"Send at most {MOST_LINES} lines in one invoice.", "lines")


def _of_line(
    draft: InvoiceDraft, index: int, line: DraftLine, known: Mapping[LineName, KnownLine]
) -> Iterable[Finding]:
    if not fits(line.quantity):
        yield _finding("QUANTITY_TOO_PRECISE", "A quantity has at most 6 decimals.", "lines", index, "quantity")
    name = line_name(draft, line)
    if name is None:
        return
    order_line = known.get(name)
    if order_line is None:
        yield _finding("ORDER_LINE_UNKNOWN", "There is no such order line for you.", "lines", index, "order_line")
        return
    if line.quantity <= 0:
        yield _finding("QUANTITY_NOT_POSITIVE", "What is invoiced of an order is positive.", "lines", index, "quantity")
    if line.unit != order_line.unit:
        yield _finding("UNIT_DIFFERS", f"The order counts in {order_line.unit}.", "lines", index, "unit")
    yield from _of_price(draft, index, line, order_line)
    if draft.currency != order_line.currency:
        yield _finding("CURRENCY_DIFFERS", f"The order is in {order_line.currency}.", "currency")


def _of_price(draft: InvoiceDraft, index: int, line: DraftLine, ordered: KnownLine) -> Iterable[Finding]:
    """The order's price is not the seller's to change. What is negative would raise what others may take."""
    if draft.is_credit_note:  # it mirrors its invoice, whatever the order says by now
        return
    negative = line.quantity > 0 and line_net_amount(line, draft.currency) < 0
    if negative and (ordered.price is None or ordered.price >= 0):
        yield _finding("AMOUNT_NEGATIVE", "What is invoiced of an order is not negative.", "lines", index, "price")
    if ordered.by_amount or ordered.price is None:
        return
    price = line.price.net / (line.price.base_quantity or 1)
    if abs(price - ordered.price) * 100 > abs(ordered.price) * ordered.price_tolerance:
        whom = f"; {ordered.asked} can correct the order" if ordered.asked else ""
        detail = f"The order's price is {shortest(ordered.price.quantize(_PRICE)):f}{whom}."
        yield _finding("PRICE_DIFFERS", detail, "lines", index, "price")


def charges(draft: InvoiceDraft, taken: Sequence[OrderLineUse]) -> dict[UUID, Decimal]:
    """The charges of the document (freight, packing …) by the orders that it bills, in proportion to their amounts.

    They sum to the charges; the last order has what rounding leaves. Taxes of a seller in the United States are none.
    """
    total = sum((charge.amount for charge in draft.charges if charge.reason != SALES_TAX), Decimal(0))
    weights: dict[UUID, Decimal] = {}
    for use in taken:
        weights[use.order_id] = weights.get(use.order_id, Decimal(0)) + abs(use.amount)
    if not total or not weights:
        return {}
    whole, left = sum(weights.values(), Decimal(0)), total
    shares: dict[UUID, Decimal] = {}
    *others, last = sorted(weights)
    for order in others:
        shares[order] = (total * weights[order] / whole).quantize(_PRICE) if whole else Decimal(0)
        left -= shares[order]
    return shares | {last: left}


def uses(draft: InvoiceDraft, known: Mapping[LineName, KnownLine], kind: Kind) -> tuple[OrderLineUse, ...]:
    """What the draft takes, one entry an order line; negative in a credit note. Call it when nothing was found."""
    totals: dict[UUID, tuple[UUID, Decimal, Decimal]] = {}
    for line in draft.lines:
        name = line_name(draft, line)
        if name is None:
            continue
        order_line = known[name]
        _, quantity, amount = totals.get(order_line.order_line_id, (order_line.order_id, Decimal(0), Decimal(0)))
        net = line_net_amount(line, draft.currency)
        totals[order_line.order_line_id] = (order_line.order_id, quantity + line.quantity, amount + net)
    sign = -1 if kind is Kind.CREDIT_NOTE else 1
    return tuple(
        OrderLineUse(order_id=order, order_line_id=line, quantity=sign * quantity, amount=sign * amount)
        for line, (order, quantity, amount) in sorted(totals.items())
    )
