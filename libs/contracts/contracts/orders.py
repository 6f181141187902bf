"""Facts of po-sync.

An order's lines travel by reference (JSON of `documents.order.Order`): an order of 5,000 lines is no Kafka record.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.facts import Fact, fact
from contracts.money import Currency, Quantity
from contracts.refs import DocumentRef
from contracts.topics import ORDERS_EVENTS


class _OrderFact(Fact):
    topic: ClassVar[str] = ORDERS_EVENTS

    order_id: UUID
    buyer_id: UUID
    supplier_id: UUID
    unit_id: UUID


class _OrderContent(_OrderFact):
    number: str
    revision: int
    currency: Currency
    issue_date: date
    document: DocumentRef


@fact
class OrderPublished(_OrderContent):
    """A buyer's order is there; `document` holds its content."""

    type_name: ClassVar[str] = "order.published"


@fact
class OrderChanged(_OrderContent):
    """A later revision;
    `document` holds the whole new content, `changed_lines` the buyer's ids of lines that differ.
    """

    type_name: ClassVar[str] = "order.changed"

    changed_lines: tuple[str, ...] = ()


class ReceivedLine(BaseModel):
    """What arrived of one order line; negative reverses an earlier receipt."""

    model_config = ConfigDict(frozen=True)

    order_line_id: UUID
    quantity: Quantity


@fact
class ReceiptRecorded(_OrderFact):
    """The buyer received goods or services."""

    type_name: ClassVar[str] = "receipt.recorded"

    receipt_id: UUID
    number: str
    received_on: date
    lines: tuple[ReceivedLine, ...]


class OrderResponse(StrEnum):
    """The supplier's answer (UBL `OrderResponseCode` AP, RE)."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@fact
class OrderResponded(_OrderFact):
    """The supplier accepted or rejected the order; a conversion accepts too."""

    type_name: ClassVar[str] = "order.responded"

    response: OrderResponse
    reason_code: str | None = None
    revision: int
    at: datetime


@fact
class DespatchSent(_OrderFact):
    """The supplier announced a despatch."""

    type_name: ClassVar[str] = "despatch.sent"

    despatch_id: UUID
    number: str
    despatched_on: date
    lines: tuple[ReceivedLine, ...]


@fact
class OrderClosed(_OrderFact):
    """The buyer closed the order, or opened it again (`closed` false)."""

    type_name: ClassVar[str] = "order.closed"

    closed: bool
    at: datetime
