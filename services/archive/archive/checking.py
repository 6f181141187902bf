"""Reads everything again: each object against its digest, each row against its leaf, each head against the leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Gauge
from sqlalchemy.exc import DBAPIError

from archive.env import Env
from archive.rereading import Reading
from archive.store import checks
from contracts.ids import new_id
from mesh.errors import Undone
from mesh.leases import Lease
from mesh.telemetry import REGISTRY

_EVERY: Final = 10.0
_BY_ITSELF: Final = "archive"
_UNKNOWN: Final = float("nan")
"""What an instance says that does not hold the lease: another one knows."""
_log = structlog.get_logger(__name__)
damaged: Final = Gauge("navette_archive_problems", "What the last ended check of the archive found", registry=REGISTRY)
checked_at: Final = Gauge(
    "navette_archive_checked_timestamp_seconds", "When the last check of the archive ended", registry=REGISTRY
)


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
        promised = await checks.promised(tx)
    reading = Reading(env, check["id"], promised, rate if check["asked_by"] == _BY_ITSELF else 0)
    if not await reading.everything(lease):
        _log.warning("archive_check_stops", entries=reading.audit.size, error="another instance holds the lease")
        return False
    async with env.pipeline.transaction() as tx:
        await checks.end(tx, check["id"], reading.found, reading.problems, env.clock.now())
    (_log.error if reading.found else _log.info)("archive_checked", entries=reading.audit.size, problems=reading.found)
    return True


def worker(env: Env, lease: Lease, *, every: timedelta, rate: float) -> Callable[[], Awaitable[None]]:
    """An endless task: does the checks that are asked for, and asks for one itself when the last is too long ago."""

    async def run() -> None:
        while True:
            try:
                if await lease.take():
                    async with env.pipeline.transaction() as tx:
                        last = await checks.last_asked(tx)
                        ended = await checks.last_ended(tx)
                    damaged.set(ended["problems"] if ended else _UNKNOWN)
                    checked_at.set(ended["ended_at"].timestamp() if ended else _UNKNOWN)
                    if last is None or env.clock.now() - last >= every:
                        await ask(env, _BY_ITSELF, "regular")
                    await once(env, rate=rate, lease=lease)
                else:
                    damaged.set(_UNKNOWN)
                    checked_at.set(_UNKNOWN)
            except (DBAPIError, OSError, Undone) as error:
                _log.warning("archive_check_waits", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_EVERY)

    return run
