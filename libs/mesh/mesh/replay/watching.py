"""A replay as it goes, as server-sent events (WHATWG HTML, §9.2)."""

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Final
from uuid import UUID

from mesh.replay.jobs import Jobs

LONGEST: Final = 300.0
"""Seconds after which a stream ends; who watches asks again."""
HEARTBEAT: Final = 15.0
_LOOK: Final = 0.5
_GOES_ON: Final = frozenset({"planned", "running", "paused"})


async def watch(jobs: Jobs, job: UUID, *, seconds: float = LONGEST) -> AsyncGenerator[bytes]:
    """`event: replay` with the `ReplayStatus` each time it changed, until the replay ended or `seconds` are over.

    The first one comes at once. Raises NotFound before anything is sent.
    """
    ends = time.monotonic() + seconds
    heard, last = 0.0, ""
    while True:
        found = await jobs.status(job)
        shown, now = found.model_dump_json(), time.monotonic()
        if shown != last:
            yield f"event: replay\ndata: {shown}\n\n".encode()
            heard, last = now, shown
        elif now - heard >= HEARTBEAT:
            yield b":\n\n"
            heard = now
        if found.state not in _GOES_ON or now >= ends:
            return
        await asyncio.sleep(_LOOK)
