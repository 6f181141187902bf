"""Facts of orders and connections become feed items."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from contracts.facts import Fact
from contracts.ids import derived_id
from contracts.orders import (
    DespatchSent,
    OrderArchived,
    OrderChanged,
    OrderClosed,
    OrderPublished,
    OrderResponded,
    ReceiptRecorded,
)
from contracts.registration import (
    ConnectionAccepted,
    ConnectionDisconnected,
    ConnectionRefused,
    ConnectionRequested,
)
from mesh.errors import CauseUnknown
from mesh.handlers import Handlers
from mesh.records import Received
from mesh.transaction import Transaction
from notifications.domain.items import Item, connection_data, order_data
from notifications.store import documents, feed

OrderFact = (
    OrderPublished | OrderChanged | OrderClosed | OrderResponded | OrderArchived | ReceiptRecorded | DespatchSent
)
ConnectionFact = ConnectionRequested | ConnectionAccepted | ConnectionRefused | ConnectionDisconnected
F = TypeVar("F", bound=Fact)
_FROM_BUYER = (OrderPublished, OrderChanged, OrderClosed, ReceiptRecorded)
_FROM_SUPPLIER = (OrderResponded, OrderArchived, DespatchSent)
_CONNECTIONS = (ConnectionRequested, ConnectionAccepted, ConnectionRefused, ConnectionDisconnected)


def register(handlers: Handlers[Any]) -> None:
    """Let the service listen to orders and connections."""
    for kind in (OrderPublished, OrderChanged):
        handlers.records(kind, projection=True)(_remember)
    for kind in _FROM_BUYER:
        handlers.records(kind)(_tell(lambda fact: fact.supplier_id))
    for kind in _FROM_SUPPLIER:
        handlers.records(kind)(_tell(lambda fact: fact.buyer_id))
    for kind in _CONNECTIONS:
        handlers.records(kind)(_tell_both)


async def _remember(tx: Transaction, batch: Sequence[Received[OrderPublished | OrderChanged]], _: Any) -> None:
    await documents.remember_orders(tx, [received.fact for received in batch])


def _tell(
    side: Callable[[OrderFact], UUID],
) -> Callable[[Transaction, Sequence[Received[Any]], Any], Awaitable[None]]:
    """The handler that tells one side, the one that did not do it itself."""

    async def tell(tx: Transaction, batch: Sequence[Received[OrderFact]], _: Any) -> None:
        numbers = await documents.order_numbers(tx, [received.fact.order_id for received in batch])
        items: list[Item] = []
        for received in batch:
            fact = received.fact
            if fact.order_id not in numbers:
                raise CauseUnknown(f"order {fact.order_id}")
            data = order_data(fact, numbers[fact.order_id])
            items.append(_item(received, side(fact), fact.order_id, data))
        await feed.add(tx, items)

    return tell


async def _tell_both(tx: Transaction, batch: Sequence[Received[ConnectionFact]], _: Any) -> None:
    await feed.add(
        tx,
        [
            _item(received, side, received.fact.connection_id, connection_data(received.fact))
            for received in batch
            for side in (received.fact.supplier_id, received.fact.buyer_id)
        ],
    )


def _item(received: Received[Fact], company_id: UUID, subject: UUID, data: dict[str, Any]) -> Item:
    return Item(
        id=derived_id(received.envelope.id, "item", str(company_id)),
        company_id=company_id,
        type=received.fact.type_name,
        subject=subject,
        data=data,
        occurred_at=received.envelope.time,
    )
