"""The bench of the crash tests: feeds the tiny service of `programs/sealer.py`, starts its lives one after another,
and looks at what its database, its topics and the outside hold.
"""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.envelope import Envelope
from contracts.ids import derived_id, new_id
from contracts.invoices import InvoiceSealed, InvoiceValidated
from contracts.refs import DocumentRef
from local_stack.fixtures import Infra
from mesh import effects, schema
from mesh.kafka import KafkaConnection

PROGRAM = Path(__file__).parent / "programs" / "sealer.py"
PARTITIONS = 2
_LIFE_SECONDS = 100
_DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")
_SUPPLIER, _BUYER, _UNIT = new_id(), new_id(), new_id()
_LEDGER = (
    "create table nobody (id uuid primary key)",
    """create table ledger (n bigint generated always as identity, event_id uuid not null, key text not null,
        number bigint, refused uuid references nobody deferrable initially deferred)""",
    "create sequence n",
)


@dataclass(frozen=True)
class Sent:
    """A fact that was fed: the nth of its key."""

    id: UUID
    key: UUID
    n: int
    language: str


@dataclass
class CrashBench:
    """One service, its topics and everything that was fed to it."""

    database: Any
    kafka: KafkaConnection
    topics: dict[str, str]
    producer: AIOKafkaProducer
    dsn: str
    outside: Path
    log: Path
    sent: list[Sent] = field(default_factory=list[Sent])
    keys: list[UUID] = field(default_factory=lambda: [new_id() for _ in range(4)])
    _records: list[tuple[bytes, bytes, list[tuple[str, bytes]]]] = field(default_factory=list[Any])
    _group: str = field(default_factory=lambda: f"signing.{uuid4().hex[:8]}")

    async def feed(self, each: int = 3, *, refused: int = 0, again: bool = False, flaky: bool = True) -> None:
        """Send `each` further facts of every key (the second key's `flaky`) and `refused` facts of keys of their own.

        With `again` also everything that was sent before, as a publisher may do that died before it noted its send.
        """
        for record in self._records if again else ():
            await self._send(*record)
        for key in self.keys * each:
            await self._fact(key, "flaky" if flaky and key == self.keys[1] else "fr")
        for _ in range(refused):
            await self._fact(new_id(), "refused")

    async def _fact(self, key: UUID, language: str) -> None:
        n = 1 + sum(1 for sent in self.sent if sent.key == key)
        fact = InvoiceValidated(
            invoice_id=key, supplier_id=_SUPPLIER, buyer_id=_BUYER, unit_id=_UNIT, submission_id=new_id(),
            document=_DOCUMENT, document_sha256=f"{n:064x}", rule_sets=(), supplier_country="FR", buyer_country="FR",
            language=language, validated_at=datetime.now(UTC),
        )  # fmt: skip
        envelope = Envelope(
            id=new_id(), type=fact.event_type(), source="/svc/validation", subject=str(key), time=datetime.now(UTC),
            data_schema=fact.data_schema(), partition_key=str(key), sequence=n, tenant=str(_SUPPLIER),
            correlation_id=new_id(),
        )  # fmt: skip
        self.sent.append(Sent(envelope.id, key, n, language))
        self._records.append((str(key).encode(), fact.model_dump_json().encode(), envelope.headers()))
        await self._send(*self._records[-1])

    async def _send(self, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        await self.producer.send_and_wait(self.topics["validated"], value, key=key, headers=headers)

    def start(self, *, crash_at: str = "", **orders: Any) -> "Popen[bytes]":
        """Start the service; `orders` are those of `sealer.Orders`."""
        told = {
            "until": "killed" if crash_at else "calm",
            "dsn": self.dsn, "bootstrap": self.kafka.bootstrap, "username": self.kafka.username,
            "password": self.kafka.password, "topics": self.topics, "group": self._group, "outside": str(self.outside),
        }  # fmt: skip
        variables = os.environ | {"SEALER": json.dumps(told | orders), "NAVETTE_CRASH_AT": crash_at}
        with self.log.open("ab") as log:
            return Popen([sys.executable, str(PROGRAM)], env=variables, stdin=DEVNULL, stdout=log, stderr=log)

    def live(self, *, crash_at: str = "", **orders: Any) -> None:
        """One life, to its end: killed at `crash_at`, or when nothing is left to do."""
        self.end(self.start(crash_at=crash_at, **orders), killed=bool(crash_at))

    def end(self, process: "Popen[bytes]", *, killed: bool = False) -> None:
        """Wait for the end of a life, which must be the expected one."""
        try:
            code = process.wait(_LIFE_SECONDS)
        finally:
            process.kill()
            process.wait()
        expected = -signal.SIGKILL if killed else 0
        assert code == expected, f"ended with {code}, not {expected}:\n{self.log.read_text()[-4000:]}"

    def paused(self, process: "Popen[bytes]") -> None:
        """Wait until the process has stopped itself."""
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), f"ended instead of pausing:\n{self.log.read_text()[-4000:]}"

    async def _rows(self, sql: str) -> list[Any]:
        async with self.database.transaction() as tx:
            return await tx.rows(sql)

    async def parked(self) -> int:
        """How many facts wait."""
        return len(await self._rows("select 1 from parked where state = 'waiting'"))

    async def _arrived(self) -> list[Any]:
        """The sealed facts on their topic, each key's in order."""
        client = AIOKafkaConsumer(**self.kafka.kwargs(), auto_offset_reset="earliest", enable_auto_commit=False)
        await client.start()
        try:
            places = [TopicPartition(self.topics["sealed"], part) for part in range(PARTITIONS)]
            client.assign(places)
            found: list[Any] = []
            for place, end in (await client.end_offsets(places)).items():
                while await client.position(place) < end:
                    found += (await client.getmany(place, timeout_ms=1000)).get(place, [])
            return found
        finally:
            await client.stop()

    async def broken(self) -> set[str]:
        """The names of the promises that do not hold."""
        done = Counter(row["event_id"] for row in await self._rows("select event_id from ledger"))
        numbers = sorted(row["number"] or 0 for row in await self._rows("select number from ledger"))
        dead = {row["event_id"] for row in await self._rows("select event_id from dead_letter where state = 'open'")}
        behind = await self._positions_behind()
        arrived = [dict(record.headers) | {"n": record.value, "key": record.key} for record in await self._arrived()]
        first = list({record["ce_id"]: record for record in arrived}.values())
        causes = {UUID(record["ce_causationid"].decode()) for record in first}
        calls = Counter(self.outside.read_text().split())
        wanted = {sent.id for sent in self.sent if sent.language != "refused"}
        promises = {
            "no fact is lost": wanted <= done.keys(),
            "each fact has its effect once": all(count == 1 for count in done.values()),
            "only what can never be done is a dead letter": dead == {s.id for s in self.sent} - wanted,
            "each effect is told": done.keys() <= causes,
            "nothing is told that did not happen": causes <= done.keys(),
            "the same work makes the same fact": len(first) == len(causes)
            and {UUID(r["ce_id"].decode()) for r in first} == {self._successor(cause) for cause in causes},
            "a key's facts arrive in their order": self._in_order(first),
            "numbers have no gap": numbers == list(range(1, len(numbers) + 1)),
            "the outside is called once": all(count == 1 for count in calls.values()),
            "the position is where reading ended": not behind,
            "the outbox is empty": not await self._rows("select 1 from outbox"),
        }
        return {name for name, holds in promises.items() if not holds}

    def _successor(self, cause: UUID) -> UUID:
        key = next(sent.key for sent in self.sent if sent.id == cause)
        return derived_id(cause, "signing", InvoiceSealed.type_name, str(key))

    def _in_order(self, first: Iterable[dict[str, Any]]) -> bool:
        """Whether each key's first arrivals count up from 1, in what they say and in their sequence."""
        by_key: dict[bytes, list[tuple[int, int]]] = {}
        for record in first:
            said = int(InvoiceSealed.model_validate_json(record["n"]).certificate_sha256, 16)
            by_key.setdefault(record["key"], []).append((said, int(record["ce_sequence"])))
        return all([said for said, _ in seen] == sorted(said for said, _ in seen) for seen in by_key.values()) and all(
            [number for _, number in seen] == sorted(number for _, number in seen) for seen in by_key.values()
        )

    async def _positions_behind(self) -> bool:
        topic = self.topics["validated"]
        rows = [row for row in await self._rows("select * from position") if row["topic"] == topic]
        client = AIOKafkaConsumer(**self.kafka.kwargs())
        await client.start()
        try:
            ends = await client.end_offsets([TopicPartition(topic, part) for part in range(PARTITIONS)])
        finally:
            await client.stop()
        return {row["part"]: row["next_offset"] for row in rows} != {tp.partition: end for tp, end in ends.items()}


@pytest.fixture
async def bench(infra: Infra, service_schema: Any, tmp_path: Path) -> AsyncGenerator[CrashBench]:
    """A bench with a schema and topics of its own."""
    kafka = KafkaConnection(infra.bootstrap, infra.kafka_username, infra.kafka_password)
    topics = {name: f"crash.{uuid4().hex[:8]}.{name}" for name in ("validated", "sealed", "dead", "replayed")}
    async with service_schema.owner.transaction() as tx:
        for statement in (*_LEDGER, *effects.tables("signing")):
            await tx.execute(statement)
        for table in ("ledger", "nobody"):
            for statement in schema.open_table("signing", table, api=""):
                await tx.execute(statement)
        await tx.execute("grant usage on sequence n to signing_pipeline")
    admin = AIOKafkaAdminClient(**kafka.kwargs())
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in topics.values()])
    producer = AIOKafkaProducer(**kafka.kwargs())
    await producer.start()
    (tmp_path / "outside").touch()
    try:
        yield CrashBench(
            database=service_schema.pipeline, kafka=kafka, topics=topics, producer=producer,
            dsn=service_schema.fresh.dsn("pipeline"), outside=tmp_path / "outside", log=tmp_path / "log",
        )  # fmt: skip
    finally:
        await producer.stop()
        await admin.delete_topics(list(topics.values()))
        await admin.close()
