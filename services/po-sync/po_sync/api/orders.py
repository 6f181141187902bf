"""Reading orders: the list, one order, its revisions, and with whom a company trades."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from contracts.money import Amount, Currency
from contracts.refs import DocumentRef
from contracts.registration import CompanyState
from documents.order import Order
from mesh import directory
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.freshness import FreshRoute
from mesh.paging import CurrentPage
from mesh.principal import Principal
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.api import access, shapes
from po_sync.api.access import CurrentEnv
from po_sync.api.shapes import ContactPerson, OrderDetail, OrderEvent, OrderPage
from po_sync.domain import revision, visibility
from po_sync.env import Env
from po_sync.store import events, orders, partners, revisions, search, uses
from po_sync.store.search import Filter, Shown, Side

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=FreshRoute)
_PERIOD_YEARS = 1


async def _names(tx: Transaction, buyer_id: UUID, unit_id: UUID | None) -> tuple[str, str]:
    buyer = await directory.company(tx, buyer_id)
    unit = await directory.unit(tx, unit_id) if unit_id else None
    return buyer.legal_name if buyer else "", unit.name if unit else ""


def _side(company: CompanyState | None, asked: Side | None, *, of_supplier: bool) -> Side:
    """As what a company looks: as it says, else as what it is; one that is both looks as a supplier."""
    if asked is not None:
        return asked
    if of_supplier or (company is not None and company.buyer and not company.supplier):
        return "buyer"
    return "supplier"


async def _customer(tx: Transaction, companies: Sequence[UUID], number: str | None) -> UUID | None:
    """The only customer there is; several are searched at once only for a number. Raises `BUYER_REQUIRED`."""
    known = await search.partners(tx, companies, "supplier")
    if len(known) > 1 and number is None:
        raise errors.buyer_required()
    return known[0] if len(known) == 1 else None


@dataclass(frozen=True)
class Asked:
    """What a list of orders is asked for, before it is known who asks."""

    buyer: UUID | None
    supplier: UUID | None
    number: str | None
    words: str | None
    status: str | None
    first: date | None
    last: date | None
    shown: Shown
    side: Side | None


async def _asked(
    buyer: Annotated[
        UUID | None, Query(description="The customer whose orders a supplier looks for; absent: the only one")
    ] = None,
    supplier: Annotated[UUID | None, Query(description="For a buyer: orders sent to this supplier")] = None,
    number: Annotated[str | None, Query(max_length=200, description="The number, or how it begins")] = None,
    q: Annotated[
        str | None, Query(min_length=2, max_length=200, description="Words of numbers, references and items")
    ] = None,
    status: Literal["waiting", "published", "accepted", "rejected", "closed", "cancelled"] | None = None,
    first: Annotated[
        date | None,
        Query(alias="from", description="Created or changed on this day or later; for a supplier 12 months"),
    ] = None,
    last: Annotated[date | None, Query(alias="to", description="Created or changed on this day or earlier")] = None,
    show: Annotated[
        Shown,
        Query(
            description="`open`: what a supplier can work on, so nothing put away, fully invoiced, older than the "
            "customer's unit shows, or of a unit without an active connection. `archived`: what was put away. `all`"
        ),
    ] = "open",
    side: Annotated[
        Side | None, Query(description="As what you look; absent: as what your company is, a supplier when it is both")
    ] = None,
) -> Asked:
    if first and last and last < first:
        raise errors.period_reversed()
    return Asked(buyer, supplier, number, q, status, first, last, show, side)


Wanted = Annotated[Asked, Depends(_asked)]


async def _filter(tx: Transaction, principal: Principal, env: Env, asked: Asked) -> Filter:
    """What was asked for by this company, with what it leaves open. Raises `BUYER_REQUIRED`."""
    company = await directory.company(tx, principal.company_id)
    side = _side(company, asked.side, of_supplier=asked.supplier is not None)
    buyer, first, oldest = asked.buyer, asked.first, dict[UUID, date]()
    if side == "supplier":
        today = env.clock.today(company.time_zone if company else "UTC")
        first = first or visibility.years_before(today, _PERIOD_YEARS)
        buyer = buyer or await _customer(tx, principal.tenants, asked.number)
        oldest = {
            window.unit_id: visibility.years_before(today, window.years)
            for window in await partners.windows(tx, principal.company_id, buyer)
        }
    return Filter(
        principal.tenants,
        side,
        buyer,
        asked.supplier,
        first,
        asked.last,
        asked.number,
        asked.status,
        asked.words,
        asked.shown,
        oldest,
    )


_Sort = Annotated[
    Literal["-active", "active", "-issue_date", "issue_date", "-number", "number", "-net", "net"],
    Query(description="`active`: created or changed; a minus: the latest or the greatest first"),
]


@router.get("")
async def list_orders(
    principal: CurrentPrincipal, env: CurrentEnv, page: CurrentPage, asked: Wanted, sort: _Sort = "-active"
) -> OrderPage:
    """Orders that your company received or published, the latest created or changed first."""
    access.may_read(principal)
    keyset = search.SORTS[sort].page(page)
    async with env.api.transaction(principal.tenants) as tx:
        wanted = await _filter(tx, principal, env, asked)
        rows = await search.page(tx, wanted, keyset)
        shown = keyset.shown(rows)
        pairs = {(row["buyer_id"], row["unit_id"]) for row in shown}
        names = {pair: await _names(tx, *pair) for pair in pairs}
    items = [shapes.summary(row, *names[row["buyer_id"], row["unit_id"]]) for row in shown]
    return OrderPage(
        items=items,
        next=keyset.next(rows),
        side=wanted.side,
        buyer_id=wanted.buyer,
        first=wanted.first,
        last=wanted.last,
    )


class OrderCount(Output):
    """How many orders of a list have this status."""

    status: str
    count: int


@router.get("/counts")
async def count_orders(principal: CurrentPrincipal, env: CurrentEnv, asked: Wanted) -> list[OrderCount]:
    """The orders of the same list by status."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        found = await search.counts(tx, await _filter(tx, principal, env, asked))
    return [OrderCount(**dict(row)) for row in found]


class OrderTotal(Output):
    """How many orders of a list are in this currency, and what they come to without VAT."""

    currency: Currency
    count: int
    net: Amount


@router.get("/totals")
async def total_orders(principal: CurrentPrincipal, env: CurrentEnv, asked: Wanted) -> list[OrderTotal]:
    """What the same list comes to, by currency."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        found = await search.totals(tx, await _filter(tx, principal, env, asked))
    return [OrderTotal(**dict(row)) for row in found]


class OrderPartner(Output):
    """A customer of a supplier, or a supplier of a buyer, one entry a unit of the buyer's."""

    company_id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    window_years: int = Field(description="how far back the unit shows orders")
    status: str = Field(description="of the connection: requested, active, refused or disconnected")
    since: datetime
    last_order_on: date | None = Field(description="when the newest order with this company was made or changed")


@router.get("/partners")
async def list_partners(principal: CurrentPrincipal, env: CurrentEnv, side: Side | None = None) -> list[OrderPartner]:
    """With whom orders are exchanged: what a supplier chooses `buyer=` from."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        company = await directory.company(tx, principal.company_id)
        found = await partners.connections(tx, principal.tenants, _side(company, side, of_supplier=False))
    return [OrderPartner(**vars(partner)) for partner in found]


@router.get("/{order_id}")
async def read_order(order_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> OrderDetail:
    """One order: its content, what was ordered, received, despatched and invoiced of each line, and what happened."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await orders.one(tx, order_id, principal.tenants)
        if row is None:
            raise errors.order_unknown()
        lines = [shapes.line(dict(line)) for line in await orders.lines(tx, [order_id])]
        invoices = [shapes.invoice(dict(found)) for found in await uses.invoices(tx, order_id)]
        timeline = [OrderEvent(**dict(event)) for event in await events.of_order(tx, order_id)]
        known = [found["revision"] for found in await revisions.numbers(tx, order_id)]
        names = await _names(tx, row["buyer_id"], row["unit_id"])
    content = await env.objects.read(DocumentRef.model_validate(row["document"]))
    return shapes.detail(
        dict(row),
        names,
        lines=lines,
        invoices=invoices,
        timeline=timeline,
        missing=revision.gaps(known),
        document=Order.model_validate_json(content, extra="ignore"),
    )


class ChangedTerm(Output):
    """One term; `line` is the buyer's identifier, absent for a term of the whole order."""

    line: str | None
    term: str = Field(description="its path in the order's JSON, for example price.net; line: the whole line")
    old: str | None
    new: str | None


class OrderRevision(Output):
    """One revision and what it changed."""

    revision: int
    previous_revision: int | None = Field(description="the one that stood before; a jump leaves a gap")
    changes: list[ChangedTerm]
    requester: ContactPerson | None = Field(description="who asked for it, or whom the order names")
    reason: str | None
    revised_on: date | None
    taken_at: datetime


@router.get("/{order_id}/revisions")
async def list_revisions(order_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[OrderRevision]:
    """Every revision of an order, the newest first: what changed from which value to which, and who asked for it."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        if await orders.one(tx, order_id, principal.tenants) is None:
            raise errors.order_unknown()
        rows: list[Any] = await revisions.of_order(tx, order_id)
    return [OrderRevision(**dict(row)) for row in rows]
