"""Who may do what here, and where routes find their adapters."""

from typing import Annotated

from fastapi import Depends, Request

from contracts.registration import Role
from mesh.principal import Principal
from notifications.env import Env


async def _env(request: Request) -> Env:
    env: Env = request.app.state.env
    return env


CurrentEnv = Annotated[Env, Depends(_env)]
"""A route's parameter: the adapters of this process."""


def may_read(principal: Principal) -> None:
    """Every person of the company; a client needs the scope `feed:read`."""
    principal.require(*Role)
    principal.require_scope("feed:read")


def may_see_webhooks(principal: Principal) -> None:
    """Every person of the company; a client needs the scope `webhooks:read`."""
    principal.require(*Role)
    principal.require_scope("webhooks:read")


def may_change_webhooks(principal: Principal) -> None:
    """The company's administrators; a client needs the scope `webhooks:write`."""
    principal.require(Role.ADMINISTRATOR)
    principal.require_scope("webhooks:write")
