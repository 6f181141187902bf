"""The floor: the least that aiokafka and asyncpg need for the same promises, with no handler, model or fault path."""

import asyncio
import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from feeding import PARTITIONS, SERVICE, Ground
from meter import Meter

from contracts.ids import derived_id

_INBOX = """insert into inbox (consumer, event_id, topic, part, off, outcome)
    select 'raw', e, t, p, o, 'done' from unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[]) v(e, t, p, o)
    on conflict do nothing returning event_id"""
_STATE = """insert into state (invoice_id, at, sha256)
    select * from unnest($1::uuid[], $2::timestamptz[], $3::text[])
    on conflict (invoice_id) do update set at = excluded.at, sha256 = excluded.sha256"""
_OUTBOX = """insert into outbox (lane, event_id, topic, msg_key, headers, payload)
    select 0, e, $1, k, h, p from unnest($2::uuid[], $3::text[], $4::jsonb[], $5::bytea[]) v(e, k, h, p)
    returning seq"""
_POSITION = """insert into position (consumer, topic, part, next_offset)
    select 'raw', t, p, o from unnest($1::text[], $2::int[], $3::bigint[]) v(t, p, o)
    on conflict (consumer, topic, part) do update set next_offset = excluded.next_offset"""


async def _batch(ground: Ground, connection: Any, found: dict[TopicPartition, list[Any]]) -> list[Any]:
    """Handle what was found in one transaction; returns the outbox rows: number, key, headers, payload."""
    records = [record for batch in found.values() for record in batch]
    headers = [dict(record.headers) for record in records]
    ids = [UUID(header["ce_id"].decode()) for header in headers]
    facts = [orjson.loads(record.value) for record in records]
    children = [derived_id(parent, SERVICE, "sealed") for parent in ids]
    texts = [
        {name: value.decode() for name, value in header.items()} | {"ce_id": str(child), "ce_causationid": str(parent)}
        for header, child, parent in zip(headers, children, ids, strict=True)
    ]
    keys, payloads = [record.key.decode() for record in records], [orjson.dumps(fact) for fact in facts]
    ends = {place: batch[-1].offset + 1 for place, batch in found.items()}
    async with connection.transaction():
        await connection.execute(_POSITION, [p.topic for p in ends], [p.partition for p in ends], [*ends.values()])
        places = ([r.topic for r in records], [r.partition for r in records], [r.offset for r in records])
        await connection.fetch(_INBOX, ids, *places)
        await connection.execute(
            _STATE,
            [fact["invoice_id"] for fact in facts],
            [datetime.fromisoformat(fact["validated_at"]) for fact in facts],
            [fact["document_sha256"] for fact in facts],
        )
        jsons = [orjson.dumps(text).decode() for text in texts]
        seqs = await connection.fetch(_OUTBOX, ground.sealed, children, keys, jsons, payloads)
    return [(seq["seq"], *row) for seq, row in zip(seqs, zip(keys, texts, payloads, strict=True), strict=True)]


async def _send(producer: AIOKafkaProducer, topic: str, rows: list[Any]) -> None:
    batches: dict[int, Any] = {}
    for _, key, headers, payload in rows:
        partition = zlib.crc32(key.encode()) % PARTITIONS
        batch = batches.get(partition) or batches.setdefault(partition, producer.create_batch())
        named = [(name, value.encode()) for name, value in headers.items()]
        batch.append(timestamp=None, key=key.encode(), value=payload, headers=named)
    await asyncio.gather(
        *[await producer.send_batch(batch, topic, partition=partition) for partition, batch in batches.items()]
    )


async def _hop(ground: Ground, connection: Any, meter: Meter, linger: float) -> None:
    consumer = AIOKafkaConsumer(
        ground.facts, **ground.kafka.kwargs(), group_id=f"raw.{uuid4().hex[:8]}", auto_offset_reset="earliest",
        enable_auto_commit=False,
    )  # fmt: skip
    producer = AIOKafkaProducer(**ground.kafka.kwargs(), enable_idempotence=True, acks="all", max_batch_size=262_144)
    await asyncio.gather(consumer.start(), producer.start())
    try:
        while not meter.done.is_set():
            found = await consumer.getmany(timeout_ms=500, max_records=100)
            if not found:
                continue
            rows = await _batch(ground, connection, found)
            await _send(producer, ground.sealed, rows)
            await connection.execute("delete from outbox where seq = any($1::bigint[])", [row[0] for row in rows])
            await consumer.commit()
            meter.add(len(rows))
            await asyncio.sleep(linger)
    finally:
        await asyncio.gather(consumer.stop(), producer.stop())


@asynccontextmanager
async def running(ground: Ground, meter: Meter, linger: float = 0.0) -> AsyncGenerator[None]:
    """Run the hop; after each batch it waits for `linger` seconds, so that what arrives meanwhile comes together."""
    connection = await asyncpg.connect(ground.dsn, server_settings={"search_path": SERVICE, "jit": "off"})
    task = asyncio.create_task(_hop(ground, connection, meter, linger))
    try:
        yield
    finally:
        meter.done.set()
        await task
        await connection.close()


async def cost(ground: Ground, count: int, linger: float = 0.0) -> tuple[float, float]:
    """CPU ms and wall ms a fact, of this process, for `count` facts that are on the topic or come to it."""
    meter = Meter(count)
    async with running(ground, meter, linger), asyncio.timeout(300):
        await meter.done.wait()
        return meter.cost()
