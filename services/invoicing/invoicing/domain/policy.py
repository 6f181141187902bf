"""How much of an order line may be invoiced at all, by what the order and the unit say."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from contracts.money import shortest
from documents.order import Order, OrderLine

_UNIT: Final = Decimal("0.000001")
_ZERO: Final = Decimal(0)


@dataclass(frozen=True)
class LinePolicy:
    """`extra`: quantity that may be invoiced beyond what was ordered; `amount_cap`: without VAT, None for no cap."""

    receipt_required: bool
    extra: Decimal
    amount_cap: Decimal | None


def line_policy(order: Order, line: OrderLine, *, unit_needs_receipt: bool) -> LinePolicy:
    """What holds for a line: its own terms, else the order's, else the unit's.

    Several limits of a tolerance hold together, so the smallest counts; fractions are rounded down.
    """
    required = line.receipt_required if line.receipt_required is not None else order.receipt_required
    tolerance = line.tolerance or order.tolerance
    extras: list[Decimal] = []
    caps = [line.amount_cap] if line.amount_cap is not None else []
    if tolerance is not None:
        if tolerance.quantity_percentage is not None:
            extras.append(line.quantity * tolerance.quantity_percentage / 100)
        if tolerance.quantity is not None:
            extras.append(tolerance.quantity)
        if tolerance.amount is not None and line.net_amount is not None:
            caps.append(line.net_amount + tolerance.amount)
    return LinePolicy(
        receipt_required=unit_needs_receipt if required is None else required,
        extra=shortest(min(extras, default=_ZERO).quantize(_UNIT, ROUND_DOWN)),
        amount_cap=min(caps, default=None),
    )
