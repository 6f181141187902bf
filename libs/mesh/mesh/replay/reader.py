"""Reads topics up to frozen ends, outside every group: the live consumers' offsets are never touched."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from mesh.consumer import raw
from mesh.kafka import KafkaConnection
from mesh.positions import Place
from mesh.records import RawRecord


def place_name(place: Place) -> str:
    """A place as the key of a JSON object: `topic/partition`."""
    return f"{place[0]}/{place[1]}"


def named_place(name: str) -> Place:
    """The place of a name that `place_name` made."""
    topic, _, partition = name.rpartition("/")
    return topic, int(partition)


@asynccontextmanager
async def _client(kafka: KafkaConnection, topics: Sequence[str]) -> AsyncGenerator[AIOKafkaConsumer]:
    client = AIOKafkaConsumer(*topics, **kafka.kwargs(), enable_auto_commit=False, auto_offset_reset="earliest")
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def ends(kafka: KafkaConnection, topics: Sequence[str]) -> dict[Place, int]:
    """The end of each partition at this moment."""
    if not topics:
        return {}  # a client that is stopped as soon as it was started cancels its caller (aiokafka)
    async with _client(kafka, topics) as client:
        places = [TopicPartition(t, p) for t in topics for p in client.partitions_for_topic(t) or ()]
        return {(tp.topic, tp.partition): end for tp, end in (await client.end_offsets(places)).items()}


async def read(
    kafka: KafkaConnection, until: Mapping[Place, int], start: Mapping[Place, int] | None = None, size: int = 500
) -> AsyncGenerator[list[RawRecord]]:
    """Batches of records, each partition in its order, from `start` (or its first record) to before `until`."""
    async for batch in stored(kafka, until, start, size):
        yield [raw(record) for record in batch]


async def stored(
    kafka: KafkaConnection, until: Mapping[Place, int], start: Mapping[Place, int] | None = None, size: int = 500
) -> "AsyncGenerator[list[ConsumerRecord[bytes, bytes]]]":
    """As `read`, records as the broker keeps them: with their timestamps, and keys and values that may be missing."""
    if not any(until.values()):
        return  # a client that is stopped as soon as it was started cancels its caller (aiokafka)
    client = AIOKafkaConsumer(**kafka.kwargs(), enable_auto_commit=False, auto_offset_reset="earliest")
    await client.start()
    try:
        at = {TopicPartition(*place): (start or {}).get(place, 0) for place, end in until.items() if end}
        client.assign(list(at))
        first = await client.beginning_offsets(list(at)) if at else {}
        for tp, offset in at.items():
            at[tp] = max(offset, first[tp])
            client.seek(tp, at[tp])
        while pending := [tp for tp in at if at[tp] < until[tp.topic, tp.partition]]:
            found = await client.getmany(*pending, timeout_ms=1000, max_records=size)
            batch: list[ConsumerRecord[bytes, bytes]] = []
            for tp, records in found.items():
                end = until[tp.topic, tp.partition]
                batch += [record for record in records if record.offset < end]
                at[tp] = min(end, records[-1].offset + 1) if records else at[tp]
            for tp in pending:  # a compacted topic may hold nothing more below its end
                if tp not in found:
                    at[tp] = max(at[tp], min(await client.position(tp), until[tp.topic, tp.partition]))
            if batch:
                yield batch
    finally:
        await client.stop()
