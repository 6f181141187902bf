"""Sends what the outbox holds. One publisher per lane at a time (a lease); within a lane in the order of `seq`.

There is no cursor: a row is there until Kafka acknowledged it, so a row that commits late is found late, never
missed. A publisher that was
paused past its lease may send again what the next one sent: the same ids, dropped by every inbox, never a new order
of first arrivals.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Any

import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from sqlalchemy.exc import DBAPIError

from mesh import crash, lingering
from mesh.db import Database
from mesh.kafka import KafkaConnection
from mesh.leases import Leases
from mesh.outbox import LANES, lane_of, partition_of
from mesh.session import Session
from mesh.transaction import Transaction

log = structlog.get_logger(__name__)
_BATCH = 500
_MAX_BATCH_BYTES = 262_144
_POLL_SECONDS = 5.0
"""How late a row is sent whose process died between its commit and its word to the lane's publisher elsewhere."""
_NOTIFY_SECONDS = 0.005


class Publisher:
    """The background task of a service that empties its outbox."""

    def __init__(
        self,
        database: Database,
        kafka: KafkaConnection,
        *,
        holder: str,
        lease_seconds: float = 10.0,
        lanes: int = LANES,
    ) -> None:
        self._database = database
        self._kafka = kafka
        self._lanes = {f"outbox/{lane}": lane for lane in range(lanes)}
        self._leases = Leases(database, tuple(self._lanes), holder, lease_seconds)
        self._wake = asyncio.Event()
        self._channel = f"outbox_{database.service.replace('-', '_')}"
        self._notified = 0.0
        self._idle = asyncio.Event()

    def watch(self, database: Database) -> None:
        """Be woken by this database's commits."""
        database.after_commit(self._committed)

    async def _committed(self, tx: Transaction) -> None:
        if not tx.outgoing:
            return
        self._idle.clear()
        if self._held().issuperset(lane_of(out.envelope.partition_key) for out in tx.outgoing):
            self._wake.set()
        elif time.monotonic() - self._notified > _NOTIFY_SECONDS:
            # After the commit, never in it: NOTIFY takes a lock that would put all commits in a row.
            self._notified = time.monotonic()
            await self._database.once("select pg_notify(:channel, '')", channel=self._channel)

    def _held(self) -> frozenset[int]:
        return frozenset(self._lanes[name] for name in self._leases.held)

    async def run(self) -> None:
        """Publish until cancelled; errors of Kafka or the database are waited out."""
        pause = 0.1
        while True:
            try:
                async with self._listening() as session, self._producing() as producer:
                    pause = 0.1
                    await self._work(session, producer)
            except (KafkaError, DBAPIError, OSError) as error:
                log.warning("publisher_waits", error=str(error), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)

    @contextlib.asynccontextmanager
    async def _producing(self) -> AsyncGenerator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(
            **self._kafka.kwargs(),
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=_MAX_BATCH_BYTES,
            request_timeout_ms=10_000,
            max_request_size=1_048_576,
        )
        try:
            await producer.start()
            yield producer
        finally:
            with contextlib.suppress(asyncio.TimeoutError, KafkaError):
                await asyncio.wait_for(producer.stop(), 5)

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncGenerator[Session]:
        """A connection of our own that hears other processes' commits; the outbox is read and emptied on it too."""
        async with self._database.session() as session:

            def heard(*_: object) -> None:
                self._wake.set()

            await session.driver.add_listener(self._channel, heard)
            try:
                yield session
            finally:
                session.spoiled = True  # it listens

    async def _work(self, session: Session, producer: AIOKafkaProducer) -> None:
        while True:
            self._wake.clear()
            began = time.monotonic()
            while await self._leases.take() and await self._publish(session, producer):
                pass
            self._idle.set()
            await asyncio.sleep(lingering.seconds(began))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._wake.wait()

    async def _publish(self, session: Session, producer: AIOKafkaProducer) -> bool:
        """Send one batch; True when there may be more."""
        rows = await session.fetch(
            """select lane, seq, topic, msg_key, headers::text, payload from outbox
            where lane = any(cast(:lanes as int[])) order by seq limit :limit""",
            {"lanes": list(self._held()), "limit": _BATCH},
        )
        held = self._held()
        mine = [row for row in rows if row["lane"] in held]
        if not mine:
            return False
        crash.site("publisher.before_send")
        await self._send(producer, mine)
        crash.site("publisher.sent")
        # A delete that a crash forgets only sends again what every inbox drops: it need not wait for the disk.
        await session.execute(
            """delete from outbox using (select set_config('synchronous_commit', 'off', true)) as unsafe
            where seq = any(cast(:seqs as bigint[]))""",
            {"seqs": [row["seq"] for row in mine]},
        )
        crash.site("publisher.deleted")
        return len(rows) == _BATCH

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[Any]) -> None:
        """Send rows, each partition's in their order, and wait until all are acknowledged."""
        partitions: dict[str, Collection[int]] = {}
        batches: dict[tuple[str, int], BatchBuilder] = {}
        acks: list[asyncio.Future[Any]] = []
        for row in rows:
            topic, key = row["topic"], row["msg_key"].encode()
            if topic not in partitions:
                partitions[topic] = await producer.partitions_for(topic)
            place = (topic, partition_of(key, len(partitions[topic])))
            headers = [(name, value.encode()) for name, value in orjson.loads(row["headers"]).items()]
            batch = batches.get(place) or batches.setdefault(place, producer.create_batch())
            if batch.append(timestamp=None, key=key, value=row["payload"], headers=headers) is None:  # it is full
                acks.append(await producer.send_batch(batch, topic, partition=place[1]))
                batches[place] = batch = producer.create_batch()
                batch.append(timestamp=None, key=key, value=row["payload"], headers=headers)
        for (topic, partition), batch in batches.items():
            acks.append(await producer.send_batch(batch, topic, partition=partition))
        await asyncio.gather(*acks)

    async def drained(self) -> None:
        """Wait until nothing that committed before this call is unsent."""
        while (await self._database.once("select exists (select 1 from outbox) as unsent"))[0]["unsent"]:
            self._idle.clear()
            self._wake.set()
            await self._idle.wait()
