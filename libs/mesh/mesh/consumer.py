"""Reads topics for one service and hands what is there to its hop.

Takes up to 100 records, never waits to fill a batch.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError
from aiokafka.structs import ConsumerRecord
from sqlalchemy.exc import DBAPIError

from mesh import lingering, positions
from mesh.errors import Fenced
from mesh.hop import Hop, Systemic, store_is_away
from mesh.kafka import KafkaConnection
from mesh.positions import Place
from mesh.records import RawRecord

log = structlog.get_logger(__name__)
_BATCH = 100
_COMMIT_SECONDS = 0.25
_TAKEN_SECONDS = 60.0
Lag = Callable[[str, int, int], None]


def raw(record: "ConsumerRecord[bytes, bytes]") -> RawRecord:
    """A Kafka record as the mesh reads it; a missing key or value is empty, and ends as a dead letter."""
    return RawRecord(
        record.topic,
        record.partition,
        record.offset,
        (record.key or b"").decode(errors="replace"),
        tuple(record.headers),
        record.value or b"",
    )


def _fetch_everything(client: AIOKafkaConsumer) -> None:
    """Never ask the broker for some of the partitions while records of the others wait to be taken: aiokafka does after
    0.1 s, and what arrives in those others then waits for the end of that question, up to `fetch_max_wait_ms`.
    """
    client._fetcher._prefetch_backoff = _TAKEN_SECONDS  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess] # noqa: SLF001 - aiokafka has no parameter for it


class _Rebalance(ConsumerRebalanceListener):
    def __init__(self, consumer: "Consumer") -> None:
        self._consumer = consumer

    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride] - aiokafka awaits it
        self, revoked: Iterable[TopicPartition]
    ) -> None:
        # Wait for the batch under way: its transaction decides, then the next owner reads the position.
        async with self._consumer.batch:
            self._consumer.expected.clear()

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride] - aiokafka awaits it
        self, assigned: Iterable[TopicPartition]
    ) -> None:
        self._consumer.assigned = list(assigned)
        self._consumer.seek_needed = True


class Consumer:
    """One group's reader. `instance` is static, so that a restart within the session time rebalances nothing."""

    def __init__(
        self,
        hop: Hop,
        kafka: KafkaConnection,
        *,
        group: str,
        instance: str,
        topics: tuple[str, ...],
        session_timeout_ms: int = 30_000,
        lag: Lag | None = None,
    ) -> None:
        self.hop = hop
        self.topics = topics
        self.batch = asyncio.Lock()
        self.expected: dict[Place, int] = {}
        self.assigned: list[TopicPartition] = []
        self.seek_needed = False
        self.joined = asyncio.Event()
        self.paused = asyncio.Event()
        self.problem: str | None = None
        self._kafka = kafka
        self._group = group
        self._instance = instance
        self._session_timeout_ms = session_timeout_ms
        self._lag = lag
        self._stop = asyncio.Event()
        self._committed = 0.0
        self._told: dict[TopicPartition, int] = {}
        self._commits: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """End after the batch under way."""
        self._stop.set()

    async def run(self) -> None:
        """Read until stopped. Kafka or the database being away is waited out; nothing is lost or skipped meanwhile."""
        pause = 0.2
        while not self._stop.is_set():
            client = AIOKafkaConsumer(
                **self._kafka.kwargs(),
                group_id=self._group,
                group_instance_id=self._instance,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                session_timeout_ms=self._session_timeout_ms,
                heartbeat_interval_ms=min(3000, self._session_timeout_ms // 3),
                rebalance_timeout_ms=60_000,
                max_poll_interval_ms=300_000,
                fetch_max_wait_ms=500,
                max_partition_fetch_bytes=1_048_576,
                partition_assignment_strategy=(StickyPartitionAssignor,),
            )
            self._told = {}
            client.subscribe(list(self.topics), listener=_Rebalance(self))
            try:
                await client.start()
                _fetch_everything(client)
                pause = 0.2
                await self._read(client)
            except (KafkaError, OSError) as error:
                self.problem = f"Kafka: {error}"
                log.warning("consumer_waits", group=self._group, error=str(error), seconds=pause)
                await self._sleep(pause)
                pause = min(pause * 2, 5.0)
            finally:
                for task in list(self._commits):
                    task.cancel()
                with contextlib.suppress(KafkaError, asyncio.TimeoutError):
                    await asyncio.wait_for(client.stop(), 10)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    async def _read(self, client: AIOKafkaConsumer) -> None:
        pause = 0.2
        while not self._stop.is_set():
            try:
                await self._seek(client)
                found = await client.getmany(timeout_ms=500, max_records=_BATCH)
                began = time.monotonic()
                async with self.batch:
                    if self.seek_needed:
                        continue  # reassigned while waiting: these records are read again from the position
                    await self._take(client, found)
                self.problem, pause = None, 0.2
                if 0 < sum(map(len, found.values())) < _BATCH:
                    await self._sleep(lingering.seconds(began))
            except Fenced as error:
                log.warning("fenced", group=self._group, error=str(error))
                self.seek_needed = True
            except Systemic as error:
                self.problem = str(error)
                log.error("reading_stopped", group=self._group, error=str(error))
                self.seek_needed = True
                await self._sleep(10.0)
            except KafkaError:
                raise
            except Exception as error:
                if not store_is_away(error):
                    raise
                self.problem = f"database: {error}"
                log.warning("consumer_waits", group=self._group, error=str(error), seconds=pause)
                self.seek_needed = True
                await self._sleep(pause)
                pause = min(pause * 2, 5.0)

    async def _seek(self, client: AIOKafkaConsumer) -> None:
        """Go to the positions of the assigned places."""
        if not self.seek_needed:
            return
        async with self.batch:
            places = [(tp.topic, tp.partition) for tp in self.assigned]
            async with self.hop.database.transaction() as tx:
                self.expected = await positions.load(tx, self.hop.consumer, places)
            for tp in self.assigned:
                client.seek(tp, self.expected[tp.topic, tp.partition])
            self.seek_needed = False
        self.joined.set()

    async def _take(
        self, client: AIOKafkaConsumer, found: "dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]"
    ) -> None:
        if not self.assigned and not self._stop.is_set():
            return
        records = [raw(record) for batch in found.values() for record in batch]
        if records:
            await self.hop.take(records, self.expected)
        if time.monotonic() - self._committed > _COMMIT_SECONDS:
            self._committed = time.monotonic()
            self._report(client)

    def _report(self, client: AIOKafkaConsumer) -> None:
        """Tell Kafka the offsets, in the background: they feed lag and nothing else."""
        offsets = {TopicPartition(*place): offset for place, offset in self.expected.items() if offset}
        for tp in self.assigned:
            high = client.highwater(tp)
            if self._lag is not None and high is not None:
                self._lag(tp.topic, tp.partition, max(0, high - self.expected.get((tp.topic, tp.partition), 0)))
        if self._commits or offsets == self._told:
            return

        async def commit() -> None:
            try:
                await client.commit(offsets)
                self._told = offsets
            except KafkaError as error:
                log.info("offsets_not_reported", group=self._group, error=str(error))

        task: asyncio.Task[Any] = asyncio.create_task(commit())
        self._commits.add(task)
        task.add_done_callback(self._commits.discard)

    async def caught_up(self) -> None:
        """Wait until every place of the topics, whoever reads it, is read to the end it had at this call; Kafka or the
        database being away is waited out.
        """
        wanted = await self._ends()
        while True:
            try:
                async with self.hop.database.transaction() as tx:
                    if await positions.reached(tx, self.hop.consumer, wanted):
                        return
            except DBAPIError as error:
                if not store_is_away(error):
                    raise
            await asyncio.sleep(0.05)

    async def _ends(self) -> dict[Place, int]:
        while True:
            client = AIOKafkaConsumer(*self.topics, **self._kafka.kwargs(), enable_auto_commit=False)
            try:
                await client.start()
                return await ends(client, self.topics)
            except (KafkaError, OSError) as error:
                log.info("ends_unknown", error=str(error))
            finally:
                await client.stop()
            await asyncio.sleep(0.5)


async def ends(client: AIOKafkaConsumer, topics: tuple[str, ...]) -> dict[Place, int]:
    """Where the places of topics end; raises KafkaError when the broker does not know a topic, or not yet."""
    places = [TopicPartition(topic, part) for topic in topics for part in client.partitions_for_topic(topic) or ()]
    missing = set(topics) - {place.topic for place in places}
    if missing:
        raise UnknownTopicOrPartitionError(", ".join(sorted(missing)))
    return {(tp.topic, tp.partition): end for tp, end in (await client.end_offsets(places)).items()}
