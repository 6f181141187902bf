"""Schema migrations of a service: alembic revisions in its `migrations/` folder, run as the owner role.

Expand, then contract: the release before runs on the new schema. Each revision names in `compatible_from` the oldest
revision whose code may
still run on it; a service that meets a revision it neither knows nor is compatible with refuses to start.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from mesh import schema
from mesh.db import Database, sqlalchemy_dsn
from mesh.errors import NavetteError


class UnknownRevision(NavetteError):
    """The database's schema is not one this release can run on; the text says which to install or migrate."""


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return config


def _run(connection: Connection, folder: Path, service: str) -> str:
    config = _config(folder)
    script = ScriptDirectory.from_config(config)
    name = service.replace("-", "_")
    connection.execute(text(f"set search_path = {name}"))

    def upgrade(revision: Any, _: Any) -> Any:
        return script._upgrade_revs("head", revision)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as alembic's own command does

    with EnvironmentContext(config, script, fn=upgrade) as env:
        env.configure(connection=connection, version_table_schema=name, transactional_ddl=True)
        with env.begin_transaction():
            env.run_migrations()
    head = script.get_current_head() or ""
    revision = script.get_revision(head)
    compatible_from = getattr(revision.module, "compatible_from", head) if revision else head
    connection.execute(
        text(
            "insert into schema_release (revision, compatible_from) values (:revision, :compatible_from) "
            "on conflict (revision) do update set compatible_from = excluded.compatible_from"
        ),
        {"revision": head, "compatible_from": compatible_from},
    )
    for statements in schema.inbox_partitions(datetime.now(UTC)):
        for statement in statements:
            connection.execute(text(statement))
    return head


async def migrate(owner: SecretStr, service: str, folder: Path) -> str:
    """Bring a service's schema to this release's revision and make the inbox's partitions; returns the revision."""
    engine = create_async_engine(sqlalchemy_dsn(owner))
    try:
        async with engine.connect() as connection:
            # Two migrations of one service at once would collide; the second waits and finds nothing to do.
            await connection.execute(text("select pg_advisory_lock(hashtextextended(:name, 1))"), {"name": service})
            await connection.commit()
            head = await connection.run_sync(_run, folder, service)
            await connection.commit()
            return head
    finally:
        await engine.dispose()


async def check(database: Database, folder: Path) -> None:
    """Refuse to run on a schema that this release does not know; raises UnknownRevision."""
    script = await asyncio.to_thread(ScriptDirectory.from_config, _config(folder))
    async with database.transaction() as tx:
        row = await tx.row("select revision, compatible_from from schema_release order by applied_at desc limit 1")
    head = script.get_current_head()
    known = {revision.revision for revision in script.walk_revisions()}
    if row is None or (row["revision"] in known and row["revision"] != head):
        raise UnknownRevision(
            f"{database.service}: the schema is at {row and row['revision']}, this release needs {head}: migrate first"
        )
    if row["revision"] not in known and row["compatible_from"] not in known:
        raise UnknownRevision(
            f"{database.service}: the schema is at {row['revision']}, which this release (at {head}) does not "
            "know: install the newer release"
        )
