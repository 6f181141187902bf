"""`/v1/paper-invoices`: a buyer notes what came on paper, so that the same number is not taken a second time."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.ids import derived_id, new_id
from contracts.invoices import PaperRefused
from invoicing import errors
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.domain.numbers import number_key
from invoicing.env import Env
from invoicing.store import paper
from invoicing.store.orders import Parties
from invoicing.store.paper import PaperInvoice
from mesh import audit, directory, outbox
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.freshness import FreshRoute
from mesh.paging import CurrentPage, Page
from mesh.principal import Principal

router = APIRouter(prefix="/v1/paper-invoices", tags=["paper invoices"], route_class=FreshRoute)


class NewPaperInvoice(Input):
    """An invoice that a supplier sent on paper."""

    supplier_id: UUID
    number: Annotated[str, Field(min_length=1, max_length=200, description="as printed")]
    issue_date: date


class NotedPaperInvoice(Output):
    """What was noted."""

    id: UUID
    supplier_id: UUID
    number: str
    issue_date: date
    noted_at: datetime


@router.post("", status_code=201, response_model=NotedPaperInvoice)
async def note_paper_invoice(
    wanted: NewPaperInvoice, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Note a paper invoice. Refused as a duplicate when the supplier sent you one of this number; from now on an
    electronic one of this number is refused the same way. Once all that connects you is ready to transact, paper that
    is dated later is refused (`PAPER_REFUSED`), and its supplier is told.
    """
    access.may_set_status(principal)
    buyer, now = principal.company_id, env.clock.now()
    new = PaperInvoice(new_id(), wanted.supplier_id, buyer, wanted.number, wanted.issue_date)
    async with command.transaction() as tx:
        supplier = await directory.company(tx, wanted.supplier_id)
        if supplier is None or not await directory.acquainted(tx, wanted.supplier_id, buyer):
            raise errors.supplier_unknown()
        parties = Parties(await directory.accounts(tx, supplier), principal.tenants)
        ready_since = await directory.ready_since(tx, parties.suppliers, parties.buyers)
        if ready_since is not None and wanted.issue_date > ready_since.date():
            await _tell(env, principal, new, ready_since.date())
            raise errors.paper_refused(ready_since.date())
        await paper.hold(tx, parties, wanted.number)
        if await paper.came(tx, parties, wanted.number):
            raise errors.duplicate_invoice(wanted.number)
        if not await paper.add(tx, new, principal.actor, now):
            raise errors.duplicate_invoice(wanted.number)
        audit.note(tx, actor=principal.actor, action="paper.note", subject=str(new.id), company_id=buyer)
        row = await paper.one(tx, new.id, [buyer])
        assert row is not None
        return await command.answer(tx, 201, NotedPaperInvoice.model_validate(dict(row)))


async def _tell(env: Env, principal: Principal, new: PaperInvoice, ready_on: date) -> None:
    """The supplier learns that its paper was not taken; a number that is tried again is told once.

    In a transaction of its own: a refused command stores nothing.
    """
    refused = PaperRefused(
        paper_id=derived_id(new.buyer_id, "paper", str(new.supplier_id), number_key(new.number)),
        supplier_id=new.supplier_id,
        buyer_id=new.buyer_id,
        number=new.number.strip(),
        issue_date=new.issue_date,
        ready_on=ready_on,
        refused_at=env.clock.now(),
    )
    async with env.api.transaction(principal.tenants) as tx:
        outbox.emit(tx, refused, subject=refused.paper_id, tenant=new.supplier_id)
        subject = str(refused.paper_id)
        audit.note(tx, actor=principal.actor, action="paper.refuse", subject=subject, company_id=new.buyer_id)


@router.get("")
async def list_paper_invoices(
    principal: CurrentPrincipal, env: CurrentEnv, page: CurrentPage
) -> Page[NotedPaperInvoice]:
    """The paper invoices that your company noted, the newest first."""
    access.may_read(principal)
    keyset = paper.NEWEST.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await paper.page(tx, principal.tenants, keyset)
    return Page(items=[NotedPaperInvoice.model_validate(row) for row in keyset.shown(rows)], next=keyset.next(rows))


@router.delete("/{paper_id}", status_code=204)
async def remove_paper_invoice(paper_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Take a note back that was a mistake; the number may come electronically again."""
    access.may_set_status(principal)
    async with command.transaction() as tx:
        if await paper.one(tx, paper_id, principal.tenants) is None:
            raise errors.paper_invoice_unknown()
        await paper.remove(tx, paper_id)
        audit.note(
            tx, actor=principal.actor, action="paper.remove", subject=str(paper_id), company_id=principal.company_id
        )
        return await command.answer(tx, 204)
