"""How far a consumer read, in its own database: written in the transaction of the effects. Kafka's offsets only
feed lag.

A position moves only from where its reader believes it is. A reader that was paused while another took over finds it
moved and is fenced.
"""

from collections.abc import Mapping

from mesh.errors import Fenced
from mesh.transaction import Transaction

Place = tuple[str, int]
"""Topic and partition."""


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


async def everywhere(tx: Transaction, consumer: str) -> dict[Place, int]:
    """All positions of a consumer, whichever replica reads the place."""
    rows = await tx.rows("select topic, part, next_offset from position where consumer = :consumer", consumer=consumer)
    return {(row["topic"], row["part"]): row["next_offset"] for row in rows}


async def move(tx: Transaction, consumer: str, moves: Mapping[Place, tuple[int, int]]) -> None:
    """Move places from where they were to where the batch ends; raises Fenced when one is not where it was."""
    if not moves:
        return
    places = sorted(moves)
    moved = await tx.rows(
        """update position set next_offset = v.upto
        from unnest(cast(:topics as text[]), cast(:parts as int[]), cast(:was as bigint[]), cast(:upto as bigint[]))
            v(topic, part, was, upto)
        where position.consumer = :consumer and position.topic = v.topic and position.part = v.part
            and position.next_offset = v.was
        returning position.part""",
        consumer=consumer,
        topics=[topic for topic, _ in places],
        parts=[part for _, part in places],
        was=[moves[place][0] for place in places],
        upto=[moves[place][1] for place in places],
    )
    if len(moved) != len(places):
        raise Fenced(f"another reader of {consumer} moved on")
