"""Reading invoices: the list, one of them, its timeline."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from contracts.status import StatusCode
from invoicing import errors
from invoicing.api import access, shapes
from invoicing.api.access import CurrentEnv
from invoicing.api.shapes import InvoiceDetail, InvoiceSummary
from invoicing.domain import life
from invoicing.domain.life import State
from invoicing.store import facts, invoices
from mesh import preconditions
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.paging import CurrentPage, Page, Sort

router = APIRouter(prefix="/v1/invoices", tags=["invoices"])
_NEWEST = Sort("newest", "created_at", "timestamptz", descending=True)
_Text = Annotated[str | None, Query(max_length=200)]


@router.get("")
async def list_invoices(
    principal: CurrentPrincipal,
    env: CurrentEnv,
    page: CurrentPage,
    q: _Text = None,
    number: _Text = None,
    order_number: _Text = None,
    state: State | None = None,
    status: StatusCode | None = None,
) -> Page[InvoiceSummary]:
    """Invoices that your company wrote, or received; the newest first. A buyer sees them from their archiving on."""
    access.may_read(principal)
    keyset = _NEWEST.page(page)
    wanted = invoices.Filter(q, state.value if state else None, status, number, order_number)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await invoices.page(tx, wanted, keyset)
    return Page(items=[shapes.summary(row) for row in keyset.shown(rows)], next=keyset.next(rows))


@router.get("/{invoice_id}")
async def read_invoice(
    invoice_id: UUID, response: Response, principal: CurrentPrincipal, env: CurrentEnv
) -> InvoiceDetail:
    """One invoice, with its draft for its seller."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await invoices.one(tx, invoice_id)
    if row is None:
        raise errors.invoice_unknown()
    response.headers["etag"] = preconditions.etag(row["version"])
    own = row["supplier_id"] == principal.company_id
    return shapes.detail(dict(row), invoices.draft_of(row) if own else None)


class TimelineEntry(Output):
    """One fact: what happened, when, by which service; `data` is the fact itself, codes only."""

    event_id: UUID
    type: str
    at: datetime
    service: str
    submission_id: UUID | None
    delivery_id: UUID | None
    attempt: int
    data: dict[str, Any]


class Timeline(Output):
    """Everything that happened, in its order."""

    invoice_id: UUID
    entries: list[TimelineEntry]


@router.get("/{invoice_id}/timeline")
async def read_timeline(invoice_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Timeline:
    """Everything that happened to an invoice; a buyer sees it from the archiving on."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await invoices.one(tx, invoice_id)
        if row is None:
            raise errors.invoice_unknown()
        log = (await facts.logs(tx, [invoice_id]))[invoice_id]
    attempts = {entry.submission_id: entry.attempt for entry in log if entry.attempt}
    entries = [
        TimelineEntry(
            event_id=entry.event_id,
            type=entry.type,
            at=entry.at,
            service=entry.source.removeprefix("/svc/"),
            submission_id=entry.submission_id,
            delivery_id=entry.delivery_id,
            attempt=attempts.get(entry.submission_id, 0),
            data=dict(entry.data),
        )
        for entry in life.timeline(log)
    ]
    return Timeline(invoice_id=invoice_id, entries=entries)
