"""The supplier answers or puts away, the buyer closes or cancels."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.facts import Fact
from contracts.orders import OrderArchived, OrderClosed, OrderResponded, OrderResponse, RespondedLine
from contracts.refs import DocumentRef
from mesh import outbox
from mesh.records import Received
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.store import events, orders
from po_sync.store.events import Event


def _parties(row: RowMapping) -> dict[str, Any]:
    return {
        "order_id": row["id"],
        "buyer_id": row["buyer_id"],
        "supplier_id": row["supplier_id"],
        "unit_id": row["unit_id"],
    }


async def _happened(tx: Transaction, row: RowMapping, kind: str, now: datetime, **detail: Any) -> None:
    await events.note(tx, [Event(row["id"], row["buyer_id"], row["supplier_id"], kind, now, detail)])


async def respond(
    tx: Transaction,
    row: RowMapping,
    response: OrderResponse,
    reason: str | None,
    now: datetime,
    *,
    cause: Received[Fact] | None = None,
    response_id: UUID | None = None,
    document: DocumentRef | None = None,
    lines: tuple[RespondedLine, ...] = (),
) -> bool:
    """Note the supplier's answer to a published, locked order; False when it is what stands already.

    A `cause` is the invoice that accepts the order. With `lines` every answer counts anew.
    """
    if row["response"] == response.value and row["response_reason"] == reason and not lines:
        return False
    origin = "invoice" if cause else "supplier"
    await orders.respond(tx, row["id"], response.value, reason, origin, now)
    fact = OrderResponded(
        **_parties(row),
        response=response,
        reason_code=reason,
        revision=row["revision"],
        at=now,
        origin=origin,
        response_id=response_id,
        document=document,
        lines=lines,
    )
    outbox.emit(tx, fact, subject=row["id"], tenant=row["buyer_id"], cause=cause)
    told = {"response": response.value, "reason_code": reason, "origin": origin, "conditional": bool(lines)}
    await _happened(tx, row, "order.responded", now, **told)
    return True


async def answerable(tx: Transaction, order_id: UUID, companies: Sequence[UUID]) -> RowMapping:
    """The order that its supplier answers, held until the transaction ends. Raises Refusal."""
    row = await _of_supplier(tx, order_id, companies)
    if row["closed"]:
        raise errors.order_closed()
    return row


async def _of_supplier(tx: Transaction, order_id: UUID, companies: Sequence[UUID]) -> RowMapping:
    row = await orders.locked_by_id(tx, order_id)
    if row is None:
        raise errors.order_unknown()
    if row["supplier_id"] not in companies:
        raise errors.not_yours_to_answer()
    if row["state"] != "published":
        raise errors.order_unknown()
    return row


async def not_invoiced(tx: Transaction, order_id: UUID) -> None:
    """Raises Conflict (`ALREADY_INVOICED`)."""
    if any(line["invoiced"] > 0 for line in await orders.lines(tx, [order_id])):
        raise errors.already_invoiced()


async def archive(tx: Transaction, order_id: UUID, companies: Sequence[UUID], *, archived: bool, now: datetime) -> None:
    """The supplier puts an order away or takes it back; the same twice changes nothing. Raises Refusal."""
    row = await _of_supplier(tx, order_id, companies)
    if (row["archived_at"] is not None) == archived:
        return
    await orders.archive(tx, order_id, now if archived else None)
    fact = OrderArchived(**_parties(row), archived=archived, at=now)
    outbox.emit(tx, fact, subject=row["id"], tenant=row["buyer_id"])
    await _happened(tx, row, "order.archived", now, archived=archived)


async def close(
    tx: Transaction,
    order_id: UUID,
    companies: Sequence[UUID],
    *,
    closed: bool,
    now: datetime,
    cancelled: bool = False,
    reason: str | None = None,
) -> RowMapping:
    """The buyer closes an order or opens it again; the same twice changes nothing. Raises Refusal."""
    row = await orders.locked_by_id(tx, order_id)
    if row is None:
        raise errors.order_unknown()
    if row["buyer_id"] not in companies:
        raise errors.not_yours_to_close()
    if row["state"] != "published":
        raise errors.not_published()
    if row["closed"] == closed and row["cancelled"] == cancelled:
        return row
    await orders.close(tx, order_id, closed=closed, cancelled=cancelled, reason=reason, now=now)
    fact = OrderClosed(**_parties(row), closed=closed, at=now, cancelled=cancelled)
    outbox.emit(tx, fact, subject=row["id"], tenant=row["buyer_id"])
    await _happened(tx, row, "order.closed", now, closed=closed, cancelled=cancelled)
    return row
