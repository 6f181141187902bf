"""What every measurement stands on: a fresh database, a fresh topic, and facts fed to it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pydantic import SecretStr

from contracts.envelope import Envelope
from contracts.ids import new_id
from contracts.invoices import InvoiceValidated
from contracts.refs import DocumentRef
from local_stack.fixtures import Infra
from local_stack.fresh import fresh_database
from mesh import schema
from mesh.db import Database
from mesh.kafka import KafkaConnection

SERVICE = "signing"
PARTITIONS = 6
DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")
_COMPANY = new_id()
_STATE = "create table state (invoice_id uuid primary key, at timestamptz not null, sha256 text not null)"


@dataclass
class Ground:
    """One measurement's database and topics (`facts` in, `sealed` out)."""

    dsn: str
    database: Database
    kafka: KafkaConnection
    facts: str
    sealed: str


def fact() -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """Key, value and headers of a validated invoice as validation writes it."""
    invoice, submission = new_id(), new_id()
    made = InvoiceValidated(
        invoice_id=invoice, supplier_id=_COMPANY, buyer_id=_COMPANY, unit_id=_COMPANY, submission_id=submission,
        document=DOCUMENT, document_sha256="0" * 64, rule_sets=(), supplier_country="FR", buyer_country="FR",
        validated_at=datetime.now(UTC),
    )  # fmt: skip
    envelope = Envelope(
        id=new_id(), type=made.event_type(), source="/svc/validation", subject=str(invoice), time=datetime.now(UTC),
        data_schema=made.data_schema(), partition_key=str(invoice), sequence=1, tenant=str(_COMPANY),
        correlation_id=submission,
    )  # fmt: skip
    return str(invoice).encode(), made.model_dump_json().encode(), envelope.headers()


async def feed(kafka: KafkaConnection, topic: str, count: int, pause: float = 0.0) -> None:
    """Put `count` facts on the topic, one every `pause` seconds or all at once."""
    producer = AIOKafkaProducer(**kafka.kwargs(), linger_ms=5)
    await producer.start()
    try:
        for _ in range(count):
            key, value, headers = fact()
            await producer.send(topic, value, key=key, headers=headers)
            if pause:
                await asyncio.sleep(pause)
        await producer.flush()
    finally:
        await producer.stop()


@asynccontextmanager
async def ground(infra: Infra) -> AsyncGenerator[Ground]:
    """A fresh ground; dropped at the end."""
    kafka = KafkaConnection(infra.bootstrap, infra.kafka_username, infra.kafka_password)
    facts, sealed = (f"bench.{uuid4().hex[:8]}.{name}" for name in ("facts", "sealed"))
    admin = AIOKafkaAdminClient(**kafka.kwargs())
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (facts, sealed)])
    try:
        async with fresh_database(infra, SERVICE) as fresh:
            owner = Database(SecretStr(fresh.dsn("owner")), service=SERVICE, role="owner")
            async with owner.transaction() as tx:
                for statement in [
                    *schema.tables(SERVICE),
                    _STATE,
                    schema.projection_or_record("state", "projection"),
                    *schema.open_table(SERVICE, "state", api=""),
                ]:
                    await tx.execute(statement)
            await owner.close()
            dsn: Any = fresh.dsn("pipeline")
            database = Database(SecretStr(dsn), service=SERVICE, role="pipeline")
            try:
                yield Ground(dsn, database, kafka, facts, sealed)
            finally:
                await database.close()
    finally:
        await admin.delete_topics([facts, sealed])
        await admin.close()
