"""How orders look over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from contracts.money import Amount, Quantity, shortest
from documents.order import Order
from documents.values import Amount as DocumentAmount
from mesh.bodies import Output
from mesh.paging import Page


class OrderSummary(Output):
    """One order in a list."""

    id: UUID
    number: str
    revision: int
    status: str = Field(description="waiting, published, accepted, rejected, closed or cancelled")
    buyer_id: UUID
    buyer_name: str
    unit_id: UUID | None
    unit_name: str
    supplier_id: UUID | None
    supplier_name: str
    issue_date: date
    active_on: date = Field(description="the day from which its age counts: of its last change, else its issue date")
    currency: str
    net_amount: DocumentAmount | None
    waiting_for: str | None
    fully_invoiced: bool
    archived_at: datetime | None
    received_at: datetime
    published_at: datetime | None


class OrderPage(Page[OrderSummary]):
    """Orders, and the search that was made: what was not asked for has its default."""

    side: Literal["supplier", "buyer"]
    buyer_id: UUID | None = None
    first: date | None = Field(default=None, serialization_alias="from")
    last: date | None = Field(default=None, serialization_alias="to")


class LineQuantities(Output):
    """An order line with what has happened to it."""

    id: UUID
    identifier: str
    item_name: str
    unit: str
    ordered: Quantity
    received: Quantity
    despatched: Quantity
    invoiced: Quantity
    invoiced_amount: Amount
    remaining: Quantity = Field(
        description="ordered and not invoiced, never below 0; what can be billed invoicing says"
    )
    price: DocumentAmount | None
    net_amount: DocumentAmount | None
    by_amount: bool = Field(description="invoices take an amount of the line, not a quantity")
    receipt_required: bool | None = Field(description="absent: as the buyer's unit says")
    withdrawn: bool = Field(description="a later revision left the line out")


class OrderInvoice(Output):
    """An invoice that takes from the order; both sides learn of it when it is archived."""

    invoice_id: UUID
    number: str | None
    kind: str | None
    issue_date: date | None
    net_amount: Amount = Field(description="of this order's lines, without VAT; negative in a credit note")
    counts: bool = Field(description="false: refused, rejected or cancelled, so its quantities are free again")


class ContactPerson(Output):
    """Whom to ask."""

    name: str | None = None
    telephone: str | None = None
    email: str | None = None


class OrderEvent(Output):
    """One thing that happened; `type` is the name of the fact that tells of it."""

    type: str
    at: datetime
    detail: dict[str, Any]


class OrderDetail(OrderSummary):
    """An order with its content and its lines' quantities."""

    response: str | None
    response_reason: str | None
    response_origin: Literal["supplier", "invoice"] | None = Field(description="invoice: a conversion accepted it")
    responded_at: datetime | None
    closed: bool
    cancelled: bool
    closed_reason: str | None
    missing_revisions: list[int] = Field(description="revisions that never came, between those that did")
    contacts: dict[str, ContactPerson] = Field(description="by role: purchasing, administrator, requester …")
    lines: list[LineQuantities]
    invoices: list[OrderInvoice]
    timeline: list[OrderEvent]
    document: Order


def summary(row: Mapping[str, Any], buyer_name: str, unit_name: str) -> OrderSummary:
    """A row of the list; names are the directory's."""
    return OrderSummary(**_terms(row), buyer_name=buyer_name, unit_name=unit_name)


def detail(
    row: Mapping[str, Any],
    names: tuple[str, str],
    *,
    lines: Sequence[LineQuantities],
    invoices: Sequence[OrderInvoice],
    timeline: Sequence[OrderEvent],
    missing: Sequence[int],
    document: Order,
) -> OrderDetail:
    """One order in full; `names` are its buyer's and its unit's."""
    return OrderDetail(
        **_terms(row),
        buyer_name=names[0],
        unit_name=names[1],
        lines=list(lines),
        invoices=list(invoices),
        timeline=list(timeline),
        missing_revisions=list(missing),
        document=document,
    )


def _terms(row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = {"document", "buyer_name", "unit_name"}
    return {name: value for name, value in row.items() if name not in hidden}


def line(row: Mapping[str, Any]) -> LineQuantities:
    """One line from its row."""
    shown: dict[str, Any] = dict(row)
    for name in ("ordered", "received", "invoiced", "despatched"):
        shown[name] = shortest(row[name])
    return LineQuantities(**shown, remaining=shortest(max(row["ordered"] - row["invoiced"], row["ordered"] * 0)))


def invoice(row: Mapping[str, Any]) -> OrderInvoice:
    """One invoice from its row."""
    shown: dict[str, Any] = dict(row)
    return OrderInvoice.model_validate({**shown, "net_amount": shortest(row["net_amount"])})
