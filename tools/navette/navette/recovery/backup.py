"""Takes a backup while the mesh runs: everything as of one snapshot of the database.

The order is what makes it consistent. A document is stored before the row that names it, so objects are listed after
the snapshot, and what the snapshot does not know is left out: a locked original without its row could not be removed
from the restored site for ten years. A fact leaves after the row that holds it, so Kafka's ends are looked at on both
sides of the snapshot. Topics are read before objects: compaction may forget a state that was replaced an hour ago.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from navette.errors import CommandError
from navette.recovery import objects, schemas, topics
from navette.recovery.manifest import Manifest, Objects, TableState, TopicState, file_digest
from navette.recovery.progress import Steps
from navette.recovery.site import Site

_AT_ONCE = 2
"""Dumps at a time; the mesh goes on working beside them."""


async def take(site: Site, folder: Path, steps: Steps) -> tuple[Manifest, str]:
    """Write a backup into an empty folder; returns its manifest and the manifest's digest.

    Raises CommandError when the folder holds something, or a part of the site does not answer.
    """
    await asyncio.to_thread(_make, folder)
    began = time.monotonic()
    before = await topics.ends(site.kafka)
    async with _snapshot(site) as (connection, snapshot):
        taken_at = datetime.now(UTC)
        revisions = await schemas.revisions(connection)
        after = await topics.ends(site.kafka)
        known = await schemas.last_sequences(connection, await topics.subjects_between(site.kafka, before, after))
        tables, dumped = await _database(site, connection, snapshot, folder, steps)
        positions = await schemas.positions(connection)
        references = await schemas.references(connection)
        server = await connection.fetchval("show server_version")
    records = steps.step("topics", sum(after.values()))
    kept = await topics.save(site.kafka, folder, before=before, after=after, known=known, advance=records)
    found = await asyncio.to_thread(_objects, site, folder, references, taken_at, steps)
    files = {f"postgres/{name}.dump": digest for name, digest in dumped.items()} | {
        name: file_digest(folder / name) for name in (objects.LIST, *(f"topics/{t}.jsonl.gz" for t in topics.KEPT))
    }
    manifest = Manifest(
        taken_at=taken_at,
        seconds=round(time.monotonic() - began, 1),
        snapshot=snapshot,
        server=server,
        kafka_cluster=await topics.cluster(site.kafka),
        revisions=revisions,
        tables=tables,
        positions=tuple(positions),
        topics=kept,
        objects=found,
        key_ids=site.key_ids(),
        files=files,
    )
    return manifest, manifest.write(folder)


def _make(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty: a backup gets a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


@asynccontextmanager
async def _snapshot(site: Site) -> AsyncGenerator[tuple[Any, str]]:
    async with (
        schemas.administrator(site.database) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection, await connection.fetchval("select pg_export_snapshot()")


async def _database(
    site: Site, connection: Any, snapshot: str, folder: Path, steps: Steps
) -> tuple[dict[str, dict[str, TableState]], dict[str, str]]:
    """States of all tables, and the digests of the dumps."""
    target = folder / "postgres"
    target.mkdir()
    advance = steps.step("database", 2 * len(schemas.SCHEMAS))
    room = asyncio.Semaphore(_AT_ONCE)
    digests: dict[str, str] = {}

    async def one(schema: str) -> None:
        async with room:
            await schemas.dump(site.database, snapshot, schema, target / f"{schema}.dump")
        digests[schema] = await asyncio.to_thread(file_digest, target / f"{schema}.dump")
        advance(1)

    states: dict[str, dict[str, TableState]] = {}
    try:
        async with asyncio.TaskGroup() as group:
            for schema in schemas.SCHEMAS:
                group.create_task(one(schema))
            for schema in schemas.SCHEMAS:
                states[schema] = await schemas.states(connection, schema)
                advance(1)
    except* CommandError as failed:
        raise failed.exceptions[0] from None
    return states, dict(sorted(digests.items()))


def _objects(site: Site, folder: Path, references: set[schemas.Reference], taken_at: datetime, steps: Steps) -> Objects:
    client = site.store(objects.THREADS)
    there = objects.listed(client)
    places = known(there, references, taken_at)
    left_out = there.keys() - set(places)
    versions = objects.save(client, folder, places, steps.step("objects", len(places)))
    client.disconnect()
    return Objects(
        versions=len(versions),
        bytes=sum(each.size for each in versions),
        damaged=tuple(objects.damaged(versions)),
        missing=tuple(missing(versions, references)),
        unknown=tuple(str(place) for place in sorted(left_out) if place.bucket == objects.ARCHIVE),
    )


def known(
    there: Mapping[objects.Place, datetime], references: set[schemas.Reference], taken_at: datetime
) -> list[objects.Place]:
    """The objects that a snapshot knows, in the order of `there`.

    Of the locked bucket: the versions that a row names. Of the other one: also what was there before the snapshot, and
    every sealed file, since it is adopted by its key: an invoice that was under way keeps the seal it got.
    """
    named = {objects.Place(ref.bucket, ref.key, ref.version_id) for ref in references}
    return [
        place
        for place, stored_at in there.items()
        if place in named
        or (place.bucket == objects.DOCUMENTS and (stored_at <= taken_at or place.key.startswith("sealed/")))
    ]


def missing(versions: list[objects.Version], references: set[schemas.Reference]) -> list[str]:
    """References whose object, in that version and with that digest, is not among `versions`."""
    exact = {(v.bucket, v.key, v.version_id, v.sha256) for v in versions}
    newest = {(v.bucket, v.key, v.sha256) for v in versions}
    return [
        str(ref)
        for ref in sorted(references)
        if ((ref.bucket, ref.key, ref.version_id, ref.sha256) not in exact if ref.version_id else
            (ref.bucket, ref.key, ref.sha256) not in newest)
    ]  # fmt: skip


def records_of(states: dict[str, TopicState]) -> int:
    """How many records a backup holds."""
    return sum(state.records for state in states.values())
