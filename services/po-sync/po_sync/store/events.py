"""What happened to an order, for its timeline: codes and ids, never what people typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from mesh.db import jsonb
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Event:
    """One thing that happened, named like the fact that tells of it."""

    order_id: UUID
    buyer_id: UUID
    supplier_id: UUID
    type: str
    at: datetime
    detail: Mapping[str, Any]


async def note(tx: Transaction, events: Sequence[Event]) -> None:
    """Keep what happened."""
    await tx.execute(
        """insert into order_event (id, order_id, buyer_id, supplier_id, type, at, detail)
        select * from unnest(cast(:ids as uuid[]), cast(:orders as uuid[]), cast(:buyers as uuid[]),
            cast(:suppliers as uuid[]), cast(:types as text[]), cast(:ats as timestamptz[]),
            cast(:details as jsonb[]))""",
        ids=[new_id() for _ in events],
        orders=[event.order_id for event in events],
        buyers=[event.buyer_id for event in events],
        suppliers=[event.supplier_id for event in events],
        types=[event.type for event in events],
        ats=[event.at for event in events],
        details=[jsonb(event.detail) for event in events],
    )


async def of_order(tx: Transaction, order_id: UUID) -> list[RowMapping]:
    """What happened, the oldest first; the last 500."""
    return await tx.rows(
        """select * from (select id, type, at, detail from order_event where order_id = :order
            order by id desc limit 500) e order by id""",
        order=order_id,
    )
