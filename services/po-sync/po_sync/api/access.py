"""Who may do what here, and where routes find their adapters."""

from typing import Annotated

from fastapi import Depends, Request

from contracts.registration import Role
from mesh.principal import Principal
from po_sync.env import Env

READERS = (Role.ADMINISTRATOR, Role.ACCOUNTANT, Role.APPROVER, Role.SIGNER, Role.VIEWER, Role.OPERATOR)
WRITERS = (Role.ADMINISTRATOR, Role.ACCOUNTANT)


async def _env(request: Request) -> Env:
    env: Env = request.app.state.env
    return env


CurrentEnv = Annotated[Env, Depends(_env)]
"""A route's parameter: the adapters of this process."""


def may_read(principal: Principal) -> None:
    """Raises Forbidden unless the principal may look at orders."""
    principal.require(*READERS)
    principal.require_scope("orders:read")


def may_write(principal: Principal) -> None:
    """Raises Forbidden unless the principal may publish, answer or close."""
    principal.require(*WRITERS)
    principal.require_scope("orders:write")


def may_write_receipts(principal: Principal) -> None:
    """Raises Forbidden unless the principal may say what arrived."""
    principal.require(*WRITERS)
    principal.require_scope("receipts:write")
