"""Who may do what here, and where routes find their adapters."""

from typing import Annotated

from fastapi import Depends, Request

from contracts.registration import Role
from invoicing.env import Env
from mesh.principal import Principal

READERS = (Role.ADMINISTRATOR, Role.ACCOUNTANT, Role.APPROVER, Role.SIGNER, Role.VIEWER, Role.OPERATOR)
WRITERS = (Role.ADMINISTRATOR, Role.ACCOUNTANT)
STATUS_SETTERS = (Role.ADMINISTRATOR, Role.ACCOUNTANT, Role.APPROVER)


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
    principal.require(*READERS)
    principal.require_scope("invoices:read")


def may_write(principal: Principal) -> None:
    """Raises Forbidden unless the principal may write, send, cancel or credit."""
    principal.require(*WRITERS)
    principal.require_scope("invoices:write")


def may_set_status(principal: Principal) -> None:
    """Raises Forbidden unless the principal may say what becomes of a delivery."""
    principal.require(*STATUS_SETTERS)
    principal.require_scope("statuses:write")
