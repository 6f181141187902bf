"""The supplier answers, the buyer closes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.facts import Fact
from contracts.orders import OrderClosed, OrderResponded, OrderResponse
from mesh import outbox
from mesh.records import Received
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.store import orders


async def respond(
    tx: Transaction,
    row: RowMapping,
    response: OrderResponse,
    reason: str | None,
    now: datetime,
    cause: Received[Fact] | None = None,
) -> bool:
    """Note the supplier's answer to a published, locked order; False when it is what stands already."""
    if row["response"] == response.value and row["response_reason"] == reason:
        return False
    await orders.respond(tx, row["id"], response.value, reason, now)
    fact = OrderResponded(
        order_id=row["id"],
        buyer_id=row["buyer_id"],
        supplier_id=row["supplier_id"],
        unit_id=row["unit_id"],
        response=response,
        reason_code=reason,
        revision=row["revision"],
        at=now,
    )
    outbox.emit(tx, fact, subject=row["id"], tenant=row["buyer_id"], cause=cause)
    return True


async def answer(
    tx: Transaction, order_id: UUID, company: UUID, response: OrderResponse, reason: str | None, now: datetime
) -> None:
    """The supplier's own answer. Raises Refusal."""
    row = await orders.locked_by_id(tx, order_id)
    if row is None:
        raise errors.order_unknown()
    if row["supplier_id"] != company:
        raise errors.not_yours_to_answer()
    if row["state"] != "published":
        raise errors.order_unknown()
    if row["closed"]:
        raise errors.order_closed()
    if response is OrderResponse.REJECTED and any(line["invoiced"] > 0 for line in await orders.lines(tx, [order_id])):
        raise errors.already_invoiced()
    await respond(tx, row, response, reason, now)


async def close(tx: Transaction, order_id: UUID, company: UUID, *, closed: bool, now: datetime) -> None:
    """The buyer closes an order or opens it again; the same twice changes nothing. Raises Refusal."""
    row = await orders.locked_by_id(tx, order_id)
    if row is None:
        raise errors.order_unknown()
    if row["buyer_id"] != company:
        raise errors.not_yours_to_close()
    if row["state"] != "published":
        raise errors.not_published()
    if row["closed"] == closed:
        return
    await orders.close(tx, order_id, closed=closed, now=now)
    fact = OrderClosed(
        order_id=row["id"],
        buyer_id=row["buyer_id"],
        supplier_id=row["supplier_id"],
        unit_id=row["unit_id"],
        closed=closed,
        at=now,
    )
    outbox.emit(tx, fact, subject=row["id"], tenant=row["buyer_id"])
