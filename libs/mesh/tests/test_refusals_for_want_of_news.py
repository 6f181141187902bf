"""Who was told of something elsewhere is not refused it here: a service reads on before it says no."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from fastapi import APIRouter, Request

from contracts.ids import new_id
from contracts.invoices import InvoiceSealed
from contracts.refs import DocumentRef
from mesh import freshness
from mesh.bodies import Input, Output
from mesh.consumer import Consumer, ends
from mesh.errors import NotFound
from mesh.freshness import Freshness, FreshRoute, State
from mesh.handlers import Handlers
from mesh.hop import Hop
from mesh.http import create_app
from mesh.kafka import KafkaConnection
from mesh.records import Received
from mesh.testing import envelope, record
from mesh.transaction import Transaction

pytestmark = pytest.mark.connected
DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")
router = APIRouter(prefix="/v1/seals", route_class=FreshRoute)


class Seal(Output):
    """A seal that was heard of."""

    invoice_id: UUID
    note: str


class Note(Input):
    """What is said of it."""

    note: str


@router.post("/{invoice_id}")
async def note_seal(invoice_id: UUID, said: Note, request: Request) -> Seal:
    async with request.app.state.database.transaction() as tx:
        if await tx.value("select 1 from effect_log where subject = :s", s=str(invoice_id)) is None:
            raise NotFound("SEAL_UNKNOWN", "There is no such seal.", may_be_stale=True)
    return Seal(invoice_id=invoice_id, note=said.note)


@dataclass
class Service:
    """A service that hears of seals only while `may_read` is set; `reads` is set once it was handed one."""

    client: httpx.AsyncClient
    seal: Callable[[UUID], Any]
    may_read: asyncio.Event = field(default_factory=asyncio.Event)
    reads: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, invoice_id: UUID) -> httpx.Response:
        return await self.client.post(f"/v1/seals/{invoice_id}", json={"note": "seen"})


def handlers(service: Callable[[], Service]) -> Handlers[Any]:
    registry: Handlers[Any] = Handlers()

    @registry.records(InvoiceSealed)
    async def remember(tx: Transaction, batch: Sequence[Received[InvoiceSealed]], _: Any) -> None:
        service().reads.set()
        await service().may_read.wait()
        for item in batch:
            await tx.execute("insert into effect_log (subject) values (:s)", s=str(item.fact.invoice_id))

    assert remember
    return registry


@asynccontextmanager
async def serving(
    service_schema: Any, kafka: KafkaConnection, topic: str, *, begun: bool = True
) -> AsyncGenerator[Service]:
    made: list[Service] = []
    hop = Hop(service_schema.pipeline, "signing", handlers(lambda: made[0]), None)
    consumer = Consumer(hop, kafka, group=f"signing.{uuid4().hex[:8]}", instance="a", topics=(topic,))
    fresh = Freshness(hop, kafka, [consumer])
    state = {"freshness": fresh}
    app = create_app(title="Seals", service="seals", routers=[router], database=service_schema.pipeline, state=state)
    producer = AIOKafkaProducer(**kafka.kwargs())
    await producer.start()

    async def seal(invoice_id: UUID) -> None:
        fact = InvoiceSealed(
            invoice_id=invoice_id, supplier_id=new_id(), buyer_id=new_id(), unit_id=new_id(), submission_id=new_id(),
            document=DOCUMENT, original=DOCUMENT, level="B-LTA", certificate_sha256="0" * 64, legal=True,
            sealed_at=datetime.now(UTC),
        )  # fmt: skip
        sent = record(fact, envelope(fact, subject=invoice_id))
        await producer.send_and_wait(topic, sent.value, key=sent.key.encode(), headers=list(sent.headers))

    tasks = [asyncio.create_task(task) for task in ((consumer.run(), fresh.run()) if begun else ())]
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://seals") as client:
            made.append(Service(client, seal))
            async with asyncio.timeout(30):
                while begun:
                    if consumer.joined.is_set() and await fresh.reach() is State.CURRENT:
                        break
                    await asyncio.sleep(0.05)
            yield made[0]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await producer.stop()


async def test_what_is_on_its_way_is_waited_for_and_then_found(
    service_schema: Any, kafka: KafkaConnection, topic: str
) -> None:
    invoice = new_id()
    async with serving(service_schema, kafka, topic) as service:
        await service.seal(invoice)
        await asyncio.wait_for(service.reads.wait(), 30)
        asked = [asyncio.create_task(service.say(invoice)) for _ in range(5)]
        done, _ = await asyncio.wait(asked, timeout=0.3)
        assert not done, "a fact is under way: nobody may be refused yet"
        service.may_read.set()
        answers = await asyncio.gather(*asked)
    assert [answer.status_code for answer in answers] == [200] * 5, answers[0].text
    assert answers[0].json() == {"invoice_id": str(invoice), "note": "seen"}


async def test_what_nobody_told_of_is_refused_as_ever(service_schema: Any, kafka: KafkaConnection, topic: str) -> None:
    async with serving(service_schema, kafka, topic) as service:
        service.may_read.set()
        await service.seal(new_id())
        answer = await service.say(new_id())
    assert (answer.status_code, answer.json()["code"]) == (404, "SEAL_UNKNOWN")


async def test_a_service_far_behind_says_so_instead_of_no_and_looks_once_for_all_who_ask(
    service_schema: Any, kafka: KafkaConnection, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "_PATIENCE", 0.1)
    looks: list[Any] = []

    async def counted(*asked: Any) -> Any:
        looks.append(asked)
        return await ends(*asked)

    invoice = new_id()
    async with serving(service_schema, kafka, topic) as service:
        await service.seal(invoice)
        await asyncio.wait_for(service.reads.wait(), 30)
        monkeypatch.setattr(freshness, "ends", counted)
        answers = await asyncio.gather(*(service.say(invoice) for _ in range(20)))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "NOT_CURRENT")}
    assert answers[0].headers["retry-after"] == "2"
    assert "SEAL_UNKNOWN" in answers[0].json()["detail"]
    assert len(looks) <= 2


async def test_a_service_that_begins_says_so_too(service_schema: Any, kafka: KafkaConnection, topic: str) -> None:
    async with serving(service_schema, kafka, topic, begun=False) as service:
        answer = await service.say(new_id())
    assert (answer.status_code, answer.json()["code"]) == (503, "NOT_CURRENT")


async def test_while_kafka_does_not_answer_the_refusal_stands(
    service_schema: Any, kafka: KafkaConnection, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(service_schema, kafka, topic) as service:
        monkeypatch.setattr(freshness, "_ENDS_SECONDS", 0.0)
        answer = await service.say(new_id())
    assert (answer.status_code, answer.json()["code"]) == (404, "SEAL_UNKNOWN")
