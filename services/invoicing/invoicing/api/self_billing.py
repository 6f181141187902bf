"""`/v1/self-billing`: suppliers agree that a buyer writes invoices in their name (UNTDID 1001: 389, 261)."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from invoicing import errors
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.store import self_billing
from mesh import audit, directory
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.freshness import FreshRoute

router = APIRouter(prefix="/v1/self-billing", tags=["self-billing"], route_class=FreshRoute)


class SelfBilling(Output):
    """An agreement: the buyer may bill itself what the supplier sells it (Directive 2006/112/EC, art. 224)."""

    supplier_id: UUID
    buyer_id: UUID
    partner_name: str = Field(description="of the other side")
    agreed_at: datetime


@router.get("")
async def list_self_billing(principal: CurrentPrincipal, env: CurrentEnv) -> list[SelfBilling]:
    """Your company's agreements on either side."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        found: list[SelfBilling] = []
        for row in await self_billing.of_company(tx, principal.tenants):
            own = row["supplier_id"] in principal.tenants
            partner = await directory.company(tx, row["buyer_id"] if own else row["supplier_id"])
            found.append(SelfBilling(**dict(row), partner_name=partner.legal_name if partner else ""))
    return found


@router.put("/{buyer_id}", status_code=204)
async def agree_to_self_billing(
    buyer_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """A supplier agrees that a buyer writes invoices in its name; each is the supplier's, in its books and archive.

    Only while the two are connected; an agreement is taken back at any time.
    """
    access.may_write(principal)
    async with command.transaction() as tx:
        buyer = await directory.company(tx, buyer_id)
        if buyer is None or not await directory.acquainted(tx, principal.company_id, buyer_id):
            raise errors.buyer_unknown()
        if not await directory.partners(tx, principal.company_id, buyer_id):
            raise errors.self_billing_unconnected()
        await self_billing.agree(tx, principal.company_id, buyer_id, principal.actor, env.clock.now())
        audit.note(
            tx,
            actor=principal.actor,
            action="self-billing.agree",
            subject=str(buyer_id),
            company_id=principal.company_id,
        )
        return await command.answer(tx, 204)


@router.delete("/{buyer_id}", status_code=204)
async def end_self_billing(buyer_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """A supplier takes its agreement back; what was sent stays."""
    access.may_write(principal)
    async with command.transaction() as tx:
        if not await self_billing.end(tx, principal.tenants, buyer_id):
            raise errors.buyer_unknown()
        audit.note(
            tx, actor=principal.actor, action="self-billing.end", subject=str(buyer_id), company_id=principal.company_id
        )
        return await command.answer(tx, 204)
