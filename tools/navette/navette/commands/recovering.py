"""`navette backup` and `navette restore`."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from local_stack.layout import Layout
from navette.errors import CommandError
from navette.output import out, table_of
from navette.recovery import backup as backing_up
from navette.recovery import keys as local_keys
from navette.recovery import manifest as manifests
from navette.recovery import restore as restoring
from navette.recovery.progress import Steps
from navette.recovery.site import Site
from navette.state import state

app = typer.Typer()
NOT_WHOLE = 3
"""Exit status of a backup or restore that is done, and in which objects are missing or damaged."""
_SHOWN = 20


class Part(StrEnum):
    """What `--only` names."""

    OBJECTS = "objects"
    TOPICS = "topics"


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A folder of its own, new or empty")],
    keys: Annotated[
        Path | None, typer.Option(help="Local stack: copy its keys into this folder, to be kept apart")
    ] = None,
) -> None:
    """Take everything as of one moment while the mesh runs: PostgreSQL, topics, objects, each with its digest.

    Exit status: 0 done, 1 not done, 3 done and objects that rows refer to are missing or damaged.
    """
    site = Site.find(state.run)
    if keys:
        local_keys.keep(_local(site), keys)
    with Steps().shown() as steps:
        manifest, digest = asyncio.run(backing_up.take(site, folder, steps))
    rows = sum(table.rows for tables in manifest.tables.values() for table in tables.values())
    data = {
        "folder": str(folder),
        "taken_at": manifest.taken_at,
        "seconds": manifest.seconds,
        "rows": rows,
        "records": backing_up.records_of(manifest.topics),
        "objects": manifest.objects.versions,
        "bytes": manifest.objects.bytes,
        "missing": manifest.objects.missing[:_SHOWN],
        "damaged": manifest.objects.damaged[:_SHOWN],
        "left_out": len(manifest.objects.unknown),
        "manifest_sha256": digest,
    }
    _show(data, whole=manifest.whole)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="A finished backup")],
    only: Annotated[Part | None, typer.Option(help="Put back one lost part beside what survived")] = None,
    keys: Annotated[Path | None, typer.Option(help="Local stack: put back the keys that `backup --keys` kept")] = None,
) -> None:
    """Put a backup into an empty site, digests checked; a site that holds something is refused.

    Exit status: 0 done, 1 not done, 3 done and objects that rows refer to are missing.
    """
    site = Site.find(state.run)
    manifest = manifests.read(folder)
    if keys:
        local_keys.give_back(_local(site), keys)
    with Steps().shown() as steps:
        if only is Part.OBJECTS:
            done = asyncio.run(restoring.only_objects(site, folder, steps))
        elif only is Part.TOPICS:
            done = asyncio.run(restoring.only_topics(site, folder, manifest, steps))
        else:
            done = asyncio.run(restoring.everything(site, folder, manifest, steps))
    data = done.model_dump() | {"objects_missing": done.objects_missing[:_SHOWN]}
    _show(data, whole=not done.objects_missing)


def _local(site: Site) -> Layout:
    if site.layout is None:
        raise CommandError("--keys is for the local stack; elsewhere keys are kept where secrets are kept.")
    return site.layout


def _show(data: Mapping[str, object], *, whole: bool) -> None:
    rows = [{"what": name.replace("_", " "), "value": value} for name, value in data.items() if value not in ((), {})]
    out.show(data, table_of(rows, ("what", "value")))
    if not whole:
        raise typer.Exit(NOT_WHOLE)
