"""How orders look over HTTP."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from contracts.money import Amount, Quantity, shortest
from documents.order import Order
from documents.values import Amount as DocumentAmount
from mesh.bodies import Output


class OrderSummary(Output):
    """One order in a list."""

    id: UUID
    number: str
    revision: int
    status: str = Field(description="waiting, published, accepted, rejected or closed")
    buyer_id: UUID
    buyer_name: str
    unit_id: UUID | None
    unit_name: str
    supplier_id: UUID | None
    supplier_name: str
    issue_date: date
    currency: str
    net_amount: DocumentAmount | None
    waiting_for: str | None
    received_at: datetime
    published_at: datetime | None


class LineQuantities(Output):
    """An order line with what has happened to it."""

    id: UUID
    identifier: str
    item_name: str
    unit: str
    ordered: Quantity
    received: Quantity
    invoiced: Quantity
    invoiced_amount: Amount
    price: DocumentAmount | None
    net_amount: DocumentAmount | None
    withdrawn: bool = Field(description="a later revision left the line out")


class OrderDetail(OrderSummary):
    """An order with its content and its lines' quantities."""

    response: str | None
    response_reason: str | None
    responded_at: datetime | None
    closed: bool
    lines: list[LineQuantities]
    document: Order


def summary(row: Mapping[str, Any], buyer_name: str, unit_name: str) -> OrderSummary:
    """A row of the list; names are the directory's."""
    return OrderSummary(**_terms(row), buyer_name=buyer_name, unit_name=unit_name)


def detail(
    row: Mapping[str, Any], buyer_name: str, unit_name: str, lines: list[LineQuantities], document: Order
) -> OrderDetail:
    """One order in full."""
    return OrderDetail(**_terms(row), buyer_name=buyer_name, unit_name=unit_name, lines=lines, document=document)


def _terms(row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = {"document", "buyer_name", "unit_name"}
    return {name: value for name, value in row.items() if name not in hidden}


def line(row: Mapping[str, Any]) -> LineQuantities:
    """One line from its row."""
    shown: dict[str, Any] = dict(row)
    for name in ("ordered", "received", "invoiced"):
        shown[name] = shortest(row[name])
    return LineQuantities(**shown)
