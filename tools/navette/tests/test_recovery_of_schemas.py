"""A dump is of its snapshot, whatever is written meanwhile, and a schema comes back with its rights."""

from pathlib import Path

import asyncpg
import pytest

from local_stack.fixtures import Infra
from local_stack.fresh import FreshDatabase, fresh_database
from navette.errors import CommandError
from navette.recovery import schemas

pytestmark = pytest.mark.connected
_TABLES = (
    "create table archive.entry (id bigint generated always as identity primary key, original jsonb, note text)",
    "alter table archive.entry enable row level security",
    "alter table archive.entry force row level security",
    "create policy entry_api on archive.entry to archive_api using (note <> 'hidden')",
    "grant select on archive.entry to archive_api",
    "comment on table archive.entry is 'record'",
    """insert into archive.entry (original, note) values
    ('{"bucket": "archive", "key": "a.pdf", "version_id": "v1", "sha256": "aa", "size": 1}', 'shown'),
    ('{"within": [{"bucket": "documents", "key": "b.xml", "sha256": "bb", "size": 1}]}', 'hidden'), (null, 'shown')""",
)


async def _dumped(source: FreshDatabase, folder: Path) -> dict[str, object]:
    """Dump a snapshot while a row is added behind it; returns the states of the snapshot."""
    async with schemas.administrator(source.superuser_dsn) as connection:
        for statement in _TABLES:
            await connection.execute(statement)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("select pg_export_snapshot()")
            async with schemas.administrator(source.superuser_dsn) as other:
                await other.execute("insert into archive.entry (note) values ('too late')")
            await schemas.dump(source.superuser_dsn, snapshot, "archive", folder / "archive.dump")
            return {**await schemas.states(connection, "archive")}


async def test_a_schema_comes_back_as_of_its_snapshot_with_its_rights(infra: Infra, tmp_path: Path) -> None:
    async with fresh_database(infra, "archive") as source, fresh_database(infra, "archive") as target:
        before = await _dumped(source, tmp_path)
        async with schemas.administrator(target.superuser_dsn) as connection:
            await schemas.put_back(target.superuser_dsn, connection, "archive", tmp_path / "archive.dump")
            assert await schemas.states(connection, "archive") == before
            assert await connection.fetchval("insert into archive.entry default values returning id") > 3
        api = await asyncpg.connect(target.dsn("api"))
        assert await api.fetchval("select count(*) from archive.entry") == 2
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await api.execute("delete from archive.entry")
        await api.close()


async def test_a_schema_that_holds_something_is_never_dropped(infra: Infra, tmp_path: Path) -> None:
    async with fresh_database(infra, "archive") as source:
        before = await _dumped(source, tmp_path)
        async with schemas.administrator(source.superuser_dsn) as connection:
            with pytest.raises(asyncpg.DependentObjectsStillExistError):
                await schemas.put_back(source.superuser_dsn, connection, "archive", tmp_path / "archive.dump")
            assert (await schemas.states(connection, "archive")).keys() == before.keys()


async def test_a_database_without_its_schemas_says_what_it_lacks(infra: Infra) -> None:
    async with fresh_database(infra, "archive") as source, schemas.administrator(source.superuser_dsn) as connection:
        with pytest.raises(CommandError, match="lacks registration, po_sync"):
            await schemas.must_be_empty(connection)


async def test_a_password_is_no_argument_of_a_program(infra: Infra, tmp_path: Path) -> None:
    wrong = infra.superuser_dsn.replace("/postgres?", "/nowhere?", 1)
    with pytest.raises(CommandError, match=r"pg_dump failed .*nowhere") as said:
        await schemas.dump(wrong, "00000003-0000001B-1", "archive", tmp_path / "x")
    assert infra.s3_secret_key not in str(said.value)


async def test_of_what_was_eliminated_only_what_nothing_else_names_is_not_looked_for(infra: Infra) -> None:
    async with fresh_database(infra, "archive") as source, schemas.administrator(source.superuser_dsn) as connection:
        for statement in (
            "create table archive.entry (kind text, digests jsonb, eliminated_at timestamptz)",
            """insert into archive.entry values ('deposit', '{"attachment_1": "aa"}', now()),
            ('elimination', '{"attachment_1": "aa", "attachment_2": "bb", "attachment_3": "cc"}', null)""",
            "create schema invoicing",
            *(f"create table invoicing.{name} (document jsonb)" for name in ("upload", "attachment", "invoice_fact")),
            """insert into invoicing.invoice_fact values
            ('[{"bucket": "documents", "key": "attachments/aa", "sha256": "aa"},
            {"bucket": "documents", "key": "attachments/bb", "sha256": "bb"}]')""",
            """insert into invoicing.attachment values
            ('{"bucket": "documents", "key": "attachments/bb", "sha256": "bb"}')""",
            "create schema po_sync",
            "create table po_sync.revision (document jsonb)",
            """insert into po_sync.revision values ('{"bucket": "documents", "key": "orders/cc", "sha256": "cc"}')""",
        ):
            await connection.execute(statement)
        found = await schemas.references(connection)
    assert {each.key for each in found} == {"attachments/bb", "orders/cc"}
