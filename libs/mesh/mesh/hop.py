"""One hop: facts in; effects, facts out and the position in one transaction.

    read which ids are new → compute outside any transaction, concurrently across keys → one transaction: move the
    position, insert the
    inbox rows, keep only the winners' results, write state and outbox → (the publisher sends, the reader commits its
    offsets)

A batch is cut into *waves*: in a wave no key waits for a computation about itself. In a wave's transaction each key's
facts are recorded
in their order. When recording fails the wave is done again one by one, so that only the bad fact goes down the ladder.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError, InterfaceError

from mesh import crash, dead_letters, inbox, parking
from mesh.db import Database
from mesh.errors import Fenced, NavetteError, Poison, ResourceDown, Transient, Undone
from mesh.handlers import Handler, Handlers, Prepared
from mesh.positions import Place
from mesh.records import RawRecord, Received, addressed, decode
from mesh.transaction import Transaction

log = structlog.get_logger(__name__)
_SYSTEMIC = 20
_SIDE_BY_SIDE = 25
_RETRYABLE_SQLSTATES = frozenset({"40001", "40P01", "55P03", "57014"})


class Systemic(NavetteError):
    """Many facts in a row fail in one way: the fault is ours. Reading stops, nothing becomes a dead letter."""


@dataclass(slots=True)
class Item:
    """One record on its way through a hop; `parked` is its row when it comes from the queue of its key."""

    record: RawRecord
    received: Received[Any] | None = None
    handler: Handler | None = None
    result: Any = None
    failure: Undone | None = None
    queued: bool = False
    known: bool = False
    parked: RowMapping | None = None

    @property
    def alive(self) -> bool:
        """Whether it is to be handled now."""
        return self.handler is not None and self.failure is None and not self.queued and not self.known


def store_is_away(error: BaseException) -> bool:
    """Whether the database cannot be reached, as opposed to refusing a statement."""
    if isinstance(error, InterfaceError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return True
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return state is None or str(state).startswith(("08", "57P", "53"))
    return isinstance(error, (OSError, TimeoutError))


def classify(error: Exception) -> Undone:
    """What an exception of a handler means for its fact; raises it again when it says the database is away."""
    if isinstance(error, Undone):
        return error
    if isinstance(error, DBAPIError):
        if store_is_away(error):
            raise error
        if getattr(error.orig, "sqlstate", None) in _RETRYABLE_SQLSTATES:
            return Transient(str(error.orig)).with_traceback(error.__traceback__)
    return Poison(f"{type(error).__name__}: {error}").with_traceback(error.__traceback__)


def waves(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Cut a batch so that a fact that needs computing never shares a wave with an earlier fact of its key."""
    wave: list[Item] = []
    keys: set[str] = set()
    for item in items:
        if item.alive and item.handler and item.handler.prepare and item.record.key in keys:
            yield wave
            wave, keys = [], set()
        wave.append(item)
        keys.add(item.record.key)
    if wave:
        yield wave


class Hop:
    """Handles records for one consumer of one service."""

    def __init__(self, database: Database, consumer: str, handlers: Handlers[Any], env: Any) -> None:
        self.consumer = consumer
        self.database = database
        self.handlers = handlers
        self.env = env
        self.on_outcome: Callable[[str, str, int], None] | None = None
        """Told how many facts of a type ended in which way."""
        self.waiting = asyncio.Event()
        """Something is parked: whoever retries it looks again at once."""
        self.replaying = asyncio.Event()
        """A replay was started or resumed here."""
        self._same_failure: tuple[str, int] = ("", 0)

    def _read(self, record: RawRecord) -> Item:
        handler = self.handlers.find(record.header("ce_type"))
        if handler is None and record.header("ce_type") is not None:
            return Item(record)  # not ours: skipped by its header, leaves no row
        try:
            received = decode(record)
        except Poison as error:
            return Item(record, addressed(record), failure=error)
        return Item(record, received, handler)

    async def take(self, records: Sequence[RawRecord], expected: dict[Place, int]) -> None:
        """Handle records of assigned places in their order; advances `expected` with each transaction.

        Raises Fenced when another reader moved a place, Systemic, and the database's error when it is away. What was
        committed before
        is not repeated: `expected` tells where to go on.
        """
        items = [self._read(record) for record in records]
        ours = [item for item in items if item.received]
        blocked: set[str] = set()
        if ours:
            known, blocked = await inbox.look(
                self.database,
                self.consumer,
                [item.received.envelope.id for item in ours if item.received],
                [item.record.key for item in ours],
            )
            for item in ours:
                assert item.received is not None
                item.known = item.received.envelope.id in known
                known.add(item.received.envelope.id)  # a publisher may have sent it twice in a row
                item.queued = not item.known and item.record.key in blocked
        for wave in waves(items):
            await self._wave(wave, expected, blocked)

    async def retry_parked(self) -> int:
        """Try what is due in the queues; returns how many facts left their queue."""
        self.waiting.clear()
        rows = await parking.due(self.database, self.consumer)
        if rows or await parking.any_waiting(self.database, self.consumer):
            self.waiting.set()
        items: list[Item] = []
        for row in rows:
            item = self._read(parking.as_record(row))
            item.parked = row
            items.append(item)
        done = 0
        for item in items:
            await self._prepare(item, in_place=False)
        for item in items:
            blocked: set[str] = set()
            await self._one(item, {}, blocked)
            done += not blocked
        return done

    async def _wave(self, wave: list[Item], expected: dict[Place, int], blocked: set[str]) -> None:
        for item in wave:
            if item.alive and item.record.key in blocked:
                item.queued = True
        await self._compute([item for item in wave if item.alive and item.handler and item.handler.prepare])
        crash.site("hop.prepared")
        failed: set[str] = set()
        for item in wave:
            if item.alive and item.record.key in failed:
                item.queued = True
            elif item.failure is not None and item.received is not None:
                failed.add(item.record.key)
        try:
            await self._record(wave, expected, blocked)
        except (Fenced, Systemic):
            raise
        except Exception as error:
            if store_is_away(error):
                raise
            log.warning("wave_failed", consumer=self.consumer, error=str(error), size=len(wave))
            for item in wave:
                if item.alive and item.record.key in blocked:
                    item.queued = True
                await self._one(item, expected, blocked)

    async def _one(self, item: Item, expected: dict[Place, int], blocked: set[str]) -> None:
        """Record one item; when that fails, record the failure."""
        try:
            await self._record([item], expected, blocked)
        except (Fenced, Systemic):
            raise
        except Exception as error:  # noqa: BLE001 - classified, then recorded as the end of this fact
            item.failure = classify(error)
            await self._record([item], expected, blocked)

    async def _compute(self, items: list[Item]) -> None:
        """Prepare side by side; a few workers, since a task for each fact costs more than most computations."""
        waiting = iter(items)

        async def work() -> None:
            for item in waiting:
                await self._prepare(item)

        if items:
            await asyncio.gather(*(work() for _ in range(min(len(items), _SIDE_BY_SIDE))))

    async def _prepare(self, item: Item, *, in_place: bool = True) -> None:
        if not item.alive or item.handler is None or item.handler.prepare is None:
            return
        waits = iter(parking.IN_PLACE if in_place else ())
        while True:
            try:
                item.result = await item.handler.prepare(item.received, self.env)  # type: ignore[arg-type]
                return
            except Exception as error:  # noqa: BLE001 - classified: each way of failing has its own end
                failure = classify(error)
                wait = next(waits, None)
                if wait is None or not isinstance(failure, Transient) or isinstance(failure, ResourceDown):
                    item.failure = failure
                    return
            await asyncio.sleep(wait)

    async def _record(self, items: list[Item], expected: dict[Place, int], blocked: set[str]) -> None:
        moves: dict[Place, tuple[int, int]] = {}
        for item in items:
            if item.parked is None:
                place = (item.record.topic, item.record.partition)
                moves[place] = (expected[place], item.record.offset + 1)
        newly_blocked: set[str] = set()
        async with self.database.transaction(replan=False) as tx:
            winners = await self._claim(tx, moves, [item for item in items if item.alive])
            await self._effects(tx, winners)
            for item in items:
                if item.failure is not None:
                    await self._fail(tx, item, item.failure, newly_blocked)
                elif item.queued and item.received and await inbox.claim(tx, self.consumer, [item.received], "parked"):
                    await parking.park(tx, self.consumer, item.received, error=None)
            crash.site("hop.before_commit")
        crash.site("hop.committed")
        blocked |= newly_blocked
        if newly_blocked:
            self.waiting.set()
        expected.update({place: upto for place, (_, upto) in moves.items()})
        if winners:
            self._same_failure = ("", 0)
        if self.on_outcome is not None:
            told = Counter(
                (item.received.envelope.type, "failed" if item.failure else "queued" if item.queued else "done")
                for item in items
                if item.received and item.handler and not item.known
            )
            for (kind, outcome), count in told.items():
                self.on_outcome(kind, outcome, count)

    async def _claim(self, tx: Transaction, moves: dict[Place, tuple[int, int]], items: list[Item]) -> list[Item]:
        new = [item.received for item in items if item.received and item.parked is None]
        fresh = await inbox.enter(tx, self.consumer, moves, new)
        winners: list[Item] = []
        for item in items:
            assert item.received is not None
            if item.parked is None:
                if item.received.envelope.id in fresh:
                    winners.append(item)
            elif await parking.release(tx, self.consumer, item.record.key, item.parked["seq"]) and await inbox.settle(
                tx, self.consumer, item.received.envelope.id, "done", was=("parked",)
            ):
                winners.append(item)
        return winners

    async def _effects(self, tx: Transaction, winners: list[Item]) -> None:
        """Record in rounds:
        the first fact of every key, then the second of every key, and so on; a round goes by handler.
        """
        rounds: list[dict[int, list[Item]]] = []
        seen: dict[str, int] = {}
        for item in winners:
            number = seen.get(item.record.key, 0)
            seen[item.record.key] = number + 1
            if number == len(rounds):
                rounds.append({})
            rounds[number].setdefault(id(item.handler), []).append(item)
        for groups in rounds:
            for group in groups.values():
                handler = group[0].handler
                assert handler is not None
                received = [item.received for item in group if item.received]
                for project in handler.projectors:
                    await project(tx, received, self.env)
                if handler.prepare is not None and handler.record is not None:
                    prepared = [Prepared(item.received, item.result) for item in group if item.received]
                    await handler.record(tx, prepared, self.env)
                elif handler.record is not None:
                    await handler.record(tx, received, self.env)

    async def _fail(self, tx: Transaction, item: Item, error: Undone, blocked: set[str]) -> None:
        received = item.received
        if item.parked is not None:
            assert received is not None
            blocked.add(item.record.key)
            attempts = item.parked["attempts"] + (1 if parking.spends_attempt(error) else 0)
            seq = item.parked["seq"]
            if isinstance(error, Poison) or parking.exhausted(error, attempts):
                if await inbox.settle(tx, self.consumer, received.envelope.id, "dead", was=("parked",)):
                    await parking.block(tx, self.consumer, item.record.key, seq, error)
                    await self._bury(tx, item, error, attempts)
            else:
                retries = item.parked["retries"] + 1
                await parking.again(tx, self.consumer, item.record.key, seq, error, attempts=attempts, retries=retries)
        elif isinstance(error, Poison):
            if received is None:
                await self._bury(tx, item, error, 1)
            elif await inbox.claim(tx, self.consumer, [received], "dead"):
                blocked.add(item.record.key)
                await parking.park(tx, self.consumer, received, error=error, state="blocked")
                await self._bury(tx, item, error, 1)
        elif received is not None and await inbox.claim(tx, self.consumer, [received], "parked"):
            blocked.add(item.record.key)
            await parking.park(tx, self.consumer, received, error=error)

    async def _bury(self, tx: Transaction, item: Item, error: Undone, attempts: int) -> None:
        mark = parking.fingerprint(error)
        count = self._same_failure[1] + 1 if self._same_failure[0] == mark else 1
        self._same_failure = (mark, count)
        if count > _SYSTEMIC and item.received is not None:
            raise Systemic(f"{count} facts in a row end with {mark}: {error}")
        log.error("dead_letter", consumer=self.consumer, fingerprint=mark, error=str(error), key=item.record.key)
        first_at = item.parked["parked_at"] if item.parked else None
        await dead_letters.write(
            tx, self.consumer, item.record, item.received, error, attempts=attempts, first_at=first_at
        )
