"""What connected tests stand on: the local infrastructure (`infra`), and a fresh schema with the mesh's tables."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pydantic import SecretStr

from contracts.invoices import InvoiceSealed
from local_stack.fixtures import Infra, infra
from local_stack.fresh import FreshDatabase, fresh_database
from local_stack.stores import minio_store, seaweed_store
from mesh import directory, schema
from mesh.db import Database
from mesh.kafka import KafkaConnection

__all__ = ["infra", "minio_store", "seaweed_store"]


@dataclass
class ServiceSchema:
    """A fresh database with the mesh's tables for `signing`, plus `effect_log`, where tests note effects."""

    fresh: FreshDatabase
    owner: Database
    api: Database
    pipeline: Database


@pytest.fixture
async def service_schema(infra: Infra) -> AsyncGenerator[ServiceSchema]:
    service = "signing"
    async with fresh_database(infra, service) as fresh:
        owner = Database(SecretStr(fresh.dsn("owner")), service=service, role="owner")
        api = Database(SecretStr(fresh.dsn("api")), service=service, role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service=service, role="pipeline")
        async with owner.transaction() as tx:
            for statement in [
                *schema.tables(service),
                *directory.tables(service),
                "create table effect_log (n bigint generated always as identity, event_id uuid, subject text)",
                *schema.open_table(service, "effect_log", api=""),
            ]:
                await tx.execute(statement)
        try:
            yield ServiceSchema(fresh, owner, api, pipeline)
        finally:
            for database in (owner, api, pipeline):
                await database.close()


@pytest.fixture
def kafka(infra: Infra) -> KafkaConnection:
    return KafkaConnection(infra.bootstrap, infra.kafka_username, infra.kafka_password)


@pytest.fixture
async def topic(kafka: KafkaConnection, monkeypatch: pytest.MonkeyPatch) -> str:
    """A topic of its own; facts of signing go there."""
    name = f"t.{uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(**kafka.kwargs())
    await admin.start()
    await admin.create_topics([NewTopic(name, 3, 1)])
    await admin.close()
    monkeypatch.setattr(InvoiceSealed, "topic", name)
    return name
