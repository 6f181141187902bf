"""`navette archive export` and `import`: the whole archive leaves, and another installation takes it in."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import SecretStr

from archive.keys import LogKey
from archive.transfer.form import Manifest, TransferRefused
from archive.transfer.giving import give
from archive.transfer.taking import take
from mesh.db import Database
from mesh.errors import NavetteError
from mesh.objects import MinioObjects
from mesh.vault import Vault
from navette.errors import CommandError
from navette.output import out, table_of
from navette.recovery.site import Site
from navette.state import state

NOT_WHOLE = 3
"""Exit status of an export that is done, and in which objects are missing."""
_SHOWN = ("size", "root", "objects", "bytes", "missing")
T = TypeVar("T")


def export(folder: Annotated[Path, typer.Argument(help="A folder of its own, new or empty")]) -> None:
    """Write the whole archive in open formats: log, evidence, deposits; the mesh may run.

    Where the data are is said as for `navette backup`. Status 3 when objects could not be read.
    """
    site = Site.find(state.run)
    if site.keys is None:
        raise CommandError("Set NAVETTE_KEYS: the log's public keys are named by the archive's key file.")
    vault = Vault.from_file(site.keys / "archive.key")

    async def work(database: Database, objects: MinioObjects) -> Manifest:
        keys = await LogKey(database, vault).public()
        return await give(database, objects, keys, folder, datetime.now(UTC))

    manifest = asyncio.run(_at(site, work))
    _show(manifest)
    if manifest.missing:
        raise typer.Exit(NOT_WHOLE)


def take_in(
    folder: Annotated[Path, typer.Argument(help="An export")],
    root: Annotated[str | None, typer.Option(help="Root of the newest head, as it was kept outside (hex)")] = None,
) -> None:
    """Take an export into this installation, whose archive is empty and stopped; a check of everything follows.

    Where the data go is said as for `navette restore`. Companies keep their ids: whoever had them reads on.
    """
    site = Site.find(state.run)

    async def work(database: Database, objects: MinioObjects) -> Manifest:
        return await take(database, objects, folder, datetime.now(UTC), root=root)

    _show(asyncio.run(_at(site, work)))


async def _at(site: Site, work: Callable[[Database, MinioObjects], Awaitable[T]]) -> T:
    database = Database(SecretStr(site.database), service="archive", role="transfer")
    objects = MinioObjects(site.s3_endpoint, site.s3_access_key, site.s3_secret_key, read_seconds=60)
    try:
        return await work(database, objects)
    except TransferRefused as error:
        raise CommandError(f"{error}.") from None
    except NavetteError as error:
        raise CommandError(str(error)) from None
    finally:
        await objects.close()
        await database.close()


def _show(manifest: Manifest) -> None:
    shown = manifest.model_dump(mode="json", exclude={"files"})
    out.show(shown, table_of([shown | {"missing": len(manifest.missing)}], _SHOWN))
