"""Through the mesh: a fact arrives, the next one leaves, with the real database and object store."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import signing
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ids import new_id
from contracts.invoices import InvoiceCancelled, InvoiceValidated
from documents.cii.invoice import write_invoice
from documents.invoice import Note
from local_stack.fixtures import Infra, infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from mesh.hop import Hop
from mesh.objects import MinioObjects
from mesh.records import RawRecord
from signing.env import Env
from signing.handlers import handlers

__all__ = ["infra"]
pytestmark = pytest.mark.connected
MIGRATIONS = Path(signing.__file__).parent / "migrations"


@dataclass
class Flow:
    """signing's consumer over a fresh schema; `take` feeds it as Kafka would."""

    env: Env
    hop: Hop
    offset: int = 0

    async def take(self, fact: Fact, source: str = "validation") -> None:
        invoice_id, identifier = str(getattr(fact, "invoice_id", "")), new_id()
        envelope = Envelope(
            id=identifier,
            type=fact.event_type(),
            source=f"/svc/{source}",
            subject=invoice_id,
            time=datetime.now(UTC),
            data_schema=fact.data_schema(),
            partition_key=invoice_id,
            sequence=self.offset + 1,
            tenant=str(getattr(fact, "supplier_id", "")),
            correlation_id=identifier,
        )
        headers, value = tuple(envelope.headers()), fact.model_dump_json().encode()
        record = RawRecord(fact.topic, 0, self.offset, invoice_id, headers, value)
        async with self.env.pipeline.transaction() as tx:
            await tx.execute(
                """insert into position values ('signing', :topic, 0, :offset)
                on conflict (consumer, topic, part) do update set next_offset = :offset""",
                topic=fact.topic,
                offset=self.offset,
            )
        await self.hop.take([record], {(fact.topic, 0): self.offset})
        self.offset += 1

    async def sent(self) -> list[tuple[str, dict[str, Any]]]:
        async with self.env.pipeline.transaction() as tx:
            rows = await tx.rows(
                """select headers ->> 'ce_type' kind, convert_from(payload, 'utf8')::jsonb payload
                from outbox order by seq"""
            )
        return [(row["kind"], row["payload"]) for row in rows]


@pytest.fixture
async def flow(infra: Infra, make_env: Any) -> AsyncGenerator[Flow]:
    async with fresh_database(infra, "signing", MIGRATIONS) as fresh:
        api = Database(SecretStr(fresh.dsn("api")), service="signing", role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service="signing", role="pipeline")
        objects = MinioObjects(infra.s3_endpoint, *infra.s3_keys("signing"))
        env = replace(await make_env(), api=api, pipeline=pipeline, objects=objects)
        try:
            yield Flow(env, Hop(pipeline, "signing", handlers, env))
        finally:
            await objects.close()
            await api.close()
            await pipeline.close()


def cancelled(fact: InvoiceValidated) -> InvoiceCancelled:
    return InvoiceCancelled(
        invoice_id=fact.invoice_id,
        supplier_id=fact.supplier_id,
        buyer_id=fact.buyer_id,
        unit_id=fact.unit_id,
        submission_id=fact.submission_id,
        reason="ERROR",
        cancelled_at=datetime.now(UTC),
    )


async def test_a_validated_invoice_leaves_sealed(flow: Flow, make_fact: Any, invoice: Any) -> None:
    fact = await make_fact(flow.env, write_invoice(invoice))
    await flow.take(fact)
    ((kind, payload),) = await flow.sent()
    assert kind == "navette.invoice.sealed.v1"
    assert payload["document"]["sha256"] == fact.document_sha256
    assert payload["original"]["key"] == f"sealed/{fact.submission_id}.pdf"
    assert (payload["level"], payload["legal"]) == ("B-LTA", True)
    async with flow.env.pipeline.transaction() as tx:
        assert await tx.value("select level from seal where submission_id = :id", id=fact.submission_id) == "B-LTA"


async def test_what_was_found_of_a_seal_is_told_where_the_buyer_agreed(
    flow: Flow, make_fact: Any, invoice: Any
) -> None:
    agreed, other = [await make_fact(flow.env, write_invoice(invoice)) for _ in range(2)]
    parties: Any = flow.env.parties
    parties.agreeing.add(agreed.unit_id)
    await flow.take(agreed)
    await flow.take(other)
    (_, told), (_, untold) = await flow.sent()
    assert (told["verification"], untold["verification"]) == ("verified", "to_verify")
    assert untold["checks"] == []
    check = told["checks"][0]
    assert (check["by"], check["indication"], check["level"]) == ("navette", "TOTAL_PASSED", "B-LTA")
    assert check["document_sha256"] == agreed.document_sha256
    assert check["file_sha256"] == told["original"]["sha256"]


async def test_a_document_that_cannot_be_printed_leaves_failed(flow: Flow, make_fact: Any, invoice: Any) -> None:
    smiling = invoice.model_copy(update={"notes": (Note(text="😀"),)})
    await flow.take(await make_fact(flow.env, write_invoice(smiling)))
    ((kind, payload),) = await flow.sent()
    assert kind == "navette.invoice.failed.v1"
    assert (payload["stage"], payload["reason"]) == ("signing", "UNPRINTABLE_CHARACTER")
    assert payload["findings"][0]["parameters"] == {"characters": "U+1F600"}


async def test_an_older_submission_is_sealed_no_more(flow: Flow, make_fact: Any, invoice: Any) -> None:
    older = await make_fact(flow.env, write_invoice(invoice))
    newer = older.model_copy(update={"submission_id": new_id()})
    await flow.take(newer)
    await flow.take(older)
    assert [payload["submission_id"] for _, payload in await flow.sent()] == [str(newer.submission_id)]


async def test_a_cancelled_invoice_is_sealed_no_more(flow: Flow, make_fact: Any, invoice: Any) -> None:
    fact = await make_fact(flow.env, write_invoice(invoice))
    await flow.take(cancelled(fact), source="invoicing")
    await flow.take(fact)
    assert await flow.sent() == []


async def test_other_companies_do_not_see_a_seal(flow: Flow, make_fact: Any, invoice: Any) -> None:
    fact = await make_fact(flow.env, write_invoice(invoice))
    await flow.take(fact)
    counts = []
    for company in (fact.supplier_id, fact.buyer_id, new_id()):
        async with flow.env.api.transaction((company,)) as tx:
            counts.append(await tx.value("select count(*) from seal"))
    assert counts == [1, 1, 0]
