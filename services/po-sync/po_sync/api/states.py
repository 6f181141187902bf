"""What changes an order's standing without a document: put away and restored, closed and opened again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.limits import TEXT
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.freshness import FreshRoute
from mesh.principal import Principal
from mesh.transaction import Transaction
from po_sync.api import access
from po_sync.api.access import CurrentEnv
from po_sync.intake import responses

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=FreshRoute)


class Closing(Input):
    """Why a buyer closes an order."""

    reason: Annotated[str, Field(max_length=TEXT)] | None = Field(default=None, description="told to the supplier")


def _note(tx: Transaction, principal: Principal, action: str, order_id: UUID) -> None:
    audit.note(tx, actor=principal.actor, action=action, subject=str(order_id), company_id=principal.company_id)


@router.post("/{order_id}/archive", status_code=204)
async def archive_order(
    order_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier puts the order away: it leaves the list and cannot be invoiced until it is restored."""
    access.may_write(principal)
    async with command.transaction() as tx:
        await responses.archive(tx, order_id, principal.tenants, archived=True, now=env.clock.now())
        _note(tx, principal, "order.archive", order_id)
        return await command.answer(tx, 204)


@router.post("/{order_id}/restore", status_code=204)
async def restore_order(
    order_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier takes the order back into the list."""
    access.may_write(principal)
    async with command.transaction() as tx:
        await responses.archive(tx, order_id, principal.tenants, archived=False, now=env.clock.now())
        _note(tx, principal, "order.restore", order_id)
        return await command.answer(tx, 204)


@router.post("/{order_id}/close", status_code=204)
async def close_order(
    order_id: UUID,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    closing: Closing | None = None,
) -> Response:
    """The buyer closes the order: nothing more of it can be invoiced."""
    access.may_write(principal)
    reason = closing.reason if closing else None
    async with command.transaction() as tx:
        await responses.close(tx, order_id, principal.tenants, closed=True, reason=reason, now=env.clock.now())
        _note(tx, principal, "order.close", order_id)
        return await command.answer(tx, 204)


@router.post("/{order_id}/reopen", status_code=204)
async def reopen_order(
    order_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The buyer opens the order again, also one that was cancelled."""
    access.may_write(principal)
    async with command.transaction() as tx:
        await responses.close(tx, order_id, principal.tenants, closed=False, now=env.clock.now())
        _note(tx, principal, "order.reopen", order_id)
        return await command.answer(tx, 204)
