"""Sends what the outbox holds. One publisher per lane at a time (a lease); within a lane in the order of `seq`.

There is no cursor: a row is there until Kafka acknowledged it, so a row that commits late is found late, never
missed. A publisher that was
paused past its lease may send again what the next one sent: the same ids, dropped by every inbox, never a new order
of first arrivals.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from mesh import crash
from mesh.db import Database
from mesh.kafka import KafkaConnection
from mesh.leases import Lease
from mesh.outbox import LANES, lane_of
from mesh.transaction import Transaction

log = structlog.get_logger(__name__)
_BATCH = 500
_POLL_SECONDS = 1.0
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
        self._leases = [Lease(database, f"outbox/{lane}", holder, lease_seconds) for lane in range(lanes)]
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
        if all(self._leases[lane_of(out.key)].held for out in tx.outgoing):
            self._wake.set()
        elif time.monotonic() - self._notified > _NOTIFY_SECONDS:
            # After the commit, never in it: NOTIFY takes a lock that would put all commits in a row.
            self._notified = time.monotonic()
            async with self._database.transaction() as other:
                await other.execute("select pg_notify(:channel, '')", channel=self._channel)

    async def run(self) -> None:
        """Publish until cancelled; errors of Kafka or the database are waited out."""
        pause = 0.1
        while True:
            try:
                async with self._listening(), self._producing() as producer:
                    pause = 0.1
                    await self._work(producer)
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
            max_batch_size=65_536,
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
    async def _listening(self) -> AsyncGenerator[None]:
        async with self._database.engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None

            def heard(*_: object) -> None:
                self._wake.set()

            await raw.add_listener(self._channel, heard)
            await connection.commit()
            try:
                yield
            finally:
                with contextlib.suppress(Exception):  # the connection may be the thing that broke
                    await raw.remove_listener(self._channel, heard)

    async def _work(self, producer: AIOKafkaProducer) -> None:
        while True:
            self._wake.clear()
            owned = [lane for lane, lease in enumerate(self._leases) if await lease.take()]
            while owned and await self._publish(producer, owned):
                owned = [lane for lane in owned if await self._leases[lane].take()]
            self._idle.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._wake.wait()

    async def _publish(self, producer: AIOKafkaProducer, lanes: Sequence[int]) -> bool:
        """Send one batch; True when there may be more."""
        async with self._database.transaction() as tx:
            rows = await tx.rows(
                """select lane, seq, topic, msg_key, headers, payload from outbox
                where lane = any(cast(:lanes as int[])) order by seq limit :limit""",
                lanes=list(lanes),
                limit=_BATCH,
            )
        rows = [row for row in rows if self._leases[row["lane"]].held]
        if not rows:
            return False
        crash.site("publisher.before_send")
        acks = [
            await producer.send(
                row["topic"],
                bytes(row["payload"]),
                key=row["msg_key"].encode(),
                headers=[(name, value.encode()) for name, value in row["headers"].items()],
            )
            for row in rows
        ]
        await asyncio.gather(*acks)
        crash.site("publisher.sent")
        async with self._database.transaction() as tx:
            # A delete that a crash forgets only sends again what every inbox drops.
            await tx.execute("set local synchronous_commit = off")
            await tx.execute(
                "delete from outbox where seq = any(cast(:seqs as bigint[]))", seqs=[row["seq"] for row in rows]
            )
        crash.site("publisher.deleted")
        return len(rows) == _BATCH

    async def drained(self) -> None:
        """Wait until nothing that committed before this call is unsent."""
        while True:
            async with self._database.transaction() as tx:
                if not await tx.value("select exists (select 1 from outbox)"):
                    return
            self._idle.clear()
            self._wake.set()
            await self._idle.wait()
