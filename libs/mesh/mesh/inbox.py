"""Each fact has its effect once:
its id is inserted in the transaction of the effect, and only the winner's effect is kept.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mesh.records import Received
from mesh.transaction import Transaction


async def known(tx: Transaction, consumer: str, ids: Sequence[UUID]) -> set[UUID]:
    """Those of `ids` that were handled, parked or ended before; a first look that saves computing in vain."""
    rows = await tx.rows(
        "select event_id from inbox where consumer = :consumer and event_id = any(cast(:ids as uuid[]))",
        consumer=consumer,
        ids=list(ids),
    )
    return {row["event_id"] for row in rows}


async def claim(tx: Transaction, consumer: str, batch: Sequence[Received[Any]], outcome: str = "done") -> set[UUID]:
    """Insert the ids of a batch; returns those that are new. The rest was done by somebody else in the meantime."""
    if not batch:
        return set()
    rows = await tx.rows(
        """insert into inbox (consumer, event_id, topic, part, off, outcome)
        select :consumer, e, t, p, o, :outcome
        from unnest(cast(:ids as uuid[]), cast(:topics as text[]), cast(:parts as int[]), cast(:offs as bigint[]))
        v(e, t, p, o)
        order by e on conflict do nothing returning event_id""",
        consumer=consumer,
        outcome=outcome,
        ids=[item.envelope.id for item in batch],
        topics=[item.record.topic for item in batch],
        parts=[item.record.partition for item in batch],
        offs=[item.record.offset for item in batch],
    )
    return {row["event_id"] for row in rows}


async def settle(tx: Transaction, consumer: str, event_id: UUID, outcome: str, *, was: tuple[str, ...]) -> bool:
    """Change the outcome of a fact that was parked or dead; False when it is no longer in one of the states `was`."""
    found = await tx.value(
        """update inbox set outcome = :outcome, done_at = now()
        where consumer = :consumer and event_id = :event_id and outcome = any(cast(:was as text[])) returning
        event_id""",
        consumer=consumer,
        event_id=event_id,
        outcome=outcome,
        was=list(was),
    )
    return found is not None
