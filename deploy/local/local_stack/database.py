"""What PostgreSQL holds before any migration: one database, and per service one schema and three roles."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import asyncpg

from contracts.topics import SERVICES
from local_stack.layout import Layout
from local_stack.postgres import DATABASE, dsn, superuser_dsn
from local_stack.roles import ROLES, package_of, role

EXTENSIONS = ("btree_gin", "pg_trgm")
"""Of PostgreSQL's own contrib: text search by trigrams, and by company and trigrams in one index."""


def provision(layout: Layout, services: Sequence[str] = SERVICES) -> None:
    """Create, or bring in line, the database, its extensions, the roles with their passwords and the schemas."""
    asyncio.run(_provision(layout, services))


async def _statement(connection: asyncpg.Connection, template: str, *values: str) -> None:
    """Run a statement whose names (%I) and literals (%L) PostgreSQL itself quotes."""
    placeholders = ", ".join(f"${position}::text" for position in range(2, len(values) + 2))
    quoted: str | None = await connection.fetchval(f"select format($1, {placeholders})", template, *values)
    assert quoted is not None, "format() of a template and names is never null"
    await connection.execute(quoted)


async def _provision(layout: Layout, services: Sequence[str]) -> None:
    server = await asyncpg.connect(superuser_dsn(layout))
    try:
        if not await server.fetchval("select true from pg_database where datname = $1", DATABASE):
            await _statement(server, "create database %I", DATABASE)
            await _statement(server, "revoke all on database %I from public", DATABASE)
        for service in services:
            for kind in ROLES:
                await _role(server, layout, role(service, kind))
    finally:
        await server.close()
    database = await asyncpg.connect(superuser_dsn(layout, DATABASE))
    try:
        found = "select name from pg_available_extensions where name = any ($1) order by name"
        for row in await database.fetch(found, list(EXTENSIONS)):
            await _statement(database, "create extension if not exists %I with schema public", row["name"])
        await database.execute("revoke create on schema public from public")
        for service in services:
            await _schema(database, service)
    finally:
        await database.close()


async def _role(server: asyncpg.Connection, layout: Layout, name: str) -> None:
    secret = urlsplit(dsn(layout, name)).password or ""
    verb = "alter" if await server.fetchval("select true from pg_roles where rolname = $1", name) else "create"
    await _statement(
        server,
        f"{verb} role %I login password %L nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit",
        name,
        secret,
    )
    await _statement(server, "grant connect on database %I to %I", DATABASE, name)
    if name.endswith("_pipeline"):  # a rebuild of projections works in temporary tables
        await _statement(server, "grant temporary on database %I to %I", DATABASE, name)


async def _schema(database: asyncpg.Connection, service: str) -> None:
    schema = package_of(service)
    await _statement(database, "create schema if not exists %I authorization %I", schema, role(service, "owner"))
    await _statement(database, "revoke all on schema %I from public", schema)
    for kind in ROLES:
        name = role(service, kind)
        if kind != "owner":
            await _statement(database, "grant usage on schema %I to %I", schema, name)
        await _statement(database, "alter role %I in database %I set search_path = %I, public", name, DATABASE, schema)
