"""Puts a backup into an empty site, or one lost part of it back beside what survived.

Objects, then topics, then the database, its positions with it. The database comes last because it is what services
look for: a restore that broke off leaves a site on which nothing starts, and can be done again.
"""

import asyncio
from array import array
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mesh.positions import Place
from navette.errors import CommandError
from navette.recovery import backup, objects, schemas, topics
from navette.recovery.manifest import Manifest, Position
from navette.recovery.progress import Steps
from navette.recovery.site import Site

_ENDED = "ended by a restore: its cursor belongs to topics that are no more; plan it again"


class Restored(BaseModel):
    """What was put back. `topics` is `restored`, `kept` (Kafka survived) or `untouched`.

    `behind` names consumers whose facts between the backup and the loss of Kafka are gone, with how many offsets.
    """

    rows: int = 0
    objects_written: int = 0
    objects_there: int = 0
    objects_unlocked: int = 0
    objects_missing: tuple[str, ...] = ()
    topics: str = "untouched"
    records: int = 0
    behind: dict[str, int] = {}


async def everything(site: Site, folder: Path, manifest: Manifest, steps: Steps) -> Restored:
    """Restore into a site whose database is empty; Kafka may have survived, objects may be there already.

    Raises CommandError before anything is written when the site is not as it must be.
    """
    async with schemas.administrator(site.database) as connection:
        await schemas.must_be_empty(connection)
        _keys_fit(site, manifest)
        survived = await topics.is_the_same_log(site.kafka, manifest.kafka_cluster, manifest.topics)
        put = await asyncio.to_thread(_put_objects, site, folder, steps)
        had = None if survived else await _put_topics(site, folder, manifest, steps)
        await _put_database(site, connection, folder, manifest, steps)
        missing = await _missing(site, connection)
        if had is not None:
            await _move(connection, topics.moved(manifest.positions, had))
    return Restored(
        rows=sum(state.rows for tables in manifest.tables.values() for state in tables.values()),
        objects_written=put.written,
        objects_there=put.there,
        objects_unlocked=put.unlocked,
        objects_missing=tuple(missing),
        topics="kept" if survived else "restored",
        records=0 if survived else backup.records_of(manifest.topics),
    )


async def only_objects(site: Site, folder: Path, steps: Steps) -> Restored:
    """Put back the objects that are missing, beside a database that survived; services may run."""
    put = await asyncio.to_thread(_put_objects, site, folder, steps)
    async with schemas.administrator(site.database) as connection:
        missing = await _missing(site, connection)
    return Restored(
        objects_written=put.written,
        objects_there=put.there,
        objects_unlocked=put.unlocked,
        objects_missing=tuple(missing),
    )


async def only_topics(site: Site, folder: Path, manifest: Manifest, steps: Steps) -> Restored:
    """Put the topics back into an empty broker, beside a database that survived, and move its positions to them.

    Facts that were published after the backup are no more; `behind` says who had not read them all.
    Raises CommandError while services run, and when Kafka is not empty.
    """
    async with schemas.administrator(site.database) as connection:
        await schemas.nobody_runs(connection)
        now = await schemas.positions(connection)
        if await topics.is_the_same_log(site.kafka, manifest.kafka_cluster, manifest.topics):
            raise CommandError("Kafka still has the records of this backup: there is nothing to put back.")
        had = await _put_topics(site, folder, manifest, steps)
        await _move(connection, topics.moved(now, had))
    return Restored(topics="restored", records=backup.records_of(manifest.topics), behind=behind(now, manifest))


def behind(positions: list[Position], manifest: Manifest) -> dict[str, int]:
    """Consumers that had read less of a partition than another had, beyond what the backup holds."""
    furthest: dict[Place, int] = {}
    for at in positions:
        furthest[at.topic, at.part] = max(at.next_offset, furthest.get((at.topic, at.part), 0))
    found: dict[str, int] = {}
    for at in positions:
        held = manifest.topics[at.topic].ends.get(at.part, 0) if at.topic in manifest.topics else 0
        gone = furthest[at.topic, at.part] - max(at.next_offset, held)
        if gone > 0 and at.topic in manifest.topics:
            found[f"{at.consumer} {at.topic}/{at.part}"] = gone
    return found


def _keys_fit(site: Site, manifest: Manifest) -> None:
    there = site.key_ids()
    wrong = [
        service
        for service, wanted in manifest.key_ids.items()
        if site.keys is not None and not set(wanted) <= set(there.get(service, ()))
    ]
    if wrong:
        raise CommandError(
            f"The key files of {', '.join(wrong)} in {site.keys} are not those this backup's secrets are encrypted "
            "with. Put the files of the lost site there first (--keys FOLDER does it locally)."
        )


def _put_objects(site: Site, folder: Path, steps: Steps) -> objects.Put:
    client = site.store(objects.THREADS)
    versions = objects.read_list(folder)
    if any(version.version_id for version in versions):
        objects.must_keep_version_ids(client)
    put = objects.put_back(client, folder, versions, steps.step("objects", len({(v.bucket, v.key) for v in versions})))
    client.disconnect()
    return put


async def _put_topics(site: Site, folder: Path, manifest: Manifest, steps: Steps) -> dict[Place, "array[int]"]:
    advance = steps.step("topics", backup.records_of(manifest.topics))
    return await topics.put_back(site.kafka, folder, manifest.topics, replication=site.replication, advance=advance)


async def _put_database(site: Site, connection: Any, folder: Path, manifest: Manifest, steps: Steps) -> None:
    advance = steps.step("database", len(schemas.SCHEMAS))
    for schema in schemas.SCHEMAS:
        await schemas.put_back(site.database, connection, schema, folder / "postgres" / f"{schema}.dump")
        found = await schemas.states(connection, schema)
        differing = [name for name, state in manifest.tables[schema].items() if found.get(name) != state]
        if differing:
            raise CommandError(
                f"{schema}: {', '.join(differing)} are not what was backed up. Nothing may start on this."
            )
        advance(1)


async def _missing(site: Site, connection: Any) -> list[str]:
    """References of rows to objects that the store does not have."""
    client = site.store(objects.THREADS)
    there = await asyncio.to_thread(objects.listed, client)
    newest = {(place.bucket, place.key) for place in there}
    client.disconnect()
    return [
        str(ref)
        for ref in sorted(await schemas.references(connection))
        if (
            (ref.bucket, ref.key, ref.version_id) not in there
            if ref.version_id
            else (ref.bucket, ref.key) not in newest
        )
    ]


async def _move(connection: Any, positions: list[Position]) -> None:
    """Set positions to the offsets of the topics as they are now; replays under way end, theirs meant the old ones."""
    async with connection.transaction():
        for at in positions:
            await connection.execute(
                f"update {at.schema_name}.position set next_offset = $4 "  # noqa: S608 - names of our own
                "where consumer = $1 and topic = $2 and part = $3",
                *(at.consumer, at.topic, at.part, at.next_offset),
            )
        for schema in schemas.SCHEMAS:
            await connection.execute(
                f"update {schema}.replay_job set state = 'failed', error = $1, ended_at = now() "  # noqa: S608 - names of our own
                "where state in ('planned', 'running', 'paused')",
                _ENDED,
            )
