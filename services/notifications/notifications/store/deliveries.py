"""Deliveries of invoices to their buyers. Each is settled once: every change is conditional on `pending`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.envelope import Envelope
from contracts.invoices import Channel, InvoiceArchived
from mesh.records import Received
from mesh.transaction import Transaction

_SETTLED: Final = (
    "returning delivery_id, invoice_id, submission_id, supplier_id, buyer_id, unit_id, channel, reason, cause"
)


@dataclass(frozen=True)
class NewDelivery:
    """What begins with an archived invoice: the buyer's item, on the channel it chose."""

    received: Received[InvoiceArchived]
    item_id: UUID
    channel: Channel

    def row(self) -> dict[str, Any]:
        """What the table keeps of it."""
        fact = self.received.fact
        return {
            "delivery_id": fact.delivery_id,
            "invoice_id": fact.invoice_id,
            "submission_id": fact.submission_id,
            "supplier_id": fact.supplier_id,
            "buyer_id": fact.buyer_id,
            "unit_id": fact.unit_id,
            "item_id": self.item_id,
            "channel": self.channel.value,
            "cause": {name: value.decode() for name, value in self.received.envelope.headers()},
        }


async def add(tx: Transaction, new: Sequence[NewDelivery], at: datetime) -> None:
    """Begin deliveries; one that had begun stays as it is."""
    if not new:
        return
    await tx.execute(
        """insert into delivery (delivery_id, invoice_id, submission_id, supplier_id, buyer_id, unit_id, item_id,
            channel, cause, created_at)
        select delivery_id, invoice_id, submission_id, supplier_id, buyer_id, unit_id, item_id, channel, cause, :at
        from json_to_recordset(cast(:deliveries as json)) v(delivery_id uuid, invoice_id uuid, submission_id uuid,
            supplier_id uuid, buyer_id uuid, unit_id uuid, item_id uuid, channel text, cause jsonb)
        on conflict do nothing""",
        deliveries=orjson.dumps([delivery.row() for delivery in new]).decode(),
        at=at,
    )


def cause_of(row: RowMapping) -> Envelope:
    """The envelope of the `invoice.archived` that began a delivery."""
    cause: Mapping[str, str] = row["cause"]
    return Envelope.from_headers([(name, value.encode()) for name, value in cause.items()])


async def submissions_of(tx: Transaction, deliveries: Collection[UUID]) -> dict[UUID, UUID]:
    """The submission of each delivery that is known."""
    rows = await tx.rows(
        "select delivery_id, submission_id from delivery where delivery_id = any(cast(:ids as uuid[]))",
        ids=list(deliveries),
    )
    return {row["delivery_id"]: row["submission_id"] for row in rows}


async def place(tx: Transaction, items: Sequence[UUID], positions: Sequence[int], chosen: Sequence[Channel]) -> None:
    """Note the positions of numbered items, and the channels that they really take."""
    await tx.execute(
        """update delivery set position = v.position, channel = v.channel
        from unnest(cast(:items as uuid[]), cast(:positions as bigint[]), cast(:channels as text[]))
            v(item_id, position, channel)
        where delivery.item_id = v.item_id and delivery.state = 'pending'""",
        items=list(items),
        positions=list(positions),
        channels=[channel.value for channel in chosen],
    )


async def delivered_by(tx: Transaction, channel: Channel, items: Collection[UUID], at: datetime) -> list[RowMapping]:
    """Settle the pending deliveries of these items; returns those that this call settled."""
    return await tx.rows(
        f"""update delivery set state = 'delivered', settled_at = :at
        where item_id = any(cast(:items as uuid[])) and channel = :channel and state = 'pending' {_SETTLED}""",  # noqa: S608 - a constant
        items=list(items),
        channel=channel.value,
        at=at,
    )


async def read_upto(tx: Transaction, buyer_id: UUID, position: int, at: datetime) -> list[RowMapping]:
    """Settle what the buyer's system has read of its feed; returns the deliveries that this call settled."""
    return await tx.rows(
        f"""update delivery set state = 'delivered', settled_at = :at
        where buyer_id = :buyer and position <= :position and channel = 'feed' and state = 'pending' {_SETTLED}""",  # noqa: S608 - a constant
        buyer=buyer_id,
        position=position,
        at=at,
    )


async def given_up(
    tx: Transaction, channel: Channel, items: Collection[UUID], reason: str, at: datetime
) -> list[RowMapping]:
    """Settle as failed what has no attempt left on its channel; returns the deliveries that this call settled.

    The rows are locked first: two last attempts that end at once would each take the other for still under way.
    """
    await tx.rows(
        """select 1 from delivery where item_id = any(cast(:items as uuid[])) and state = 'pending'
        order by delivery_id for update""",
        items=sorted(items),
    )
    return await tx.rows(
        f"""update delivery set state = 'failed', reason = :reason, settled_at = :at
        where item_id = any(cast(:items as uuid[])) and channel = :channel and state = 'pending'
            and not exists (select 1 from webhook_delivery w where w.item_id = delivery.item_id and w.state = 'pending')
            and not exists (select 1 from mail m where m.item_id = delivery.item_id and m.state = 'pending')
        {_SETTLED}""",  # noqa: S608 - a constant
        items=list(items),
        channel=channel.value,
        reason=reason,
        at=at,
    )


async def abandon(tx: Transaction, delivery_id: UUID, reason: str, at: datetime) -> bool:
    """Settle one delivery as failed, whatever is under way; False when it was settled."""
    found = await tx.value(
        """update delivery set state = 'failed', reason = :reason, settled_at = :at
        where delivery_id = :delivery and state = 'pending' returning delivery_id""",
        delivery=delivery_id,
        reason=reason,
        at=at,
    )
    return found is not None


async def cancel(tx: Transaction, submission_id: UUID, at: datetime) -> None:
    """The supplier withdrew the invoice: what is pending is not delivered any more."""
    await tx.execute(
        """update delivery set state = 'cancelled', settled_at = :at
        where submission_id = :submission and state = 'pending'""",
        submission=submission_id,
        at=at,
    )


async def exists_for(tx: Transaction, submission_id: UUID) -> bool:
    """Whether the buyer was told of a submission."""
    return await tx.value(
        "select exists (select 1 from delivery where submission_id = :submission)", submission=submission_id
    )


async def of_invoice(tx: Transaction, invoice_id: UUID) -> list[RowMapping]:
    """Deliveries of an invoice, oldest first, as far as the role sees."""
    return await tx.rows(
        """select delivery_id, submission_id, channel, state, reason, created_at, settled_at from delivery
        where invoice_id = :invoice order by created_at, delivery_id""",
        invoice=invoice_id,
    )
