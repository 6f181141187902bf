"""A database of its own with a buyer, its unit and suppliers that are connected with it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import SecretStr

import po_sync
from contracts.ids import new_id
from contracts.registration import (
    Address,
    CompanyState,
    ConnectionState,
    ConnectionStatus,
    Identifier,
    UnitState,
)
from local_stack.fixtures import Infra
from local_stack.fresh import FreshDatabase, fresh_database
from mesh import migrations
from mesh.clock import clock_for
from mesh.db import Database
from mesh.objects import MinioObjects
from po_sync.env import Env
from rules.checker import AsyncChecker

SERVICE = "po-sync"
_MIGRATIONS = Path(po_sync.__file__).parent / "migrations"
SIRET = "80234567800014"
"""Of the first supplier: the one of the golden order."""


@dataclass(frozen=True)
class Ground:
    """Where a figure is taken."""

    env: Env
    buyer: UUID
    unit: UUID
    suppliers: tuple[UUID, ...]
    database: FreshDatabase

    async def analyze(self) -> None:
        """What autovacuum does a minute after a load: the planner knows the tables, new words are in the index."""
        connection: Any = await asyncpg.connect(self.database.dsn("owner"))
        try:
            await connection.execute("vacuum analyze")
        finally:
            await connection.close()


def _company(company_id: UUID, name: str, *, supplier: bool, siret: str) -> CompanyState:
    return CompanyState(
        company_id=company_id,
        revision=1,
        active=True,
        legal_name=name,
        country="FR",
        identifiers=(Identifier(scheme="0009", value=siret),),
        address=Address(country="FR"),
        time_zone="Europe/Paris",
        language="fr",
        supplier=supplier,
        buyer=not supplier,
    )


async def _people(env: Env, suppliers: int, database: FreshDatabase) -> Ground:
    buyer, unit = new_id(), new_id()
    sellers = tuple(new_id() for _ in range(suppliers))
    sirets = [SIRET, *(f"{n:014d}" for n in range(1, suppliers))]
    states = [_company(buyer, "Buyer", supplier=False, siret="90817263800045")]
    states += [_company(s, f"Supplier {n}", supplier=True, siret=sirets[n]) for n, s in enumerate(sellers)]
    async with env.pipeline.transaction() as tx:
        for state in states:
            await tx.execute(
                "insert into dir_company values (:id, 1, cast(:state as jsonb))",
                id=state.company_id,
                state=state.model_dump_json(),
            )
            await tx.execute(
                "insert into dir_identifier values ('0009', :value, :id)",
                value=state.identifiers[0].value,
                id=state.company_id,
            )
        settings = UnitState(unit_id=unit, company_id=buyer, revision=1, name="Unit")
        await tx.execute(
            "insert into dir_unit values (:id, 1, :buyer, cast(:state as jsonb))",
            id=unit,
            buyer=buyer,
            state=settings.model_dump_json(),
        )
        for seller in sellers:
            connection = ConnectionState(
                connection_id=new_id(),
                revision=1,
                supplier_id=seller,
                buyer_id=buyer,
                unit_id=unit,
                status=ConnectionStatus.ACTIVE,
                since=env.clock.now(),
            )
            await tx.execute(
                "insert into dir_connection values (:id, 1, :supplier, :buyer, :unit, 'active', cast(:state as jsonb))",
                id=connection.connection_id,
                supplier=seller,
                buyer=buyer,
                unit=unit,
                state=connection.model_dump_json(),
            )
    return Ground(env, buyer, unit, sellers, database)


@asynccontextmanager
async def ground(infra: Infra, *, suppliers: int) -> AsyncGenerator[Ground]:
    """Make it; drop it at the end."""
    async with fresh_database(infra, SERVICE) as fresh:
        await migrations.migrate(SecretStr(fresh.dsn("owner")), SERVICE, _MIGRATIONS)
        api = Database(SecretStr(fresh.dsn("api")), service=SERVICE, role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service=SERVICE, role="pipeline")
        objects = MinioObjects(infra.s3_endpoint, *infra.s3_keys(SERVICE))
        checker = AsyncChecker()
        clock = clock_for("production")
        env = Env(api, pipeline, objects, clock, checker)
        try:
            yield await _people(env, suppliers, fresh)
        finally:
            await checker.close()
            await objects.close()
            await api.close()
            await pipeline.close()
