"""Facts of po-sync.

An order's lines travel by reference (JSON of `documents.order.Order`): an order of 5,000 lines is no Kafka record.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.facts import Fact, fact
from contracts.money import Currency, Price, Quantity
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
    active_on: date | None = None
    """The day from which the order's age counts: of its last change, else its issue date. Absent: the issue date."""


@fact
class OrderPublished(_OrderContent):
    """A buyer's order is there; `document` holds its content."""

    type_name: ClassVar[str] = "order.published"


class TermChange(BaseModel):
    """One term that a revision changed. `term` is its path in the order's JSON (`price.net`), `line` the buyer's id.

    `old` and `new` are given for quantities, prices, amounts, dates, codes and switches: facts are kept for good, so
    what people typed is named and stays behind the document's reference. Both absent: see the document.
    """

    model_config = ConfigDict(frozen=True)

    line: str | None = None
    term: str
    old: str | None = None
    new: str | None = None


@fact
class OrderChanged(_OrderContent):
    """A later revision;
    `document` holds the whole new content, `changed_lines` the buyer's ids of lines that differ.

    `changes` are the first of its changed terms. `previous_revision` is the one that stood before: a revision that
    is not the next one leaves a gap.
    """

    type_name: ClassVar[str] = "order.changed"

    changed_lines: tuple[str, ...] = ()
    changes: tuple[TermChange, ...] = ()
    previous_revision: int | None = None


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


class RespondedLine(BaseModel):
    """What the supplier offers for one line instead of what was ordered; absent terms stay as ordered."""

    model_config = ConfigDict(frozen=True)

    order_line_id: UUID
    status: Literal["accepted", "amended", "rejected"]
    quantity: Quantity | None = None
    price: Price | None = None
    """Of one price base of the order line."""
    promised_on: date | None = None


@fact
class OrderResponded(_OrderFact):
    """The supplier accepted or rejected the order; a conversion accepts too (`origin` is then `invoice`).

    With amended or rejected `lines` it is a conditional acceptance (UBL `OrderResponseCode` CA). `document` is the
    order response (UBL, Peppol T76), absent where the order lacks what T76 demands.
    """

    type_name: ClassVar[str] = "order.responded"

    response: OrderResponse
    reason_code: str | None = None
    revision: int
    at: datetime
    origin: Literal["supplier", "invoice"] = "supplier"
    response_id: UUID | None = None
    document: DocumentRef | None = None
    lines: tuple[RespondedLine, ...] = ()


@fact
class OrderArchived(_OrderFact):
    """The supplier put the order away, or took it back (`archived` false): its lines cannot be invoiced meanwhile."""

    type_name: ClassVar[str] = "order.archived"

    archived: bool
    at: datetime


@fact
class DespatchSent(_OrderFact):
    """The supplier announced a despatch; `document` is the despatch advice (UBL, Peppol T16)."""

    type_name: ClassVar[str] = "despatch.sent"

    despatch_id: UUID
    number: str
    despatched_on: date
    lines: tuple[ReceivedLine, ...]
    document: DocumentRef | None = None


@fact
class OrderClosed(_OrderFact):
    """The buyer closed the order, or opened it again (`closed` false)."""

    type_name: ClassVar[str] = "order.closed"

    closed: bool
    at: datetime
    cancelled: bool = False
    """Closed by an order cancellation (UBL OrderCancellation, Peppol T115)."""
