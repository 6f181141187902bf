"""A database of its own for one connected test: empty schema of one service, its three roles, dropped afterwards."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import asyncpg

from local_stack.fixtures import Infra, Role
from local_stack.roles import ROLES, package_of, role


@dataclass(frozen=True)
class FreshDatabase:
    """DSNs of one service's roles in a database that nobody else uses."""

    service: str
    name: str
    infra: Infra

    def dsn(self, kind: Role) -> str:
        """`postgresql://…` of the owner, api or pipeline role."""
        return self.infra.dsn(self.service, kind).replace("/navette?", f"/{self.name}?", 1)

    @property
    def superuser_dsn(self) -> str:
        """For looking at everything, and for tampering."""
        return self.infra.superuser_dsn.replace("/postgres?", f"/{self.name}?", 1)


@asynccontextmanager
async def fresh_database(infra: Infra, service: str) -> AsyncGenerator[FreshDatabase]:
    """Create the database with the service's empty schema; drop it at the end."""
    name = f"t_{uuid4().hex[:12]}"
    server = await asyncpg.connect(infra.superuser_dsn)
    try:
        await server.execute(f"create database {name}")
        fresh = FreshDatabase(service, name, infra)
        inside = await asyncpg.connect(fresh.superuser_dsn)
        await inside.execute("create extension if not exists pg_trgm with schema public")
        schema = package_of(service)
        await inside.execute(f"create schema {schema} authorization {role(service, 'owner')}")
        for kind in ROLES:
            await inside.execute(f"grant usage on schema {schema} to {role(service, kind)}")
            await inside.execute(f"grant temporary on database {name} to {role(service, kind)}")
        await inside.close()
        yield fresh
    finally:
        await server.execute(f"drop database if exists {name} with (force)")
        await server.close()
