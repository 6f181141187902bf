"""Who may do what here, and where routes find their adapters."""

from typing import Annotated

from fastapi import Depends, Request

from contracts.registration import Right
from mesh.principal import Principal
from notifications.env import Env


async def _env(request: Request) -> Env:
    env: Env = request.app.state.env
    return env


CurrentEnv = Annotated[Env, Depends(_env)]
"""A route's parameter: the adapters of this process."""


def may_read(principal: Principal) -> None:
    """The right `feed:read`; of a client, the scope of that name."""
    principal.require(Right.FEED_READ)
    principal.require_scope("feed:read")


def may_see_webhooks(principal: Principal) -> None:
    """The right `webhooks:read`; of a client, the scope of that name."""
    principal.require(Right.WEBHOOKS_READ)
    principal.require_scope("webhooks:read")


def may_change_webhooks(principal: Principal) -> None:
    """The right `webhooks:write`; of a client, the scope of that name."""
    principal.require(Right.WEBHOOKS_WRITE)
    principal.require_scope("webhooks:write")
