"""Who may do what here, and where routes find their adapters."""

from typing import Annotated

from fastapi import Depends, Request

from contracts.registration import Right
from invoicing.env import Env
from mesh.principal import Principal


def env_of(request: Request) -> Env:
    """The adapters of this process."""
    env: Env = request.app.state.env
    return env


async def _env(request: Request) -> Env:
    return env_of(request)


CurrentEnv = Annotated[Env, Depends(_env)]
"""A route's parameter: the same. What is asked most takes the request: FastAPI's solving costs more than the look."""


def may_read(principal: Principal) -> None:
    """Raises Forbidden unless the principal may look at invoices."""
    principal.require(Right.INVOICES_READ)
    principal.require_scope("invoices:read")


def may_write(principal: Principal) -> None:
    """Raises Forbidden unless the principal may write, send, cancel or credit."""
    principal.require(Right.INVOICES_WRITE)
    principal.require_scope("invoices:write")


def may_set_status(principal: Principal) -> None:
    """Raises Forbidden unless the principal may say what becomes of a delivery."""
    principal.require(Right.STATUSES_WRITE)
    principal.require_scope("statuses:write")
