"""What is emitted arrives, in its order, whatever dies in between: publisher and consumer against a real broker."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts.ids import new_id
from contracts.invoices import InvoiceSealed
from contracts.refs import DocumentRef
from mesh import outbox
from mesh.consumer import Consumer
from mesh.handlers import Handlers
from mesh.hop import Hop
from mesh.kafka import KafkaConnection
from mesh.publisher import Publisher
from mesh.records import Received
from mesh.transaction import Transaction

pytestmark = pytest.mark.connected
DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")


def sealed(invoice: UUID, reason: str = "0" * 64) -> InvoiceSealed:
    return InvoiceSealed(
        invoice_id=invoice, supplier_id=new_id(), buyer_id=new_id(), unit_id=new_id(), submission_id=new_id(),
        document=DOCUMENT, original=DOCUMENT, level="B-LTA", certificate_sha256=reason, legal=True,
        sealed_at=datetime.now(UTC),
    )  # fmt: skip


@asynccontextmanager
async def running(*tasks: Any) -> AsyncGenerator[None]:
    started = [asyncio.create_task(task) for task in tasks]
    try:
        yield
    finally:
        for task in started:
            task.cancel()
        await asyncio.gather(*started, return_exceptions=True)


async def emit(service_schema: Any, facts: Sequence[InvoiceSealed]) -> None:
    async with service_schema.api.transaction() as tx:
        for fact in facts:
            outbox.emit(tx, fact, subject=fact.invoice_id, tenant=fact.supplier_id)


async def read(kafka: KafkaConnection, topic: str, count: int) -> list[Any]:
    consumer = AIOKafkaConsumer(topic, **kafka.kwargs(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()


def publisher(service_schema: Any, kafka: KafkaConnection, holder: str = "signing-0") -> Publisher:
    made = Publisher(service_schema.pipeline, kafka, holder=holder)
    made.watch(service_schema.api)
    made.watch(service_schema.pipeline)
    return made


async def test_facts_of_a_subject_arrive_in_the_order_of_their_sequence(
    service_schema: Any, kafka: KafkaConnection, topic: str
) -> None:
    invoices = [new_id() for _ in range(4)]
    made = publisher(service_schema, kafka)
    async with running(made.run()):
        await asyncio.gather(*(emit(service_schema, [sealed(invoice)]) for invoice in invoices * 10))
        await made.drained()
        records = await read(kafka, topic, 40)
    seen: dict[bytes, list[int]] = {}
    for item in records:
        seen.setdefault(item.key, []).append(int(dict(item.headers)["ce_sequence"]))
    assert seen == {str(invoice).encode(): list(range(1, 11)) for invoice in invoices}


async def test_a_rolled_back_transaction_lets_nothing_leave(
    service_schema: Any, kafka: KafkaConnection, topic: str
) -> None:
    with pytest.raises(RuntimeError):
        async with service_schema.api.transaction() as tx:
            outbox.emit(tx, sealed(new_id()), subject=new_id(), tenant=new_id())
            await outbox.store(tx)
            raise RuntimeError("changed its mind")
    async with service_schema.pipeline.transaction() as tx:
        assert await tx.value("select count(*) from outbox") == 0


async def test_what_a_dead_publisher_left_is_sent_by_the_next_one(
    service_schema: Any, kafka: KafkaConnection, topic: str
) -> None:
    invoice = new_id()
    await emit(service_schema, [sealed(invoice), sealed(invoice)])
    made = publisher(service_schema, kafka)
    async with running(made.run()):
        await made.drained()
    assert len(await read(kafka, topic, 2)) == 2


async def test_a_lane_has_one_publisher_at_a_time(service_schema: Any, kafka: KafkaConnection, topic: str) -> None:
    first, second = publisher(service_schema, kafka, "signing-0"), publisher(service_schema, kafka, "signing-1")
    invoice = new_id()
    async with running(first.run(), second.run()):
        for _ in range(30):
            await emit(service_schema, [sealed(invoice)])
        await first.drained()
    records = await read(kafka, topic, 30)
    assert [int(dict(item.headers)["ce_sequence"]) for item in records] == list(range(1, 31))


def counting(done: asyncio.Event, expected: int) -> tuple[Handlers[Any], list[str]]:
    registry: Handlers[Any] = Handlers()
    order: list[str] = []

    @registry.records(InvoiceSealed)
    async def remember(tx: Transaction, batch: Sequence[Received[InvoiceSealed]], _: Any) -> None:
        for item in batch:
            await tx.execute(
                "insert into effect_log (event_id, subject) values (:e, :s)",
                e=item.envelope.id,
                s=str(item.fact.invoice_id),
            )
        if await tx.value("select count(*) from effect_log") >= expected:
            done.set()

    assert remember
    return registry, order


async def test_a_consumer_goes_on_where_its_database_says_and_not_where_kafka_says(
    service_schema: Any, kafka: KafkaConnection, topic: str
) -> None:
    made = publisher(service_schema, kafka)
    done = asyncio.Event()
    registry, _ = counting(done, 20)
    group = f"signing.{uuid4().hex[:8]}"

    def consumer() -> Consumer:
        hop = Hop(service_schema.pipeline, "signing", registry, None)
        return Consumer(hop, kafka, group=group, instance="a", topics=(topic,), session_timeout_ms=6000)

    async with running(made.run()):
        await emit(service_schema, [sealed(new_id()) for _ in range(20)])
        first = consumer()
        async with running(first.run()):
            await asyncio.wait_for(done.wait(), 30)
    # A group without offsets would start at the beginning: the positions say that all was done.
    group = f"signing.{uuid4().hex[:8]}"
    async with service_schema.pipeline.transaction() as tx:
        assert await tx.value("select sum(next_offset) from position") == 20
        assert await tx.value("select count(*) from effect_log") == 20
    done.clear()
    registry, _ = counting(done, 21)
    second = consumer()
    async with running(made.run(), second.run()):
        await emit(service_schema, [sealed(new_id())])
        await asyncio.wait_for(done.wait(), 30)
    async with service_schema.pipeline.transaction() as tx:
        assert await tx.value("select count(*) from effect_log") == 21


async def test_records_that_the_producer_repeated_have_one_effect(
    service_schema: Any, kafka: KafkaConnection, topic: str
) -> None:
    await emit(service_schema, [sealed(new_id()) for _ in range(5)])
    async with service_schema.pipeline.transaction() as tx:
        rows = await tx.rows("select * from outbox order by seq")
    producer = AIOKafkaProducer(**kafka.kwargs())
    await producer.start()
    for _ in range(3):
        for row in rows:
            headers = [(name, value.encode()) for name, value in row["headers"].items()]
            await producer.send_and_wait(topic, bytes(row["payload"]), key=row["msg_key"].encode(), headers=headers)
    await producer.stop()
    done = asyncio.Event()
    registry, _ = counting(done, 5)
    hop = Hop(service_schema.pipeline, "signing", registry, None)
    reader = Consumer(hop, kafka, group=f"signing.{uuid4().hex[:8]}", instance="a", topics=(topic,))
    async with running(reader.run()):
        await asyncio.wait_for(reader.caught_up(), 30)
    async with service_schema.pipeline.transaction() as tx:
        assert await tx.value("select count(*) from effect_log") == 5
