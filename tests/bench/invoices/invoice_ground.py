"""A database of its own with a supplier, a buyer, its unit, and an order that never runs out."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import SecretStr

import invoicing
from contracts.ids import new_id
from contracts.orders import OrderPublished
from contracts.registration import Address, CompanyState, ConnectionState, ConnectionStatus, Identifier, UnitState
from documents.order import Order
from invoicing.domain.policy import line_policy
from invoicing.env import Env
from invoicing.store import orders
from local_stack.fixtures import Infra
from local_stack.fresh import FreshDatabase, fresh_database
from local_stack.layout import REPOSITORY
from mesh import migrations
from mesh.clock import SystemClock
from mesh.db import Database
from mesh.objects import MinioObjects

SERVICE = "invoicing"
_MIGRATIONS = Path(invoicing.__file__).parent / "migrations"
_GOLDEN = REPOSITORY / "examples" / "order-simple" / "order.json"
_ENDLESS = Decimal(1_000_000)


@dataclass(frozen=True)
class Ground:
    """Where a figure is taken."""

    env: Env
    database: FreshDatabase
    supplier: UUID
    buyer: UUID
    unit: UUID

    @asynccontextmanager
    async def loading(self) -> AsyncGenerator[None]:
        """Load many rows: what slows a load is made again afterwards, and the planner learns the tables."""
        connection: Any = await asyncpg.connect(self.database.dsn("owner"))
        try:
            indexes = await connection.fetch(
                "select indexrelid::regclass::text name, pg_get_indexdef(indexrelid) made from pg_index "
                "where indrelid = 'invoicing.invoice'::regclass and indexrelid::regclass::text like '%_search'"
            )
            for index in indexes:
                await connection.execute(f"drop index {index['name']}")
            yield
            await connection.execute("set maintenance_work_mem = '128MB'")
            for index in indexes:
                await connection.execute(index["made"])
            await connection.execute("vacuum analyze")
        finally:
            await connection.close()


def _company(company_id: UUID, name: str, siren: str, *, supplier: bool) -> CompanyState:
    return CompanyState(
        company_id=company_id,
        revision=1,
        active=True,
        legal_name=name,
        country="FR",
        vat_id=f"FR32{siren}",
        legal_id=Identifier(scheme="0002", value=siren),
        electronic_address=Identifier(scheme="0225", value=siren),
        address=Address(line_one="1 rue de la Paix", postal_code="75002", city="Paris", country="FR"),
        time_zone="Europe/Paris",
        language="fr",
        supplier=supplier,
        buyer=not supplier,
    )


async def _people(env: Env, database: FreshDatabase) -> Ground:
    ground = Ground(env, database, new_id(), new_id(), new_id())
    unit = UnitState(unit_id=ground.unit, company_id=ground.buyer, revision=1, name="Unit")
    connection = ConnectionState(
        connection_id=new_id(),
        revision=1,
        supplier_id=ground.supplier,
        buyer_id=ground.buyer,
        unit_id=ground.unit,
        status=ConnectionStatus.ACTIVE,
        since=env.clock.now(),
        consent=True,
    )
    async with env.pipeline.transaction() as tx:
        for state in (
            _company(ground.supplier, "Supplier", "732829320", supplier=True),
            _company(ground.buyer, "Buyer", "552100554", supplier=False),
        ):
            await tx.execute(
                "insert into dir_company values (:id, 1, cast(:state as jsonb))",
                id=state.company_id,
                state=state.model_dump_json(),
            )
        await tx.execute(
            "insert into dir_unit values (:id, 1, :buyer, cast(:state as jsonb))",
            id=ground.unit,
            buyer=ground.buyer,
            state=unit.model_dump_json(),
        )
        await tx.execute(
            "insert into dir_connection values (:id, 1, :supplier, :buyer, :unit, 'active', cast(:state as jsonb))",
            id=connection.connection_id,
            supplier=ground.supplier,
            buyer=ground.buyer,
            unit=ground.unit,
            state=connection.model_dump_json(),
        )
    return ground


async def order(ground: Ground) -> UUID:
    """The golden order of three lines, of which as much was ordered as anybody can invoice."""
    golden = Order.model_validate_json(_GOLDEN.read_bytes())
    lines = tuple(line.model_copy(update={"quantity": _ENDLESS, "net_amount": None}) for line in golden.lines)
    today = datetime.now(UTC).date()
    content = golden.model_copy(update={"lines": lines, "receipt_required": False, "issue_date": today})
    document = await ground.env.objects.put(
        "documents", f"bench/{new_id()}", content.model_dump_json().encode(), "application/json"
    )
    fact = OrderPublished(
        order_id=new_id(),
        buyer_id=ground.buyer,
        supplier_id=ground.supplier,
        unit_id=ground.unit,
        number=content.number,
        revision=1,
        currency=content.currency,
        issue_date=today,
        document=document,
    )
    async with ground.env.pipeline.transaction() as tx:
        await orders.put(tx, fact, content)
        policies = [line_policy(content, line, unit_needs_receipt=False) for line in content.lines]
        await orders.put_lines(tx, fact, content, policies)
    return fact.order_id


@asynccontextmanager
async def ground(infra: Infra) -> AsyncGenerator[Ground]:
    """Make it; drop it at the end."""
    async with fresh_database(infra, SERVICE) as fresh:
        await migrations.migrate(SecretStr(fresh.dsn("owner")), SERVICE, _MIGRATIONS)
        api = Database(SecretStr(fresh.dsn("api")), service=SERVICE, role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service=SERVICE, role="pipeline")
        objects = MinioObjects(infra.s3_endpoint, *infra.s3_keys(SERVICE))
        env = Env(api=api, pipeline=pipeline, objects=objects, clock=SystemClock())
        try:
            yield await _people(env, fresh)
        finally:
            await objects.close()
            await api.close()
            await pipeline.close()
