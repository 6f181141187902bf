"""What supplier and buyer say about an order: accept, reject, close, open again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.orders import OrderResponse
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.principal import Principal
from mesh.transaction import Transaction
from po_sync.api import access
from po_sync.api.access import CurrentEnv
from po_sync.intake import responses

router = APIRouter(prefix="/v1/orders", tags=["orders"])


class Rejection(Input):
    """Why a supplier rejects an order."""

    reason_code: Annotated[str | None, Field(max_length=80, pattern=r"^[A-Z0-9_]+$")] = None


def _note(tx: Transaction, principal: Principal, action: str, order_id: UUID) -> None:
    audit.note(tx, actor=principal.actor, action=action, subject=str(order_id), company_id=principal.company_id)


@router.post("/{order_id}/accept", status_code=204)
async def accept_order(
    order_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier accepts the order as it stands. Invoicing it accepts it too."""
    access.may_write(principal)
    async with command.transaction() as tx:
        now = env.clock.now()
        await responses.answer(tx, order_id, principal.company_id, OrderResponse.ACCEPTED, None, now)
        _note(tx, principal, "order.accept", order_id)
        return await command.answer(tx, 204)


@router.post("/{order_id}/reject", status_code=204)
async def reject_order(
    order_id: UUID, rejection: Rejection, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier rejects the order; refused once part of it is invoiced."""
    access.may_write(principal)
    async with command.transaction() as tx:
        now = env.clock.now()
        await responses.answer(tx, order_id, principal.company_id, OrderResponse.REJECTED, rejection.reason_code, now)
        _note(tx, principal, "order.reject", order_id)
        return await command.answer(tx, 204)


@router.post("/{order_id}/close", status_code=204)
async def close_order(
    order_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The buyer closes the order: nothing more of it can be invoiced."""
    access.may_write(principal)
    async with command.transaction() as tx:
        await responses.close(tx, order_id, principal.company_id, closed=True, now=env.clock.now())
        _note(tx, principal, "order.close", order_id)
        return await command.answer(tx, 204)


@router.post("/{order_id}/reopen", status_code=204)
async def reopen_order(
    order_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The buyer opens the order again."""
    access.may_write(principal)
    async with command.transaction() as tx:
        await responses.close(tx, order_id, principal.company_id, closed=False, now=env.clock.now())
        _note(tx, principal, "order.reopen", order_id)
        return await command.answer(tx, 204)
