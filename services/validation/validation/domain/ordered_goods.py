"""Ready-made rules that compare an invoice with what was ordered and received."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from validation.domain.case import Case, NotEvaluated, OrderedLine, Place


def ordered_lines(case: Case) -> Sequence[OrderedLine]:
    """Lines that bill an order's. Raises NotEvaluated where nothing is known of one, or none does."""
    found = case.kept.get("ordered_lines")
    if found is None:
        found = case.kept["ordered_lines"] = _ordered_lines(case)
    if not found:
        raise NotEvaluated("order")
    return found


def price(case: Case, given: Mapping[str, Any]) -> list[Place]:
    """BT-146 for one unit against the order's price."""
    factor, found = 1 + given["percent"] / 100, list[Place]()
    for line in ordered_lines(case):
        if line.price is None:
            raise NotEvaluated("order price")
        if line.billed_price > line.price * factor:
            found.append(Place("BT-146", f"/lines/{line.index}/price/net", {"line": str(line.index + 1)}))
    return found


def quantity(case: Case, given: Mapping[str, Any]) -> list[Place]:
    """BT-129 with what was billed before, against what was ordered."""
    factor = 1 + given["percent"] / 100
    return _places(case, [line.index for line in ordered_lines(case) if line.billed > line.ordered * factor])


def receipt(case: Case, _: Mapping[str, Any]) -> list[Place]:
    """BT-129 with what was billed before, against what was received."""
    return _places(case, [line.index for line in ordered_lines(case) if line.billed > line.received])


def _places(case: Case, beyond: list[int]) -> list[Place]:
    if case.invoice.is_credit_note:
        return []
    return [Place("BT-129", f"/lines/{index}/quantity", {"line": str(index + 1)}) for index in beyond]


def _ordered_lines(case: Case) -> Sequence[OrderedLine]:
    """Empty where an order line is billed of which nothing is known."""
    billed: dict[object, Decimal] = defaultdict(Decimal)
    found: list[OrderedLine] = []
    for index, line in enumerate(case.invoice.lines):
        if line.order_line is None or not line.order_line.line:
            continue
        order = (case.orders or {}).get(index)
        if order is None:
            return ()
        name = (line.order_line.order, line.order_line.line)
        billed[name] += line.quantity
        found.append(
            OrderedLine(
                index=index,
                billed=order.invoiced + billed[name],
                billed_price=line.price.net / (line.price.base_quantity or Decimal(1)),
                ordered=order.ordered,
                received=order.received,
                price=order.unit_price,
            )
        )
    return found
