"""Each fact has its effect once:
its id is inserted in the transaction of the effect, and only the winner's effect is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from mesh import positions
from mesh.db import Database
from mesh.positions import Place
from mesh.records import Received
from mesh.transaction import Transaction

_CLAIM = """insert into inbox (consumer, event_id, topic, part, off, outcome)
    select :consumer, e, t, p, o, :outcome
    from json_to_recordset(cast(:batch as json)) v(e uuid, t text, p int, o bigint)
    order by e on conflict do nothing returning event_id"""
_MOVE_AND_CLAIM = (
    f"with moved as ({positions.MOVE}), fresh as ({_CLAIM}) "  # noqa: S608 - statements of the mesh
    "select cast(null as uuid) from moved union all select event_id from fresh"
)


async def look(
    database: Database, consumer: str, ids: Sequence[UUID], keys: Sequence[str]
) -> tuple[set[UUID], set[str]]:
    """A first look that saves computing in vain: those of `ids` that were handled, parked or ended before, and those
    of `keys` that have a parked fact, behind which whatever follows on the key queues.
    """
    rows = await database.once(
        """select event_id, null as msg_key from inbox
            where consumer = :consumer
                and event_id = any(array(select cast(id as uuid) from json_array_elements_text(cast(:ids as json)) id))
        union all
        select distinct cast(null as uuid), msg_key from parked
            where consumer = :consumer
                and msg_key = any(array(select json_array_elements_text(cast(:keys as json))))""",
        consumer=consumer,
        ids=orjson.dumps(ids).decode(),
        keys=orjson.dumps(list(set(keys))).decode(),
    )
    return {row["event_id"] for row in rows if row["event_id"]}, {row["msg_key"] for row in rows if row["msg_key"]}


def _places_of(batch: Sequence[Received[Any]]) -> str:
    # One JSON text: the driver takes as long for an element of an array as orjson for a row.
    return orjson.dumps(
        [
            {"e": item.envelope.id, "t": item.record.topic, "p": item.record.partition, "o": item.record.offset}
            for item in batch
        ]
    ).decode()


async def claim(tx: Transaction, consumer: str, batch: Sequence[Received[Any]], outcome: str = "done") -> set[UUID]:
    """Insert the ids of a batch; returns those that are new. The rest was done by somebody else in the meantime."""
    if not batch:
        return set()
    return set(await tx.values(_CLAIM, consumer=consumer, outcome=outcome, batch=_places_of(batch)))


async def enter(
    tx: Transaction, consumer: str, moves: Mapping[Place, tuple[int, int]], batch: Sequence[Received[Any]]
) -> set[UUID]:
    """Move the position and claim a batch, in one statement; raises Fenced when a place is not where it was."""
    if not moves or not batch:
        await positions.move(tx, consumer, moves)
        return await claim(tx, consumer, batch)
    found = await tx.values(
        _MOVE_AND_CLAIM,
        consumer=consumer,
        outcome="done",
        **positions.as_columns(moves),
        batch=_places_of(batch),
    )
    positions.moved(consumer, found.count(None), moves)
    return {identifier for identifier in found if identifier is not None}


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
