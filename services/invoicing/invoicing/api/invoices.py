"""Reading invoices: the list, one of them, its timeline."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from contracts.invoices import Kind
from contracts.money import Amount, Currency
from invoicing import errors
from invoicing.api import access, shapes
from invoicing.api.access import CurrentEnv
from invoicing.api.shapes import InvoiceDetail, InvoiceSummary
from invoicing.domain import life, payments
from invoicing.domain.life import State
from invoicing.store import allowance, facts, invoices, search, status_reports
from invoicing.store.search import UNSAID, Filter
from mesh import preconditions
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.freshness import FreshRoute
from mesh.paging import CurrentPage, Page

router = APIRouter(prefix="/v1/invoices", tags=["invoices"], route_class=FreshRoute)
_Text = Annotated[str | None, Query(max_length=200)]
_Status = Annotated[
    str, Field(pattern=f"^([0-9]{{3}}|{UNSAID})$", description=f"a code; {UNSAID}: the buyer has said nothing yet")
]


async def _wanted(
    q: _Text = None,
    number: _Text = None,
    order_number: _Text = None,
    transaction_number: _Text = None,
    state: Annotated[list[State] | None, Query()] = None,
    status: Annotated[list[_Status] | None, Query()] = None,
    kind: Kind | None = None,
    box: Literal["sent", "received"] | None = None,
    partner_id: UUID | None = None,
    unit_id: UUID | None = None,
    issued_from: date | None = None,
    issued_to: date | None = None,
    least: Annotated[Amount | None, Query(description="with VAT")] = None,
    most: Annotated[Amount | None, Query(description="with VAT")] = None,
    currency: Currency | None = None,
    unread: bool | None = None,
    overdue: bool | None = None,
    your_move: Annotated[
        bool | None,
        Query(
            description="waits for your company: as its seller's failed, disputed (207), held (208), refused (210), "
            "rejected (213) or without an answer for too long; as its buyer's not settled yet"
        ),
    ] = None,
) -> Filter:
    return Filter(
        text=(q or "").strip() or None,
        state=tuple(found.value for found in state or ()),
        status=tuple(status or ()),
        number=number,
        order_number=order_number,
        transaction_number=transaction_number,
        partner_id=partner_id,
        unit_id=unit_id,
        kind=kind.value if kind else None,
        box=box,
        issued_from=issued_from,
        issued_to=issued_to,
        least=least,
        most=most,
        currency=currency,
        unread=unread,
        overdue=overdue,
        your_move=your_move,
    )


Order = Annotated[
    Literal[
        "-created",
        "created",
        "-issue_date",
        "issue_date",
        "-due_date",
        "due_date",
        "-gross",
        "gross",
        "-number",
        "number",
    ],
    Query(description="a minus: the latest or the greatest first; what has no date yet counts as the latest"),
]
Wanted = Annotated[Filter, Depends(_wanted)]
"""A route's parameter: what a list of invoices is narrowed to."""


@router.get("")
async def list_invoices(
    principal: CurrentPrincipal, env: CurrentEnv, page: CurrentPage, wanted: Wanted, sort: Order = "-created"
) -> Page[InvoiceSummary]:
    """Invoices that your company wrote, or received. A buyer sees them from their archiving on."""
    access.may_read(principal)
    keyset = search.SORTS[sort].page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await search.page(tx, principal.tenants, wanted, keyset)
    return Page(items=[shapes.summary(row) for row in keyset.shown(rows)], next=keyset.next(rows))


class InvoiceCount(Output):
    """How many invoices of one side stand where."""

    box: Literal["sent", "received"]
    state: State
    status: str | None
    count: int
    unread: int
    overdue: int
    your_move: int


Trashed = Annotated[bool, Query(description="What is in the trash, instead of what is not")]


@router.get("/counts")
async def count_invoices(
    principal: CurrentPrincipal, env: CurrentEnv, wanted: Wanted, trashed: Trashed = False
) -> list[InvoiceCount]:
    """Your company's invoices by side, state and status, narrowed as their list."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        found = await search.counts(tx, principal.tenants, replace(wanted, trashed=trashed))
    return [InvoiceCount(**vars(each)) for each in found]


class InvoiceTotal(Output):
    """How many invoices of a list are in this currency, and what is due by them; credit notes are taken off."""

    currency: Currency
    count: int
    due: Amount


@router.get("/totals")
async def total_invoices(
    principal: CurrentPrincipal, env: CurrentEnv, wanted: Wanted, trashed: Trashed = False
) -> list[InvoiceTotal]:
    """What the list with these terms comes to, by currency."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        found = await search.totals(tx, principal.tenants, replace(wanted, trashed=trashed))
    return [InvoiceTotal(**vars(each)) for each in found]


class Balance(Output):
    """Transactions of your company; null: no limit. What a buyer's unit pays for is not among them."""

    granted: int | None
    taken: int
    left: int | None


@router.get("/balance")
async def read_balance(principal: CurrentPrincipal, env: CurrentEnv) -> Balance:
    """How many invoices you may still send; what was granted a moment ago shows a moment later."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        granted, taken, _ = await allowance.purse(tx, principal.tenants)
    return Balance(granted=granted, taken=taken, left=None if granted is None else max(0, granted - taken))


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
        left = None
        if row["delivery_id"] is not None:
            received = await status_reports.paid(tx, row["delivery_id"], payments.RECEIVED)
            left = payments.outstanding(row["due"], received)
    response.headers["etag"] = preconditions.etag(row["version"])
    own = row["author_id"] in principal.tenants
    return shapes.detail(dict(row), invoices.draft_of(row) if own else None, left)


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
