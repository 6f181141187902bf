"""Kafka: the records of every topic that is kept, and where consumers go on reading when they are put back.

A topic's offsets are its own: put back, its records count from 0. Each position is moved to the number of kept records
that stood before it, so that a consumer goes on behind exactly what it had read.

Facts that left between the two looks at the ends, before and after the database's snapshot, are kept only when the
snapshot knows them: a source counts its facts about a subject, and the count is in its schema.
"""

import base64
import gzip
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from contracts.topics import TOPICS
from mesh.broker_admin import BrokerRefusal, administrator
from mesh.errors import ResourceDown
from mesh.kafka import KafkaConnection
from mesh.positions import Place
from mesh.replay import reader
from mesh.topics import Layout, apply
from navette.errors import CommandError
from navette.recovery.manifest import Position, TopicState
from navette.recovery.progress import Advance

KEPT = tuple(topic.name for topic in TOPICS if topic.kind != "replay")
"""What a replay feeds lives three days and is planned anew."""
_BATCH = 500
Ends = dict[Place, int]


async def cluster(kafka: KafkaConnection) -> str:
    """The id of the broker's cluster: whether it is the one that was backed up."""
    try:
        async with administrator(kafka) as admin:
            return str((await admin.describe_cluster())["cluster_id"])
    except (ResourceDown, BrokerRefusal) as error:
        raise CommandError(f"Kafka does not take us: {error}") from None


async def ends(kafka: KafkaConnection, names: Iterable[str] = KEPT) -> Ends:
    """The end of each partition of the topics that exist."""
    try:
        async with administrator(kafka) as admin:
            there = await admin.standing()
    except (ResourceDown, BrokerRefusal) as error:
        raise CommandError(f"Kafka does not take us: {error}") from None
    return await reader.ends(kafka, [name for name in names if name in there])


def header(record: Any, name: str) -> str:
    """A header's text; "" without it."""
    return next((bytes(value).decode() for key, value in record.headers if key == name), "")


def subject_of(record: Any) -> tuple[str, str]:
    """Whose count a fact has: its source and its subject."""
    return header(record, "ce_source").removeprefix("/svc/"), header(record, "ce_subject")


async def subjects_between(kafka: KafkaConnection, before: Ends, after: Ends) -> set[tuple[str, str]]:
    """Source and subject of the facts that left between two looks at the ends."""
    found: set[tuple[str, str]] = set()
    async for batch in reader.stored(kafka, _grown(before, after), before):
        found |= {subject_of(record) for record in batch}
    return found


def _grown(before: Ends, after: Ends) -> Ends:
    return {place: end for place, end in after.items() if end > before.get(place, 0)}


async def save(
    kafka: KafkaConnection,
    folder: Path,
    *,
    before: Ends,
    after: Ends,
    known: Mapping[tuple[str, str], int],
    advance: Advance,
) -> dict[str, TopicState]:
    """Write `topics/<topic>.jsonl.gz`: what was published up to the snapshot; `known` counts for the last ones."""
    (folder / "topics").mkdir(exist_ok=True)
    states: dict[str, TopicState] = {}
    for name in KEPT:
        until = {place: end for place, end in after.items() if place[0] == name}
        records = 0
        with gzip.open(path_of(folder, name), "wb", compresslevel=3) as file:
            async for batch in reader.stored(kafka, until):
                for record in batch:
                    if belongs(record, before, known):
                        file.write(orjson.dumps(_line(record)) + b"\n")
                        records += 1
                advance(len(batch))
        states[name] = TopicState(ends={part: end for (_, part), end in until.items()}, records=records)
    return states


def belongs(record: Any, before: Ends, known: Mapping[tuple[str, str], int]) -> bool:
    """Whether a record was published before the snapshot, or its source had counted it in the snapshot."""
    if record.offset < before.get((record.topic, record.partition), 0):
        return True
    sequence = header(record, "ce_sequence")
    return not sequence or int(sequence) <= known.get(subject_of(record), 0)


def _line(record: Any) -> list[Any]:
    headers = [[name, base64.b64encode(bytes(value)).decode()] for name, value in record.headers]
    texts = [None if part is None else base64.b64encode(part).decode() for part in (record.key, record.value)]
    return [record.partition, record.offset, record.timestamp, headers, *texts]


def path_of(folder: Path, topic: str) -> Path:
    """Where a backup keeps a topic."""
    return folder / "topics" / f"{topic}.jsonl.gz"


async def is_the_same_log(kafka: KafkaConnection, backed_up: str, states: Mapping[str, TopicState]) -> bool:
    """Whether the broker still has what was backed up (True) or nothing at all (False).

    Raises CommandError when it has something else: that is never overwritten.
    """
    there = await ends(kafka)
    if not any(there.values()):
        return False
    same = await cluster(kafka) == backed_up
    shorter = [
        f"{name}/{part}"
        for name, state in states.items()
        for part, end in state.ends.items()
        if there.get((name, part), 0) < end
    ]
    if not same or shorter:
        raise CommandError(
            "Kafka holds records, and they are not those of this backup"
            + (f" ({', '.join(shorter[:5])} end earlier)" if same else " (another cluster)")
            + ". Restore into an empty broker, or delete the topics navette.* first."
        )
    return True


async def put_back(
    kafka: KafkaConnection, folder: Path, states: Mapping[str, TopicState], *, replication: int, advance: Advance
) -> dict[Place, "array[int]"]:
    """Create the topics and send their records again; returns the offsets they had, in the order of the new ones."""
    partitions = max(len(state.ends) for state in states.values())
    try:
        await apply(kafka, Layout(partitions, replication))
    except (ResourceDown, BrokerRefusal) as error:
        raise CommandError(f"The topics cannot be made: {error}") from None
    had: dict[Place, array[int]] = {}
    producer = AIOKafkaProducer(**kafka.kwargs(), enable_idempotence=True, acks="all", max_request_size=1_100_000)
    await producer.start()
    try:
        for name in states:
            await _send_topic(producer, folder, name, had, advance)
    finally:
        await producer.stop()
    return had


async def _send_topic(
    producer: AIOKafkaProducer, folder: Path, name: str, had: dict[Place, "array[int]"], advance: Advance
) -> None:
    sent: list[tuple[Place, int, Any]] = []
    with gzip.open(path_of(folder, name), "rb") as file:
        for line in file:
            part, offset, timestamp, headers, key, value = orjson.loads(line)
            offsets = had.setdefault((name, part), array("q"))
            acknowledged = await producer.send(
                name,
                None if value is None else base64.b64decode(value),
                key=None if key is None else base64.b64decode(key),
                partition=part,
                timestamp_ms=timestamp,
                headers=[(header_name, base64.b64decode(content)) for header_name, content in headers],
            )
            sent.append(((name, part), len(offsets), acknowledged))
            offsets.append(offset)
            if len(sent) == _BATCH:
                await _acknowledged(sent, advance)
    await _acknowledged(sent, advance)


async def _acknowledged(sent: list[tuple[Place, int, Any]], advance: Advance) -> None:
    for place, expected, acknowledged in sent:
        got = (await acknowledged).offset
        if got != expected:
            raise CommandError(f"{place[0]}/{place[1]} was written by somebody else meanwhile (offset {got}).")
    advance(len(sent))
    sent.clear()


def moved(positions: Iterable[Position], had: Mapping[Place, "array[int]"]) -> list[Position]:
    """Where each consumer goes on: behind as many records as it had read."""
    return [
        at.model_copy(update={"next_offset": bisect_left(had.get((at.topic, at.part), array("q")), at.next_offset)})
        for at in positions
    ]
