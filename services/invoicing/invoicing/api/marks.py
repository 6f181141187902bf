"""Read, unread, trash and restore: a company's own view. The other side's copy and the archive never change."""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response

from invoicing import errors
from invoicing.api import access, shapes
from invoicing.api.access import CurrentEnv
from invoicing.api.invoices import Order, Wanted
from invoicing.api.shapes import InvoiceSummary
from invoicing.store import invoices, marks, search
from mesh import audit, tenants
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.freshness import FreshRoute
from mesh.paging import CurrentPage, Page
from mesh.principal import Principal
from mesh.transaction import Transaction

router = APIRouter(tags=["invoices"], route_class=FreshRoute)


class Trashed(Output):
    """What it means: `kept_by_others` says that the other side, or the archive, keeps the document."""

    invoice_id: UUID
    trashed_at: datetime
    kept_by_others: bool
    note: Literal["ONLY_YOUR_VIEW"] = "ONLY_YOUR_VIEW"


async def _visible(tx: Transaction, principal: Principal, invoice_id: UUID) -> tuple[UUID, bool]:
    """In whose view the invoice is, and whether it was ever sent."""
    row = await invoices.one(tx, invoice_id)
    if row is None:
        raise errors.invoice_unknown()
    side = tenants.party(principal.tenants, row["author_id"], row["recipient_id"])
    return side, row["submitted_at"] is not None


@router.delete("/v1/invoices/{invoice_id}", response_model=Trashed)
async def trash_invoice(
    invoice_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Take an invoice out of your own view. It stays as it is for the other side and in the archive; credit it instead
    if it is wrong.
    """
    access.may_write(principal)
    now = env.clock.now()
    async with command.transaction() as tx:
        side, submitted = await _visible(tx, principal, invoice_id)
        await marks.trash(tx, side, invoice_id, now)
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.trash",
            subject=str(invoice_id),
            company_id=principal.company_id,
        )
        answer = Trashed(invoice_id=invoice_id, trashed_at=now, kept_by_others=submitted)
        return await command.answer(tx, 200, answer)


@router.get("/v1/trash")
async def list_trash(
    principal: CurrentPrincipal, env: CurrentEnv, page: CurrentPage, wanted: Wanted, sort: Order = "-created"
) -> Page[InvoiceSummary]:
    """What your company threw away, narrowed and sorted as the list of invoices."""
    access.may_read(principal)
    keyset = search.SORTS[sort].page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await search.page(tx, principal.tenants, replace(wanted, trashed=True), keyset)
    return Page(items=[shapes.summary(row) for row in keyset.shown(rows)], next=keyset.next(rows))


@router.post("/v1/trash/{invoice_id}/restore", status_code=204)
async def restore_invoice(invoice_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Back to where it came from."""
    access.may_write(principal)
    async with command.transaction() as tx:
        side, _ = await _visible(tx, principal, invoice_id)
        await marks.trash(tx, side, invoice_id, None)
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.restore",
            subject=str(invoice_id),
            company_id=principal.company_id,
        )
        return await command.answer(tx, 204)


@router.post("/v1/invoices/{invoice_id}/read", status_code=204)
async def mark_read(
    invoice_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Somebody of your company has read it."""
    access.may_read(principal)
    async with command.transaction() as tx:
        side, _ = await _visible(tx, principal, invoice_id)
        await marks.read(tx, side, invoice_id, env.clock.now())
        audit.note(
            tx, actor=principal.actor, action="invoice.read", subject=str(invoice_id), company_id=principal.company_id
        )
        return await command.answer(tx, 204)


@router.post("/v1/invoices/{invoice_id}/unread", status_code=204)
async def mark_unread(invoice_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """It counts as unread again."""
    access.may_read(principal)
    async with command.transaction() as tx:
        side, _ = await _visible(tx, principal, invoice_id)
        await marks.read(tx, side, invoice_id, None)
        audit.note(
            tx, actor=principal.actor, action="invoice.unread", subject=str(invoice_id), company_id=principal.company_id
        )
        return await command.answer(tx, 204)
