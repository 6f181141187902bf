"""How far a consumer read, in its own database: written in the transaction of the effects. Kafka's offsets only
feed lag.

A position moves only from where its reader believes it is. A reader that was paused while another took over finds it
moved and is fenced.
"""

from collections.abc import Mapping
from typing import Any, Final

from mesh.errors import Fenced
from mesh.transaction import Transaction

Place = tuple[str, int]
"""Topic and partition."""

MOVE: Final = """update position set next_offset = v.upto
    from unnest(cast(:at_topics as text[]), cast(:at_parts as int[]), cast(:was as bigint[]), cast(:upto as bigint[]))
        v(topic, part, was, upto)
    where position.consumer = :consumer and position.topic = v.topic and position.part = v.part
        and position.next_offset = v.was
    returning position.part"""


async def load(tx: Transaction, consumer: str, places: "list[Place]") -> dict[Place, int]:
    """The next offset of each place; a place never read is entered at 0."""
    await tx.execute(
        """insert into position (consumer, topic, part, next_offset)
        select :consumer, t, p, 0 from unnest(cast(:topics as text[]), cast(:parts as int[])) v(t, p)
        on conflict do nothing""",
        consumer=consumer,
        topics=[topic for topic, _ in places],
        parts=[part for _, part in places],
    )
    rows = await tx.rows("select topic, part, next_offset from position where consumer = :consumer", consumer=consumer)
    found = {(row["topic"], row["part"]): row["next_offset"] for row in rows}
    return {place: found[place] for place in places}


async def reached(tx: Transaction, consumer: str, ends: Mapping[Place, int]) -> bool:
    """Whether a consumer has read so far everywhere, whichever replica reads the place."""
    rows = await tx.rows("select topic, part, next_offset from position where consumer = :consumer", consumer=consumer)
    at = {(row["topic"], row["part"]): row["next_offset"] for row in rows}
    return all(at.get(place, 0) >= end for place, end in ends.items())


async def move(tx: Transaction, consumer: str, moves: Mapping[Place, tuple[int, int]]) -> None:
    """Move places from where they were to where the batch ends; raises Fenced when one is not where it was."""
    if moves:
        moved(consumer, len(await tx.values(MOVE, consumer=consumer, **as_columns(moves))), moves)


def as_columns(moves: Mapping[Place, tuple[int, int]]) -> dict[str, list[Any]]:
    """The parameters of `MOVE`, in one order of locks for everybody."""
    places = sorted(moves)
    return {
        "at_topics": [topic for topic, _ in places],
        "at_parts": [part for _, part in places],
        "was": [moves[place][0] for place in places],
        "upto": [moves[place][1] for place in places],
    }


def moved(consumer: str, count: int, moves: Mapping[Place, tuple[int, int]]) -> None:
    """Raise Fenced unless `MOVE` found every place where its reader believes it is."""
    if count != len(moves):
        raise Fenced(f"another reader of {consumer} moved on")
