"""What connected tests stand on: the local infrastructure (`infra`), and a fresh schema with the mesh's tables."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from local_stack.fixtures import Infra, infra
from local_stack.fresh import FreshDatabase, fresh_database
from local_stack.stores import minio_store, seaweed_store
from mesh import directory, schema
from mesh.db import Database

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
