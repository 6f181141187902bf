"""Tells everybody, once, that a buyer has an invoice, or that its channel gave up."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.facts import Fact
from contracts.invoices import Channel, InvoiceDelivered, InvoiceDeliveryFailed
from mesh import outbox
from mesh.records import RawRecord, Received
from mesh.transaction import Transaction
from notifications.store import deliveries


async def reached(tx: Transaction, channel: Channel, items: Collection[UUID], at: datetime) -> None:
    """These items got through on a channel: what was pending there is delivered."""
    if items:
        _announce(tx, await deliveries.delivered_by(tx, channel, items, at), at)


async def read(tx: Transaction, buyer_id: UUID, position: int, at: datetime) -> None:
    """The buyer's system has read its feed up to a position."""
    _announce(tx, await deliveries.read_upto(tx, buyer_id, position, at), at)


async def gave_up(tx: Transaction, channel: Channel, items: Collection[UUID], reason: str, at: datetime) -> None:
    """A channel has no attempt left for these items; those with none under way are delivered no more."""
    if not items:
        return
    for row in await deliveries.given_up(tx, channel, items, reason, at):
        failed = InvoiceDeliveryFailed(**_of(row), reason=reason, failed_at=at)
        outbox.emit(tx, failed, subject=row["invoice_id"], tenant=row["supplier_id"], cause=_cause(row, failed))


def _announce(tx: Transaction, rows: Sequence[RowMapping], at: datetime) -> None:
    for row in rows:
        delivered = InvoiceDelivered(**_of(row), delivered_at=at)
        outbox.emit(tx, delivered, subject=row["invoice_id"], tenant=row["supplier_id"], cause=_cause(row, delivered))


def _of(row: RowMapping) -> dict[str, Any]:
    names = ("invoice_id", "submission_id", "delivery_id", "supplier_id", "buyer_id", "unit_id")
    return {name: row[name] for name in names} | {"channel": Channel(row["channel"])}


def _cause(row: RowMapping, fact: Fact) -> Received[Fact]:
    """The `invoice.archived` that began the delivery, as far as a following fact's envelope needs it."""
    return Received(deliveries.cause_of(row), fact, RawRecord("", 0, 0, str(row["invoice_id"]), (), b""))
