"""Who may do what here, and where routes find their adapters."""

from typing import Annotated

from fastapi import Depends, Request

from contracts.registration import Right
from mesh.principal import Principal
from po_sync.env import Env


async def _env(request: Request) -> Env:
    env: Env = request.app.state.env
    return env


CurrentEnv = Annotated[Env, Depends(_env)]
"""A route's parameter: the adapters of this process."""


def may_read(principal: Principal) -> None:
    """Raises Forbidden unless the principal may look at orders."""
    principal.require(Right.ORDERS_READ)
    principal.require_scope("orders:read")


def may_write(principal: Principal) -> None:
    """Raises Forbidden unless the principal may publish, answer or close."""
    principal.require(Right.ORDERS_WRITE)
    principal.require_scope("orders:write")


def may_write_receipts(principal: Principal) -> None:
    """Raises Forbidden unless the principal may say what arrived."""
    principal.require(Right.RECEIPTS_WRITE)
    principal.require_scope("receipts:write")
