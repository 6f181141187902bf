"""Rebuilds every projection of a service from offset 0 and compares it with the live one.

The rebuild works in temporary tables of the same names, which PostgreSQL finds first, in read-only transactions:
those may write temporary
tables and nothing else, so that a rebuild can have no effect, whatever a projector does. A projection therefore holds
only what its facts say: no clock of the database, no generated number.
"""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.topics import TOPICS
from mesh.db import Database
from mesh.errors import Conflict, Poison
from mesh.handlers import Handlers
from mesh.kafka import KafkaConnection
from mesh.positions import Place
from mesh.records import RawRecord, Received, decode
from mesh.replay import reader
from mesh.session import Session
from mesh.transaction import Transaction

_SWAP_TRIES = 20


@dataclass(frozen=True)
class Rebuilt:
    """The result: for each table its live hash and the rebuilt one, how many facts were read, and in which time."""

    tables: dict[str, tuple[str, str]]
    facts: int
    seconds: float
    swapped: bool

    @property
    def equal(self) -> bool:
        """Whether every table is what its topics say."""
        return all(live == rebuilt for live, rebuilt in self.tables.values())


async def projections(tx: Transaction) -> list[str]:
    """The tables of this service that declare themselves a projection."""
    rows = await tx.rows(
        """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = :schema and c.relkind = 'r' and obj_description(c.oid, 'pg_class') = 'projection' order by
        1""",
        schema=tx.service.replace("-", "_"),
    )
    return [row["relname"] for row in rows]


async def table_hash(tx: Transaction, table: str) -> str:
    """A digest of a table's rows that does not depend on their order."""
    return await tx.value(
        f"select coalesce(md5(string_agg(h, '' order by h)), '') from (select md5(t::text) h from {table} t) x"  # noqa: S608 - names from the catalog
    )


class Rebuild:
    """One rebuild of one service, on a connection of its own."""

    def __init__(
        self, database: Database, kafka: KafkaConnection, consumer: str, handlers: Handlers[Any], env: Any
    ) -> None:
        self._database = database
        self._kafka = kafka
        self._consumer = consumer
        self._handlers = handlers
        self._env = env
        self._schema = database.service.replace("-", "_")
        self.facts = 0
        self._done: set[UUID] = set()

    async def run(self, *, swap: bool = False) -> Rebuilt:
        """Rebuild and compare; with `swap` put the rebuilt rows in the place of the live ones.

        Raises Conflict when facts keep coming faster than they can be caught up with while swapping.
        """
        started = time.monotonic()
        async with self._database.session() as session:
            try:
                tables, until, live = await self._live(session)
                await self._shadow(session, tables)
                await self._play(session, until, {})
                rebuilt = await self._hashes(session, "pg_temp", tables)
                if swap:
                    live = await self._swap(session, tables, until)
            finally:
                # Temporary tables stand before the live ones of the same name: whoever got this connection next would
                # write there, and lose it.
                session.spoiled = True
        pairs = {table: (live[table], rebuilt[table]) for table in tables}
        return Rebuilt(pairs, self.facts, time.monotonic() - started, swap)

    async def _live(self, session: Session) -> tuple[list[str], dict[Place, int], dict[str, str]]:
        """Tables, positions and hashes of one snapshot."""
        await session.begin()
        tx = Transaction(session, self._database.service)
        await tx.execute("set transaction isolation level repeatable read read only")
        await tx.execute("set local statement_timeout = 0")
        tables = await projections(tx)
        rows = await tx.rows(
            "select topic, part, next_offset from position where consumer = :consumer", consumer=self._consumer
        )
        live = {table: await table_hash(tx, f"{self._schema}.{table}") for table in tables}
        undone = await tx.rows(
            "select event_id from inbox where consumer = :consumer and outcome <> 'done'", consumer=self._consumer
        )
        self._done = {row["event_id"] for row in undone}
        await session.rollback()
        replayed = {topic.name for topic in TOPICS if topic.kind in ("state", "events")}
        return tables, {(r["topic"], r["part"]): r["next_offset"] for r in rows if r["topic"] in replayed}, live

    async def _shadow(self, session: Session, tables: list[str]) -> None:
        for table in tables:
            await session.execute(f"create temporary table {table} (like {self._schema}.{table} including all)", {})

    @asynccontextmanager
    async def _harmless(self, session: Session) -> AsyncGenerator[Transaction]:
        await session.begin()
        tx = Transaction(session, self._database.service)
        await tx.execute("set transaction read only")
        yield tx
        if tx.outgoing or tx.audits:
            raise RuntimeError("a projector emitted a fact or left an audit row")
        await session.commit()

    async def _play(self, session: Session, until: Mapping[Place, int], start: Mapping[Place, int]) -> None:
        states = {topic.name for topic in TOPICS if topic.kind == "state"}
        for wanted in (True, False):  # state topics to their end before any events topic, as at a cold start
            part = {place: end for place, end in until.items() if (place[0] in states) is wanted}
            async for batch in reader.read(self._kafka, part, start):
                await self._project(session, batch)

    async def _project(self, session: Session, batch: list[RawRecord]) -> None:
        rounds: list[dict[str, list[Received[Any]]]] = []
        seen: dict[str, int] = {}
        for record in batch:
            handler = self._handlers.find(record.header("ce_type"))
            if handler is None or not handler.projectors:
                continue
            try:
                received = decode(record)
            except Poison:
                continue  # it is a dead letter in the live tables too
            if received.envelope.id in self._done:
                continue  # sent twice, or never done live: parked, dead or discarded
            self._done.add(received.envelope.id)
            number = seen.get(record.key, 0)
            seen[record.key] = number + 1
            if number == len(rounds):
                rounds.append({})
            rounds[number].setdefault(received.envelope.type, []).append(received)
        async with self._harmless(session) as tx:
            for groups in rounds:
                for kind, group in groups.items():
                    handler = self._handlers.find(kind)
                    assert handler is not None
                    self.facts += len(group)
                    for project in handler.projectors:
                        await project(tx, group, self._env)

    async def _hashes(self, session: Session, schema: str, tables: list[str]) -> dict[str, str]:
        async with self._harmless(session) as tx:
            await tx.execute("set local statement_timeout = 0")
            return {table: await table_hash(tx, f"{schema}.{table}") for table in tables}

    async def _swap(self, session: Session, tables: list[str], done: dict[Place, int]) -> dict[str, str]:
        """Lock the live tables at a moment when nothing is missing in the rebuilt ones, and exchange the rows."""
        names = ", ".join(f"{self._schema}.{table}" for table in tables)
        for _ in range(_SWAP_TRIES):
            await session.begin()
            tx = Transaction(session, self._database.service)
            await tx.execute(f"lock table {names} in share row exclusive mode")
            rows = await tx.rows("select topic, part, next_offset from position where consumer = :c", c=self._consumer)
            now = {(r["topic"], r["part"]): r["next_offset"] for r in rows if (r["topic"], r["part"]) in done}
            if now == done:
                for table in tables:
                    await tx.execute(f"delete from {self._schema}.{table}")  # noqa: S608 - names from the catalog
                    await tx.execute(
                        f"insert into {self._schema}.{table} "  # noqa: S608 - names from the catalog
                        f"overriding system value select * from pg_temp.{table}"
                    )
                hashes = {table: await table_hash(tx, f"{self._schema}.{table}") for table in tables}
                await session.commit()
                return hashes
            await session.rollback()
            await self._play(session, now, done)
            done = now
        raise Conflict(
            "REBUILD_OVERTAKEN",
            "Facts keep coming faster than the rebuild catches up; nothing was changed. Try at a calmer time.",
        )
