"""A replay as it goes, as server-sent events (WHATWG HTML, §9.2)."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final
from uuid import UUID

from mesh.replay.jobs import Jobs

LONGEST: Final = 300.0
"""Seconds after which a stream ends; who watches asks again."""
HEARTBEAT: Final = 15.0
_LOOK: Final = 0.5
_RIGHTS: Final = 2.0
"""Seconds after which who watches is asked again for the right to: a session that was revoked sees no more."""
_GOES_ON: Final = frozenset({"planned", "running", "paused"})


async def watch(
    jobs: Jobs, job: UUID, *, may: Callable[[], Awaitable[bool]], seconds: float = LONGEST
) -> AsyncGenerator[bytes]:
    """`event: replay` with the `ReplayStatus` each time it changed, until the replay ended, `seconds` are over, or the
    watcher `may` no longer.

    The first one comes at once. Raises NotFound before anything is sent.
    """
    ends = time.monotonic() + seconds
    heard, last, checked = 0.0, "", time.monotonic()
    while True:
        found = await jobs.status(job)
        shown, now = found.model_dump_json(), time.monotonic()
        if now - checked >= _RIGHTS:
            if not await may():
                return
            checked = now
        if shown != last:
            yield f"event: replay\ndata: {shown}\n\n".encode()
            heard, last = now, shown
        elif now - heard >= HEARTBEAT:
            yield b":\n\n"
            heard = now
        if found.state not in _GOES_ON or now >= ends:
            return
        await asyncio.sleep(_LOOK)
