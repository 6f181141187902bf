"""Reads everything again: each object against its digest, each row against its leaf, each head against the leaves."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge
from pydantic import ValidationError
from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError

from archive.domain.audit import LogAudit, Problem
from archive.env import Env
from archive.store import checks
from contracts.ids import new_id
from contracts.refs import DocumentRef
from mesh.errors import Undone
from mesh.leases import Lease
from mesh.objects import ObjectMissing, Tampered
from mesh.telemetry import REGISTRY

_PAGE: Final = 500
_AT_ONCE: Final = 16
_EVERY: Final = 10.0
_BY_ITSELF: Final = "archive"
_log = structlog.get_logger(__name__)
read_again: Final = Counter(
    "navette_archive_read_again", "Archived objects whose bytes were hashed again", registry=REGISTRY
)
damaged: Final = Gauge("navette_archive_problems", "What the last ended check of the archive found", registry=REGISTRY)


async def ask(env: Env, by: str, reason: str) -> UUID:
    """Ask for a check; the worker does it."""
    check_id = new_id()
    async with env.pipeline.transaction() as tx:
        await checks.ask(tx, check_id, by, reason, env.clock.now())
    return check_id


async def once(env: Env, *, rate: float = 0, lease: Lease | None = None) -> bool:
    """Do the oldest open check, at most `rate` objects a second (0: as fast as it goes); False when none is open.

    It stops, and stays open for whoever holds the `lease` then, when that is lost on the way (False too).
    """
    async with env.pipeline.transaction() as tx:
        check = await checks.next_open(tx)
        if check is None:
            return False
        await checks.start(tx, check["id"], env.clock.now())
        heads, until, counters = await checks.promised(tx)
    audit = LogAudit({head["size"]: bytes(head["root"] or b"") for head in heads})
    problems = [
        Problem("HEAD_NOT_SIGNED", f"no key of the log signed the head of {head['size']} entries")
        for head in heads
        if not await env.key.signed(dict(head))
    ]
    pace = rate if check["asked_by"] == _BY_ITSELF else 0
    found = await _objects(env, check["id"], audit, until, pace, lease)
    if found is None:
        _log.warning("archive_check_stops", entries=audit.size, error="another instance holds the lease")
        return False
    problems += found
    problems += audit.end(counters)
    async with env.pipeline.transaction() as tx:
        await checks.end(tx, check["id"], problems, env.clock.now())
    damaged.set(len(problems))
    (_log.error if problems else _log.info)("archive_checked", entries=audit.size, problems=len(problems))
    return True


async def _objects(
    env: Env, check_id: UUID, audit: LogAudit, until: int, rate: float, lease: Lease | None
) -> list[Problem] | None:
    """Feed the audit with every row below leaf `until`, and read the object of each; None when the lease was lost."""
    problems: list[Problem] = []
    objects = size = after = 0
    while after < until:
        began = time.monotonic()
        async with env.pipeline.transaction() as tx:
            page = await checks.rows_from(tx, after, min(_PAGE, until - after))
        page = [row for row in page if row["leaf_index"] < until]
        for row in page:
            audit.feed(dict(row), None if row["stored"] is None else bytes(row["stored"]))
        originals = [row for row in page if row["original"] is not None]
        for first in range(0, len(originals), _AT_ONCE):
            found = await asyncio.gather(*(_read(env, row) for row in originals[first : first + _AT_ONCE]))
            problems += [each for each in found if isinstance(each, Problem)]
            size += sum(each for each in found if isinstance(each, int))
        objects += len(originals)
        async with env.pipeline.transaction() as tx:
            await checks.progress(tx, check_id, audit.size, objects, size)
        after = page[-1]["leaf_index"] + 1 if page else until
        if rate:
            await asyncio.sleep(max(0.0, len(originals) / rate - (time.monotonic() - began)))
        if lease is not None and not await lease.take():
            return None
    return problems


async def _read(env: Env, row: RowMapping) -> Problem | int:
    """What is wrong with an object, or how many bytes were read."""
    try:
        data = await env.objects.read(DocumentRef.model_validate(row["original"]))
    except ValidationError as error:
        return Problem("REFERENCE_CHANGED", f"the row refers to no object: {error.error_count()} errors", row["id"])
    except (Tampered, ObjectMissing) as error:
        code = "OBJECT_CHANGED" if isinstance(error, Tampered) else "OBJECT_MISSING"
        return Problem(code, str(error), row["id"])
    read_again.inc()
    return len(data)


def worker(env: Env, lease: Lease, *, every: timedelta, rate: float) -> Callable[[], Awaitable[None]]:
    """An endless task: does the checks that are asked for, and asks for one itself when the last is too long ago."""

    async def run() -> None:
        while True:
            try:
                if await lease.take():
                    async with env.pipeline.transaction() as tx:
                        last = await checks.last_asked(tx)
                    if last is None or env.clock.now() - last >= every:
                        await ask(env, _BY_ITSELF, "regular")
                    await once(env, rate=rate, lease=lease)
            except (DBAPIError, OSError, Undone) as error:
                _log.warning("archive_check_waits", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_EVERY)

    return run
