"""How much of an order line may be invoiced at all, by what the order and the unit say."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from contracts.money import shortest
from documents.order import BilledBy, Order, OrderLine

_UNIT: Final = Decimal("0.000001")
_ZERO: Final = Decimal(0)


@dataclass(frozen=True)
class LinePolicy:
    """`extra`: quantity that may be invoiced beyond what was ordered; `amount_cap`: without VAT, None for no cap.

    `by_amount`: the cap alone is the ceiling, whatever the quantities; there always is one then.
    """

    receipt_required: bool
    extra: Decimal
    amount_cap: Decimal | None
    by_amount: bool = False
    price_tolerance: Decimal = _ZERO
    """By how many per cent an invoice's price may differ from the order's."""


def line_policy(order: Order, line: OrderLine, *, unit_needs_receipt: bool) -> LinePolicy:
    """What holds for a line: its own terms, else the order's, else the unit's.

    Several limits of a tolerance hold together, so the smallest counts; fractions are rounded down.
    """
    required = line.receipt_required if line.receipt_required is not None else order.receipt_required
    tolerance = line.tolerance or order.tolerance
    by_amount = (line.billed_by or order.billed_by) is BilledBy.AMOUNT
    extras: list[Decimal] = []
    caps = [line.amount_cap] if line.amount_cap is not None else []
    if tolerance is not None:
        if tolerance.quantity_percentage is not None:
            extras.append(line.quantity * tolerance.quantity_percentage / 100)
        if tolerance.quantity is not None:
            extras.append(tolerance.quantity)
        if tolerance.amount is not None and line.net_amount is not None:
            caps.append(line.net_amount + tolerance.amount)
    if by_amount:
        percentage = tolerance.quantity_percentage if tolerance else None
        caps.append(_net_amount(line) * (1 + (percentage or _ZERO) / 100) if not caps else caps[0])
    return LinePolicy(
        receipt_required=unit_needs_receipt if required is None else required,
        extra=shortest(min(extras, default=_ZERO).quantize(_UNIT, ROUND_DOWN)),
        amount_cap=shortest(min(caps).quantize(_UNIT, ROUND_DOWN)) if caps else None,
        by_amount=by_amount,
        price_tolerance=(tolerance.price_percentage if tolerance else None) or _ZERO,
    )


def _net_amount(line: OrderLine) -> Decimal:
    if line.net_amount is not None:
        return line.net_amount
    return line.quantity * line.price.net / (line.price.base_quantity or 1) if line.price else _ZERO
