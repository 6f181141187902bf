"""One document about an order, from its content to what became of it: an order, a change or a cancellation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from documents.order import Order
from documents.order_change import OrderCancellation, OrderChange
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.domain import completeness, parties, revision
from po_sync.domain.revision import Outcome
from po_sync.intake import orders as intake
from po_sync.intake import preparing, responses
from po_sync.intake.orders import Taken
from po_sync.intake.preparing import Incoming, Store, Superseded
from po_sync.store import lookup, revisions

OrderMessage = Order | OrderChange | OrderCancellation
Prepared = Incoming | Superseded | OrderCancellation


@dataclass(frozen=True)
class Sender:
    """Who sends (`mesh.tenants`), and for which unit; `order_id` is the order that the address names.

    A number means the order of the account that holds it already; a new one is of the first, the one that acts.
    """

    companies: Sequence[UUID]
    unit_asked: UUID | None = None
    order_id: UUID | None = None


def checked(message: OrderMessage) -> None:
    """Raises Invalid (`DOCUMENT_INCOMPLETE`) for an order that nothing can be done with."""
    found = completeness.order_findings(message) if isinstance(message, Order) else ()
    if found:
        raise errors.incomplete(found)


async def prepare(store: Store, sender: Sender, message: OrderMessage) -> Prepared:
    """What can be done before the transaction. Raises Refusal."""
    if isinstance(message, Order):
        return (await preparing.incoming(store, sender.companies, [message], sender.unit_asked))[0]
    if isinstance(message, OrderChange):
        return await preparing.changed(store, sender.companies, sender.order_id, message)
    return message


async def record(tx: Transaction, sender: Sender, message: OrderMessage, prepared: Prepared, now: datetime) -> Taken:
    """What became of the document. Raises Refusal; Conflict (`BUSY`): prepare it again."""
    if isinstance(message, OrderChange | OrderCancellation) and message.buyer is not None:
        keys = parties.keys(message.buyer)
        if not lookup.speaks_for(keys, await lookup.companies(tx, keys, "buyer"), sender.companies):
            raise errors.buyer_mismatch()
    if isinstance(prepared, Superseded):
        await intake.checked_buyer(tx, sender.companies[0])
        return Taken(prepared.order_id, prepared.number, prepared.revision, prepared.outcome, prepared.waiting_for)
    if isinstance(prepared, Incoming):
        return await intake.take(tx, sender.companies, prepared, now)
    return await _cancel(tx, sender, prepared, now)


async def _cancel(tx: Transaction, sender: Sender, cancellation: OrderCancellation, now: datetime) -> Taken:
    key = revision.number_key(cancellation.order_number)
    row = (await revisions.standing(tx, sender.companies, [key], sender.order_id)).get(key)
    if row is None:
        raise errors.order_unknown()
    before = await responses.close(
        tx, row["id"], sender.companies, closed=True, cancelled=True, reason=cancellation.reason, now=now
    )
    outcome = Outcome.UNCHANGED if before["cancelled"] else Outcome.CANCELLED
    return Taken(before["id"], before["number"], before["revision"], outcome, None)
