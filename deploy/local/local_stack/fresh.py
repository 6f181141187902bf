"""A database of its own for one connected test: empty schema of one service, its three roles, dropped afterwards."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
from pydantic import SecretStr

from local_stack.database import EXTENSIONS
from local_stack.fixtures import Infra, Role
from local_stack.roles import ROLES, package_of, role
from mesh import migrations


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


async def _create(infra: Infra, service: str, name: str, *, template: str) -> FreshDatabase:
    """A database made from a template, in which the service's roles have the rights that a copy does not bring."""
    server = await asyncpg.connect(infra.superuser_dsn)
    try:
        await server.execute(f"create database {name} template {template}")
        for kind in ROLES:
            await server.execute(f"grant temporary on database {name} to {role(service, kind)}")
    finally:
        await server.close()
    return FreshDatabase(service, name, infra)


async def _with_schema(infra: Infra, service: str, name: str) -> FreshDatabase:
    """A database with the service's empty schema."""
    fresh = await _create(infra, service, name, template="template1")
    inside = await asyncpg.connect(fresh.superuser_dsn)
    try:
        for extension in EXTENSIONS:
            await inside.execute(f"create extension if not exists {extension} with schema public")
        schema = package_of(service)
        await inside.execute(f"create schema {schema} authorization {role(service, 'owner')}")
        for kind in ROLES:
            await inside.execute(f"grant usage on schema {schema} to {role(service, kind)}")
    finally:
        await inside.close()
    return fresh


async def drop_database(infra: Infra, name: str) -> None:
    """Away with it, whoever is still in it."""
    server = await asyncpg.connect(infra.superuser_dsn)
    try:
        await server.execute(f"drop database if exists {name} with (force)")
    finally:
        await server.close()


async def _template(infra: Infra, service: str, folder: Path) -> str:
    """The migrated database of a service that this run copies from; made when first asked for."""
    if service not in infra.templates:
        fresh = await _with_schema(infra, service, f"t_{uuid4().hex[:12]}")
        infra.templates[service] = fresh.name
        await migrations.migrate(SecretStr(fresh.dsn("owner")), service, folder)
    return infra.templates[service]


@asynccontextmanager
async def fresh_database(infra: Infra, service: str, folder: Path | None = None) -> AsyncGenerator[FreshDatabase]:
    """A database that is dropped at the end: with the service's empty schema or, given the folder of its migrations,
    with its tables, copied from one that was migrated once in this run."""
    name = f"t_{uuid4().hex[:12]}"
    try:
        if folder is None:
            yield await _with_schema(infra, service, name)
        else:
            yield await _create(infra, service, name, template=await _template(infra, service, folder))
    finally:
        await drop_database(infra, name)
