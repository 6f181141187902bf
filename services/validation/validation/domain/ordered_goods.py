"""Ready-made rules that compare an invoice with what was ordered and received."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from contracts.invoices import OrderContext
from documents.invoice import InvoiceLine
from validation.domain.case import Case, NotEvaluated, Place


def price(case: Case, given: Mapping[str, Any]) -> list[Place]:
    """BT-146 for one unit against the order's price."""
    found: list[Place] = []
    for index, line, order in _lines(case):
        if order.unit_price is None:
            raise NotEvaluated("order price")
        billed = line.price.net / (line.price.base_quantity or Decimal(1))
        if billed > order.unit_price * (1 + given["percent"] / 100):
            found.append(Place("BT-146", f"/lines/{index}/price/net", {"line": str(index + 1)}))
    return found


def quantity(case: Case, given: Mapping[str, Any]) -> list[Place]:
    """BT-129 with what was billed before, against what was ordered."""
    return _beyond(case, lambda order: order.ordered * (1 + given["percent"] / 100))


def receipt(case: Case, _: Mapping[str, Any]) -> list[Place]:
    """BT-129 with what was billed before, against what was received."""
    return _beyond(case, lambda order: order.received)


def _beyond(case: Case, allowed: Callable[[OrderContext], Decimal]) -> list[Place]:
    found: list[Place] = []
    billed: dict[object, Decimal] = defaultdict(Decimal)
    for index, line, order in _lines(case):
        name = line.order_line and (line.order_line.order, line.order_line.line)
        billed[name] += line.quantity
        if not case.invoice.is_credit_note and order.invoiced + billed[name] > allowed(order):
            found.append(Place("BT-129", f"/lines/{index}/quantity", {"line": str(index + 1)}))
    return found


def _lines(case: Case) -> list[tuple[int, InvoiceLine, OrderContext]]:
    """Lines that bill an order's. Raises NotEvaluated where nothing is known of one, or none does."""
    found: list[tuple[int, InvoiceLine, OrderContext]] = []
    for index, line in enumerate(case.invoice.lines):
        if line.order_line is None or not line.order_line.line:
            continue
        order = (case.orders or {}).get(index)
        if order is None:
            raise NotEvaluated("order")
        found.append((index, line, order))
    if not found:
        raise NotEvaluated("order")
    return found
