"""The provisioning SQL does what it says, in a real database."""

import re
import secrets

import asyncpg
import pytest

from cluster.database import provisioning
from contracts.topics import SERVICES
from local_stack.fixtures import Infra

pytestmark = pytest.mark.connected


def renamed(text: str, mark: str) -> str:
    """The same for another database and other roles: those of the test's server are in use."""
    stems = "|".join(service.replace("-", "_") for service in SERVICES)
    text = re.sub(rf"\b({stems})_(owner|api|pipeline)\b", rf"{mark}_\1_\2", text)
    return re.sub(r"\bdatabase navette\b", f"database {mark}", text)


async def test_roles_are_ordinary_and_each_owns_only_its_schema(infra: Infra) -> None:
    mark = f"t{secrets.token_hex(4)}"
    server = await asyncpg.connect(infra.superuser_dsn)
    try:
        await server.execute(f'create database "{mark}"')
        database = await asyncpg.connect(infra.superuser_dsn, database=mark)
        try:
            await database.execute(renamed(provisioning(), mark))
            powers = await database.fetch(
                "select rolname, rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as more "
                "from pg_roles where rolname like $1",
                f"{mark}\\_%",
            )
            assert len(powers) == 3 * len(SERVICES)
            assert not any(role["more"] for role in powers)
            owners = await database.fetch(
                "select nspname, pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = any($1)",
                [service.replace("-", "_") for service in SERVICES],
            )
            assert {row["nspname"]: row["owner"] for row in owners} == {
                schema: f"{mark}_{schema}_owner" for schema in (service.replace("-", "_") for service in SERVICES)
            }
            creates = await database.fetchval(
                "select count(*) from pg_namespace, pg_roles where rolname like $1 and nspname = any($2) "
                "and has_schema_privilege(rolname, nspname, 'create')",
                f"{mark}\\_%",
                [*(service.replace("-", "_") for service in SERVICES), "public"],
            )
            assert creates == len(SERVICES), "each owner in its own schema, nobody anywhere else"
        finally:
            await database.close()
    finally:
        await server.execute(f'drop database if exists "{mark}"')
        for row in await server.fetch("select rolname from pg_roles where rolname like $1", f"{mark}\\_%"):
            await server.execute(f'drop role "{row["rolname"]}"')
        await server.close()
