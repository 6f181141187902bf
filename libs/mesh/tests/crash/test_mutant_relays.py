"""Ways of emptying an outbox that lose or reorder facts, made to fail in the interleaving that breaks them.

The publisher of the mesh goes through the same interleavings unharmed.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts.ids import new_id
from contracts.invoices import InvoiceSealed
from contracts.refs import DocumentRef
from mesh import outbox
from mesh.publisher import Publisher
from mesh.session import Session
from mesh.transaction import Transaction

pytestmark = pytest.mark.connected
_DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")


class CursorPublisher(Publisher):
    """Sends rows beyond the last number it has seen."""

    last = 0

    async def _publish(self, session: Session, producer: AIOKafkaProducer) -> bool:
        async with self._database.transaction() as tx:
            rows = await tx.rows("select * from outbox where seq > :last order by seq", last=self.last)
        for row in rows:
            await _send(producer, row)
            self.last = row["seq"]
        return False


class SkippingPublisher(Publisher):
    """One of several relays on the same rows; each takes what no other has locked."""

    def __init__(self, bench: Any, *, before_send: asyncio.Event, sent: asyncio.Event) -> None:
        # All under one holder's name: as if nobody had thought of leases.
        super().__init__(bench.database, bench.kafka, holder="signing-0")
        self._before_send, self._sent = before_send, sent
        self.taken = asyncio.Event()

    async def _publish(self, session: Session, producer: AIOKafkaProducer) -> bool:
        async with self._database.transaction() as tx:
            row = await tx.row("select * from outbox order by seq limit 1 for update skip locked")
            if row is None:
                return False
            self.taken.set()
            await self._before_send.wait()
            await _send(producer, row)
            await tx.execute("delete from outbox where seq = :seq", seq=row["seq"])
        self._sent.set()
        return True


async def _send(producer: AIOKafkaProducer, row: Any) -> None:
    headers = [(name, value.encode()) for name, value in row["headers"].items()]
    await producer.send_and_wait(row["topic"], bytes(row["payload"]), key=row["msg_key"].encode(), headers=headers)


def _emit(tx: Transaction, invoice: UUID) -> None:
    fact = InvoiceSealed(
        invoice_id=invoice, supplier_id=invoice, buyer_id=invoice, unit_id=invoice, submission_id=invoice,
        document=_DOCUMENT, original=_DOCUMENT, level="B-LTA", certificate_sha256="0" * 64, legal=True,
        sealed_at=datetime.now(UTC),
    )  # fmt: skip
    outbox.emit(tx, fact, subject=invoice, tenant=invoice)


@pytest.fixture
def topic(bench: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = bench.topics["sealed"]
    monkeypatch.setattr(InvoiceSealed, "topic", name)
    return name


@asynccontextmanager
async def running(*publishers: Publisher) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(publisher.run()) for publisher in publishers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def reading(bench: Any, topic: str) -> AsyncGenerator[AIOKafkaConsumer]:
    client = AIOKafkaConsumer(topic, **bench.kafka.kwargs(), auto_offset_reset="earliest", enable_auto_commit=False)
    await client.start()
    try:
        async with asyncio.timeout(30):
            yield client
    finally:
        await client.stop()


async def _sent_around_a_late_commit(bench: Any, topic: str, publisher: Publisher) -> list[str]:
    """Emit `late` (numbered first, committed after `early` was sent), `early` and `after`.

    Returns what arrives up to `after`, from the mesh's own publisher all three.
    """
    whole = type(publisher) is Publisher
    names: dict[bytes | None, str] = {}
    found: list[str] = []

    def emit(tx: Transaction, name: str) -> None:
        invoice = new_id()
        names[str(invoice).encode()] = name
        _emit(tx, invoice)

    publisher.watch(bench.database)
    async with running(publisher), reading(bench, topic) as client:
        async with bench.database.transaction() as slow:
            emit(slow, "late")
            await outbox.store(slow)  # numbered now, committed at the end of this block
            slow.outgoing.clear()
            async with bench.database.transaction() as quick:
                emit(quick, "early")
            found.append(names[(await client.getone()).key])
        async with bench.database.transaction() as tx:
            emit(tx, "after")
        while "after" not in found or (whole and len(found) < 3):
            found.append(names[(await client.getone()).key])
    return found


async def test_a_row_that_commits_late_is_sent_late(bench: Any, topic: str) -> None:
    sent = await _sent_around_a_late_commit(bench, topic, Publisher(bench.database, bench.kafka, holder="signing-0"))
    assert sent[0] == "early"
    assert set(sent) == {"early", "late", "after"}


async def test_a_cursor_over_numbers_misses_a_row_that_commits_late(bench: Any, topic: str) -> None:
    mutant = CursorPublisher(bench.database, bench.kafka, holder="signing-0")
    assert await _sent_around_a_late_commit(bench, topic, mutant) == ["early", "after"]


async def test_relays_that_skip_each_others_rows_turn_the_order_of_a_key_around(bench: Any, topic: str) -> None:
    go, second_sent = asyncio.Event(), asyncio.Event()
    go.set()
    first = SkippingPublisher(bench, before_send=second_sent, sent=asyncio.Event())
    second = SkippingPublisher(bench, before_send=go, sent=second_sent)
    invoice = new_id()
    for _ in range(2):
        async with bench.database.transaction() as tx:
            _emit(tx, invoice)
    async with reading(bench, topic) as client, running(first):
        await first.taken.wait()
        async with running(second):
            arrived = [int(dict((await client.getone()).headers)["ce_sequence"]) for _ in range(2)]
    assert arrived == [2, 1]
