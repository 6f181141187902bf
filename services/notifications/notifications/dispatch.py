"""Sends what is due in a queue of the database, many at once, by one process at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import RowMapping

from mesh.hop import store_is_away
from mesh.leases import Lease

log = structlog.get_logger(__name__)
Due = Callable[[Collection[UUID], int], Awaitable[list[RowMapping]]]
Send = Callable[[RowMapping], Awaitable[None]]

AT_ONCE: Final = 16
_IDLE_SECONDS: Final = 0.5


class Dispatcher:
    """An endless job: `due(busy, limit)` reads rows with an `id`, `send(row)` sends one and records what came of it.

    The lease keeps a second process from sending the same; should one be paused between sending and recording, the
    other side sees the same id twice.
    """

    def __init__(self, lease: Lease, due: Due, send: Send) -> None:
        self._lease = lease
        self._due = due
        self._send = send
        self._busy: dict[UUID, asyncio.Task[None]] = {}
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Send until cancelled; a database that is away is waited out."""
        try:
            while True:
                started = 0
                try:
                    if await self._lease.take():
                        started = await self._start()
                except Exception as error:
                    if not store_is_away(error):
                        raise
                    log.warning("dispatch_waits", queue=self._lease.name, error=str(error))
                if not started or len(self._busy) >= AT_ONCE:
                    # Not `wait_for`: until Python 3.12 it loses a cancellation that comes with the event.
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_IDLE_SECONDS):
                            await self._ended.wait()
                    self._ended.clear()
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def once(self) -> int:
        """Send what is due at this moment and wait for it; returns how much that was."""
        started = await self._start()
        await asyncio.gather(*self._busy.values())
        return started

    async def _start(self) -> int:
        room = AT_ONCE - len(self._busy)
        if room <= 0:
            return 0
        rows = await self._due(list(self._busy), room)
        for row in rows:
            task = asyncio.create_task(self._one(row), name=f"{self._lease.name} {row['id']}")
            self._busy[row["id"]] = task
            task.add_done_callback(lambda _, done=row["id"]: self._end(done))
        return len(rows)

    def _end(self, row_id: UUID) -> None:
        self._busy.pop(row_id, None)
        self._ended.set()

    async def _one(self, row: RowMapping) -> None:
        try:
            await self._send(row)
        except Exception as error:  # noqa: BLE001 - one row must not end the queue; it stays due and is seen in the log
            log.error(
                "dispatch_failed", queue=self._lease.name, id=str(row["id"]), error=f"{type(error).__name__}: {error}"
            )
            await asyncio.sleep(_IDLE_SECONDS)
