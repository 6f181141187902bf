"""Ways to break the mesh on purpose. Each removes one guard; the check of what the guard promises must then fail."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaProducer
from sqlalchemy import RowMapping

from mesh import crash, effects, inbox, outbox, positions, sequencer
from mesh.db import Database
from mesh.kafka import KafkaConnection
from mesh.records import Received
from mesh.transaction import Transaction

Mutant = Callable[[Database, KafkaConnection], None]
_store = outbox.store
_look = inbox.look
Moves = Mapping[positions.Place, tuple[int, int]]


class Direct:
    """Sends what a transaction emits without an outbox."""

    def __init__(self, kafka: KafkaConnection) -> None:
        self._kafka = kafka
        self._producer: AIOKafkaProducer | None = None

    async def send(self, rows: Sequence[RowMapping]) -> None:
        if self._producer is None:
            self._producer = AIOKafkaProducer(**self._kafka.kwargs())
            await self._producer.start()
        for row in rows:
            headers = [(name, value.encode()) for name, value in row["headers"].items()]
            await self._producer.send_and_wait(
                row["topic"], bytes(row["payload"]), key=row["msg_key"].encode(), headers=headers
            )


async def _take_out(tx: Transaction) -> Sequence[RowMapping]:
    await _store(tx)
    rows = await tx.rows("delete from outbox returning seq, topic, msg_key, headers, payload")
    return sorted(rows, key=lambda row: row["seq"])


def published_after_commit(database: Database, kafka: KafkaConnection) -> None:
    """No outbox: what a transaction emits is sent once it has committed."""
    direct, waiting = Direct(kafka), list[RowMapping]()

    async def store(tx: Transaction) -> None:
        waiting.extend(await _take_out(tx))

    async def committed(_: Transaction) -> None:
        crash.site("mutant.before_send")
        await direct.send([waiting.pop(0) for _ in range(len(waiting))])

    outbox.store = store
    database.after_commit(committed)


def published_before_commit(_: Database, kafka: KafkaConnection) -> None:
    """No outbox: what a transaction emits is sent before it is known to commit."""
    direct = Direct(kafka)

    async def store(tx: Transaction) -> None:
        await direct.send(await _take_out(tx))

    outbox.store = store


def no_inbox(_: Database, __: KafkaConnection) -> None:
    """A fact's id is not looked at: whatever arrives has an effect."""

    async def look(*asked: Any) -> tuple[set[UUID], set[str]]:
        return set(), (await _look(*asked))[1]

    async def claim(_: Transaction, __: str, batch: Sequence[Received[Any]], ___: str = "done") -> set[UUID]:
        return {item.envelope.id for item in batch}

    async def enter(tx: Transaction, consumer: str, moves: Moves, batch: Sequence[Received[Any]]) -> set[UUID]:
        await positions.move(tx, consumer, moves)
        return await claim(tx, consumer, batch)

    inbox.look, inbox.claim, inbox.enter = look, claim, enter


def position_before_effect(database: Database, _: KafkaConnection) -> None:
    """The position is committed in a transaction of its own, before the effects."""

    async def enter(tx: Transaction, consumer: str, moves: Moves, batch: Sequence[Received[Any]]) -> set[UUID]:
        async with database.transaction() as own:
            await positions.move(own, consumer, moves)
        return await inbox.claim(tx, consumer, batch)

    inbox.enter = enter


def no_fence(_: Database, __: KafkaConnection) -> None:
    """A position is set, wherever it was."""

    async def enter(tx: Transaction, consumer: str, moves: Moves, batch: Sequence[Received[Any]]) -> set[UUID]:
        for (topic, part), (_, upto) in moves.items():
            await tx.execute(
                "update position set next_offset = :upto where consumer = :c and topic = :topic and part = :part",
                c=consumer,
                topic=topic,
                part=part,
                upto=upto,
            )
        return await inbox.claim(tx, consumer, batch)

    inbox.enter = enter


def no_queue(_: Database, __: KafkaConnection) -> None:
    """Facts do not wait behind a parked fact of their key."""

    async def look(*asked: Any) -> tuple[set[UUID], set[str]]:
        return (await _look(*asked))[0], set()

    inbox.look = look


def no_claim_of_calls(_: Database, __: KafkaConnection) -> None:
    """The outside is called without leaving a trace first."""

    async def once(
        self: effects.Effects, key: str, *, call: Callable[[], Awaitable[effects.Answer]], **_: Any
    ) -> effects.Answer:
        answer = await call()
        crash.site("effect.answered")
        return answer

    effects.Effects.once = once


def numbered_when_written(_: Database, __: KafkaConnection) -> None:
    """Numbers come from a database sequence when a row is written, not from a step over what committed."""

    async def nothing(self: sequencer.Sequencer) -> int:
        return 0

    async def execute(self: Transaction, sql: str, **parameters: Any) -> Any:
        sql = sql.replace(
            "(event_id, key, refused) values (", "(number, event_id, key, refused) values (nextval('n'), "
        )
        return await original(self, sql, **parameters)

    original = Transaction.execute
    sequencer.Sequencer.once = nothing
    Transaction.execute = execute


MUTANTS: dict[str, Mutant] = {
    mutant.__name__: mutant
    for mutant in (
        published_after_commit,
        published_before_commit,
        no_inbox,
        position_before_effect,
        no_fence,
        no_queue,
        no_claim_of_calls,
        numbered_when_written,
    )
}


def apply(name: str, database: Database, kafka: KafkaConnection) -> None:
    """Break the mesh in the way of that name; no name leaves it whole."""
    if name:
        MUTANTS[name](database, kafka)
