"""Who has news: one look at the feed for all open streams of a process, so that an idle stream asks nothing."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final
from uuid import UUID

import structlog

from mesh.db import Database
from mesh.hop import store_is_away
from notifications.errors import too_many_streams
from notifications.store import feed

log = structlog.get_logger(__name__)

POLL_SECONDS: Final = 0.5
"""How soon items that another process numbered are seen; those of this process ring at once."""
_LOOK: Final = 1_000
"""Items of one look; when there are more, the next follows at once."""
MOST_STREAMS: Final = 20
"""Streams that one person or client may hold open at one process."""


class News:
    """The newest position of each company, as far as this process saw; `run` keeps it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._newest: dict[UUID, int] = {}
        self._waiting: dict[UUID, set[asyncio.Event]] = {}
        self._open: dict[str, int] = {}
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Items were numbered here: look now."""
        self._bell.set()

    async def run(self) -> None:
        """Look for new positions until cancelled; a database that is away is waited out."""
        seen: int | None = None
        while True:
            self._bell.clear()
            try:
                seen = await self._look(seen)
            except Exception as error:
                if not store_is_away(error):
                    raise
                log.warning("news_wait", error=str(error))
            # Not `wait_for`: until Python 3.12 it loses a cancellation that comes with the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._bell.wait()

    async def _look(self, seen: int | None) -> int:
        if seen is None:
            return await feed.last_position(self._database)
        found = await feed.since(self._database, seen, _LOOK)
        if len(found) == _LOOK:
            self._bell.set()  # there is more
        for company_id, position in {row["company_id"]: row["position"] for row in found}.items():
            self._newest[company_id] = position
            for waiting in self._waiting.get(company_id, ()):
                waiting.set()
        return found[-1]["position"] if found else seen

    async def wait(self, company_id: UUID, after: int, seconds: float) -> bool:
        """Wait until the company may have items after a position; False when the time is over."""
        if self._newest.get(company_id, 0) > after:
            return True
        event = asyncio.Event()
        self._waiting.setdefault(company_id, set()).add(event)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
            return True
        except TimeoutError:
            return False
        finally:
            waiting = self._waiting[company_id]
            waiting.discard(event)
            if not waiting:
                del self._waiting[company_id]

    def room(self, actor: str) -> None:
        """Raises TooMany (`TOO_MANY_STREAMS`) when this person or client may open no further stream."""
        if self._open.get(actor, 0) >= MOST_STREAMS:
            raise too_many_streams(MOST_STREAMS)

    @contextmanager
    def stream(self, actor: str) -> Generator[None]:
        """Around one open stream."""
        self._open[actor] = self._open.get(actor, 0) + 1
        try:
            yield
        finally:
            self._open[actor] -= 1
            if not self._open[actor]:
                del self._open[actor]
