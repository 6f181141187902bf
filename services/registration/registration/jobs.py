"""What registration does without being asked."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from mesh import commands
from registration.env import Env
from registration.store import activations, attempts, challenges, sessions

_EVERY: Final = 300.0
_log = structlog.get_logger(__name__)


def forgetting(env: Env) -> Callable[[], Awaitable[None]]:
    """Deletes what is over: sessions, tries, links, old Idempotency-Keys."""

    async def run() -> None:
        while True:
            try:
                async with env.pipeline.transaction() as tx:
                    await sessions.forget_old(tx, idle=env.sign_in.idle)
                    await attempts.forget_old(tx)
                    await activations.forget_old(tx)
                    await challenges.forget_old(tx)
                    await commands.forget_old(tx)
            except (DBAPIError, OSError) as error:
                _log.warning("forgetting_waits", error=type(error).__name__)
            await asyncio.sleep(_EVERY)

    return run
