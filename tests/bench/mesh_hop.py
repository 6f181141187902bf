"""The hop as services run it: consumer, hop and publisher of the mesh with a handler that writes a row and a fact."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from feeding import SERVICE, Ground
from meter import Meter

from contracts.invoices import InvoiceSealed, InvoiceValidated
from mesh import outbox
from mesh.consumer import Consumer
from mesh.handlers import Handlers, Prepared
from mesh.hop import Hop
from mesh.publisher import Publisher
from mesh.records import Received
from mesh.transaction import Transaction

UPSERT = """insert into state (invoice_id, at, sha256)
    select * from unnest(cast(:ids as uuid[]), cast(:ats as timestamptz[]), cast(:digests as text[]))
    on conflict (invoice_id) do update set at = excluded.at, sha256 = excluded.sha256"""


def sealed(fact: InvoiceValidated) -> InvoiceSealed:
    """The fact that follows."""
    return InvoiceSealed(
        **fact.of_submission(), original=fact.document, level="B-LTA", certificate_sha256=fact.document_sha256,
        legal=True, sealed_at=datetime.now(UTC),
    )  # fmt: skip


async def write(tx: Transaction, facts: Sequence[InvoiceValidated]) -> None:
    """Write the state of a batch."""
    await tx.execute(
        UPSERT,
        ids=[fact.invoice_id for fact in facts],
        ats=[fact.validated_at for fact in facts],
        digests=[fact.document_sha256 for fact in facts],
    )


def deciding() -> Handlers[None]:
    """Handlers that compute, write state and emit."""
    handlers: Handlers[None] = Handlers()

    async def record(tx: Transaction, batch: Sequence[Prepared[InvoiceValidated, str]], _: None) -> None:
        await write(tx, [item.received.fact for item in batch])
        for item in batch:
            fact = item.received.fact
            outbox.emit(tx, sealed(fact), subject=fact.invoice_id, tenant=fact.supplier_id, cause=item.received)

    @handlers.on(InvoiceValidated, record=record)
    async def seal(received: Received[InvoiceValidated], _: None) -> str:
        return received.fact.document_sha256

    assert seal
    return handlers


def projecting() -> Handlers[None]:
    """Handlers that only keep a projection."""
    handlers: Handlers[None] = Handlers()

    @handlers.records(InvoiceValidated, projection=True)
    async def remember(tx: Transaction, batch: Sequence[Received[InvoiceValidated]], _: None) -> None:
        await write(tx, [item.fact for item in batch])

    assert remember
    return handlers


@asynccontextmanager
async def running(ground: Ground, handlers: Handlers[None], meter: Meter) -> AsyncGenerator[Publisher]:
    """Run the hop and its publisher."""
    InvoiceSealed.topic = ground.sealed
    hop = Hop(ground.database, SERVICE, handlers, None)
    hop.on_outcome = lambda _, __, facts: meter.add(facts)
    publisher = Publisher(ground.database, ground.kafka, holder=f"{SERVICE}-0")
    publisher.watch(ground.database)
    consumer = Consumer(
        hop, ground.kafka, group=f"{SERVICE}.{uuid4().hex[:8]}", instance=f"{SERVICE}-0", topics=(ground.facts,)
    )
    tasks = [asyncio.create_task(publisher.run()), asyncio.create_task(consumer.run())]
    try:
        yield publisher
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def cost(ground: Ground, count: int) -> tuple[float, float]:
    """CPU ms and wall ms a fact, of this process, for `count` facts that are already on the topic."""
    meter = Meter(count)
    async with running(ground, deciding(), meter) as publisher, asyncio.timeout(300):
        await meter.done.wait()
        await publisher.drained()
        return meter.cost()
