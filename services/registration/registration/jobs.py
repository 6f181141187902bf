"""What registration does without being asked."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mesh.errors import Unavailable
from registration import ready
from registration.bounces import Bounces
from registration.drop_folder import DropFolder
from registration.env import Env
from registration.store import activations, attempts, challenges, sessions

_RARELY: Final = 300.0
_OFTEN: Final = 15.0
_SOON: Final = 5.0
"""Where a person waits for it: what they paid for, and being ready."""
_log = structlog.get_logger(__name__)


def _every(seconds: float, what: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """Do it for ever; a database or a provider that is away is waited out."""

    async def run() -> None:
        while True:
            try:
                await work()
            except (DBAPIError, PoolTimeout, OSError, Unavailable) as error:
                _log.warning(f"{what}_waits", error=type(error).__name__)
            await asyncio.sleep(seconds)

    return run


def forgetting(env: Env) -> Callable[[], Awaitable[None]]:
    """Deletes what is over: sessions, tries, links, challenges."""

    async def work() -> None:
        async with env.pipeline.transaction() as tx:
            await sessions.forget_old(tx, idle=env.sign_in.idle)
            await attempts.forget_old(tx)
            await activations.forget_old(tx)
            await challenges.forget_old(tx)

    return _every(_RARELY, "forgetting", work)


def reminding(env: Env) -> Callable[[], Awaitable[None]]:
    """Writes again to companies that were brought and say nothing."""

    async def work() -> None:
        while await env.bringing.remind_the_silent():
            pass

    return _every(_RARELY, "reminding", work)


def granting(env: Env) -> Callable[[], Awaitable[None]]:
    """Does what a day or a silence brings: a month's free ones, a term's end, what was paid for, who is ready."""

    async def work() -> None:
        while await env.plans.grant_the_month():
            pass
        while await env.plans.end_terms():
            pass
        await env.plans.settle_what_is_open()
        while await ready.activate_the_silent(env):
            pass
        while await ready.remind_who_is_awaited(env):
            pass

    return _every(_SOON, "granting", work)


def checking(env: Env) -> Callable[[], Awaitable[None]]:
    """Asks the public registers about companies that are new to them."""

    async def work() -> None:
        while await env.register_checks.check_due():
            pass

    return _every(_OFTEN, "checking", work)


def watching(env: Env, folder: Path) -> Callable[[], Awaitable[None]]:
    """Takes what programs leave in the watched folder."""
    return _every(_OFTEN, "watching", DropFolder(env, folder).take_all)


def returning(env: Env, folder: Path) -> Callable[[], Awaitable[None]]:
    """Reads which mails came back."""
    return _every(_OFTEN, "returning", Bounces(env.pipeline, env.vault, folder).take_all)
