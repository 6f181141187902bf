"""The promises of a hop, against a real broker and a real database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.envelope import Envelope
from contracts.ids import new_id
from contracts.invoices import InvoiceSealed, InvoiceValidated
from contracts.refs import DocumentRef
from mesh import outbox
from mesh.errors import CauseUnknown, Poison, ResourceDown, Transient
from mesh.handlers import Handlers, Prepared
from mesh.hop import Hop
from mesh.records import RawRecord, Received
from mesh.transaction import Transaction

pytestmark = pytest.mark.connected
TOPIC = "navette.invoices.events.v1"
DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")


@dataclass
class Env:
    """What the test tells the handler to do, and what it did."""

    failures: dict[UUID, list[Exception]] = field(default_factory=dict[UUID, list[Exception]])
    prepared: list[UUID] = field(default_factory=list[UUID])


def handlers() -> Handlers[Env]:
    registry: Handlers[Env] = Handlers()

    async def record(tx: Transaction, batch: Sequence[Prepared[InvoiceValidated, str]], env: Env) -> None:
        for item in batch:
            fact = item.received.fact
            await tx.execute(
                "insert into effect_log (event_id, subject) values (:e, :s)",
                e=item.received.envelope.id,
                s=str(fact.invoice_id),
            )
            outbox.emit(tx, sealed(fact), subject=fact.invoice_id, tenant=fact.supplier_id, cause=item.received)

    @registry.on(InvoiceValidated, record=record)
    async def seal(received: Received[InvoiceValidated], env: Env) -> str:
        env.prepared.append(received.envelope.id)
        left = env.failures.get(received.envelope.id)
        if left:
            raise left.pop(0)
        return "sealed"

    assert seal
    return registry


def sealed(fact: InvoiceValidated) -> InvoiceSealed:
    return InvoiceSealed(
        invoice_id=fact.invoice_id, supplier_id=fact.supplier_id, buyer_id=fact.buyer_id, unit_id=fact.unit_id,
        submission_id=fact.submission_id, document=fact.document, original=DOCUMENT, level="B-LTA",
        certificate_sha256="1" * 64, legal=True, sealed_at=datetime.now(UTC),
    )  # fmt: skip


def validated(invoice: UUID) -> InvoiceValidated:
    return InvoiceValidated(
        invoice_id=invoice, supplier_id=SUPPLIER, buyer_id=BUYER, unit_id=new_id(), submission_id=new_id(),
        document=DOCUMENT, document_sha256="0" * 64, rule_sets=(), supplier_country="FR", buyer_country="FR",
        validated_at=datetime.now(UTC),
    )  # fmt: skip


SUPPLIER, BUYER = new_id(), new_id()


def record(offset: int, invoice: UUID, *, value: bytes | None = None, identifier: UUID | None = None) -> RawRecord:
    """A record as validation would have written it, at an offset of partition 0."""
    fact = validated(invoice)
    identifier = identifier or new_id()
    envelope = Envelope(
        id=identifier, type=fact.event_type(), source="/svc/validation", subject=str(invoice), time=datetime.now(UTC),
        data_schema=fact.data_schema(), partition_key=str(invoice), sequence=offset + 1, tenant=str(SUPPLIER),
        correlation_id=identifier,
    )  # fmt: skip
    return RawRecord(
        TOPIC, 0, offset, str(invoice), tuple(envelope.headers()), value or fact.model_dump_json().encode()
    )


class Bench:
    """A hop over a fresh schema, and what its tables hold."""

    def __init__(self, hop: Hop, env: Env) -> None:
        self.hop = hop
        self.env = env
        self.expected: dict[tuple[str, int], int] = {(TOPIC, 0): 0}

    async def take(self, *records: RawRecord) -> None:
        await self.hop.take(records, self.expected)

    async def value(self, sql: str, **parameters: Any) -> Any:
        async with self.hop.database.transaction() as tx:
            return await tx.value(sql, **parameters)

    async def column(self, sql: str) -> list[Any]:
        async with self.hop.database.transaction() as tx:
            return [next(iter(row.values())) for row in await tx.rows(sql)]

    async def due_now(self) -> None:
        async with self.hop.database.transaction() as tx:
            await tx.execute("update parked set next_at = now()")
        await self.hop.retry_parked()


@pytest.fixture
async def bench(service_schema: Any) -> Bench:
    env = Env()
    hop = Hop(service_schema.pipeline, "signing", handlers(), env)
    async with service_schema.pipeline.transaction() as tx:
        await tx.execute("insert into position values ('signing', :topic, 0, 0)", topic=TOPIC)
    return Bench(hop, env)


EFFECTS = "select count(*) from effect_log"
OUTBOX = "select count(*) from outbox where topic = 'navette.invoices.events.v1'"


async def test_a_fact_leaves_its_effect_its_successor_and_the_position_together(bench: Bench) -> None:
    invoice = new_id()
    await bench.take(record(0, invoice))
    assert await bench.value(EFFECTS) == 1
    assert await bench.value(OUTBOX) == 1
    assert await bench.value("select next_offset from position") == 1
    headers = await bench.value("select headers ->> 'ce_causationid' from outbox")
    assert headers == str(await bench.value("select event_id from inbox"))


async def test_the_same_fact_read_again_has_no_second_effect(bench: Bench) -> None:
    invoice, identifier = new_id(), new_id()
    await bench.take(record(0, invoice, identifier=identifier), record(1, invoice, identifier=identifier))
    await bench.take(record(2, invoice, identifier=identifier))
    assert await bench.value(EFFECTS) == 1
    assert await bench.value(OUTBOX) == 1
    assert await bench.value("select next_offset from position") == 3
    assert bench.env.prepared == [identifier], "what is known is not even computed again"


async def test_facts_of_one_key_are_computed_and_recorded_in_their_order(bench: Bench) -> None:
    invoice, other = new_id(), new_id()
    records = [record(n, invoice if n % 2 else other) for n in range(8)]
    await bench.take(*records)
    for key in (invoice, other):
        ids = [dict(r.headers)["ce_id"].decode() for r in records if r.key == str(key)]
        async with bench.hop.database.transaction() as tx:
            rows = await tx.rows("select event_id from effect_log where subject = :s order by n", s=str(key))
            sequence = await tx.rows(
                "select (headers ->> 'ce_sequence')::int s from outbox where msg_key = :s order by seq", s=str(key)
            )
        assert [str(row["event_id"]) for row in rows] == ids
        assert [row["s"] for row in sequence] == [1, 2, 3, 4]


async def test_a_reader_that_was_overtaken_writes_nothing(bench: Bench) -> None:
    from mesh.errors import Fenced

    async with bench.hop.database.transaction() as tx:
        await tx.execute("update position set next_offset = 7")
    with pytest.raises(Fenced):
        await bench.take(record(0, new_id()))
    assert await bench.value(EFFECTS) == 0
    assert await bench.value(OUTBOX) == 0


async def test_poison_becomes_a_dead_letter_and_keeps_only_its_own_key_waiting(bench: Bench) -> None:
    bad, good = new_id(), new_id()
    broken = record(0, bad, value=b'{"invoice_id": 5}')
    await bench.take(broken, record(1, bad), record(2, good))
    assert await bench.column("select subject from effect_log") == [str(good)]
    letters = await bench.column("select error from dead_letter where state = 'open'")
    assert len(letters) == 1 and "invoice_id" in letters[0]
    assert await bench.value("select payload from dead_letter") == broken.value, "the raw bytes are kept"
    assert await bench.column("select state from parked order by seq") == ["blocked", "waiting"]
    assert await bench.value("select next_offset from position") == 3


async def test_an_unreadable_envelope_is_kept_and_passes_by(bench: Bench) -> None:
    junk = RawRecord(TOPIC, 0, 0, "k", (("x", b"\xff"),), b"\x00\x01")
    await bench.take(junk, record(1, new_id()))
    assert await bench.value("select payload from dead_letter") == junk.value
    assert await bench.value(EFFECTS) == 1


async def test_a_type_that_is_not_handled_leaves_no_row(bench: Bench) -> None:
    other = record(0, new_id())
    headers = tuple((k, b"navette.invoice.unheard_of.v1" if k == "ce_type" else v) for k, v in other.headers)
    await bench.take(RawRecord(TOPIC, 0, 0, other.key, headers, other.value))
    assert await bench.value("select count(*) from inbox") == 0
    assert await bench.value("select next_offset from position") == 1


async def test_a_source_that_may_not_write_a_type_is_not_believed(bench: Bench) -> None:
    forged = record(0, new_id())
    headers = tuple((k, b"/svc/po-sync" if k == "ce_source" else v) for k, v in forged.headers)
    await bench.take(RawRecord(TOPIC, 0, 0, forged.key, headers, forged.value))
    assert await bench.value(EFFECTS) == 0
    assert "may not write" in await bench.value("select error from dead_letter")


async def test_a_transient_failure_is_tried_again_in_place(bench: Bench) -> None:
    identifier = new_id()
    bench.env.failures[identifier] = [Transient("once")]
    await bench.take(record(0, new_id(), identifier=identifier))
    assert await bench.value(EFFECTS) == 1
    assert await bench.value("select count(*) from parked") == 0


async def test_an_unknown_cause_parks_its_key_in_order_while_others_flow(bench: Bench) -> None:
    waits, flows, first = new_id(), new_id(), new_id()
    bench.env.failures[first] = [CauseUnknown("order 1"), CauseUnknown("order 1")]
    await bench.take(record(0, waits, identifier=first), record(1, waits), record(2, flows))
    assert await bench.column("select subject from effect_log") == [str(flows)]
    assert await bench.column("select reason from parked order by seq") == [
        "order 1",
        "queued behind an earlier fact of its key",
    ]
    await bench.due_now()
    assert await bench.value(EFFECTS) == 1, "the cause is still unknown"
    await bench.due_now()
    await bench.due_now()
    async with bench.hop.database.transaction() as tx:
        rows = await tx.rows("select event_id from effect_log where subject = :s order by n", s=str(waits))
    assert rows[0]["event_id"] == first and len(rows) == 2
    assert await bench.value("select count(*) from parked") == 0
    assert await bench.column("select distinct outcome from inbox") == ["done"]


async def test_a_resource_that_is_down_costs_no_attempt_and_no_dead_letter(bench: Bench) -> None:
    identifier = new_id()
    bench.env.failures[identifier] = [ResourceDown("tsa", "no answer") for _ in range(20)]
    await bench.take(record(0, new_id(), identifier=identifier))
    for _ in range(15):
        await bench.due_now()
    assert await bench.value("select attempts from parked") == 0
    assert await bench.value("select count(*) from dead_letter") == 0
    bench.env.failures.clear()
    await bench.due_now()
    assert await bench.value(EFFECTS) == 1


async def test_one_bad_fact_in_a_batch_does_not_take_the_others_down(bench: Bench) -> None:
    identifier = new_id()
    bench.env.failures[identifier] = [KeyError("surprise")]
    await bench.take(*(record(n, new_id(), identifier=identifier if n == 3 else None) for n in range(6)))
    assert await bench.value(EFFECTS) == 5
    assert await bench.value("select error_class from dead_letter") == "Poison"


async def test_a_redriven_dead_letter_runs_once_and_what_queued_behind_it_follows(bench: Bench) -> None:
    from mesh import dead_letters

    invoice, identifier = new_id(), new_id()
    bench.env.failures[identifier] = [Poison("a defect, mended since")]
    await bench.take(record(0, invoice, identifier=identifier), record(1, invoice))
    assert await bench.value(EFFECTS) == 0
    async with bench.hop.database.transaction() as tx:
        await dead_letters.redrive(tx, await tx.value("select id from dead_letter"), actor="user:op", reason="mended")
    await bench.due_now()
    await bench.due_now()
    async with bench.hop.database.transaction() as tx:
        rows = await tx.rows("select event_id from effect_log order by n")
    assert next(row["event_id"] for row in rows) == identifier and len(rows) == 2


async def test_a_discarded_dead_letter_frees_its_key(bench: Bench) -> None:
    from mesh import dead_letters

    invoice, identifier = new_id(), new_id()
    bench.env.failures[identifier] = [Poison("beyond help")]
    await bench.take(record(0, invoice, identifier=identifier), record(1, invoice))
    async with bench.hop.database.transaction() as tx:
        letter = await tx.value("select id from dead_letter")
        await dead_letters.discard(tx, letter, bench.hop.handlers, bench.env, actor="user:op", reason="agreed")
    await bench.due_now()
    async with bench.hop.database.transaction() as tx:
        rows = await tx.rows("select event_id from effect_log")
    assert len(rows) == 1 and rows[0]["event_id"] != identifier
    assert await bench.value("select outcome from inbox where event_id = :e", e=identifier) == "discarded"
