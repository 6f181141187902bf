"""`GET /v1/orders/why`: why an order is not there, and who can change that."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from mesh import directory
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.principal import Principal
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.api import access
from po_sync.api.access import CurrentEnv
from po_sync.api.shapes import ContactPerson
from po_sync.domain import visibility
from po_sync.domain.visibility import OrderFacts, Reason, Search
from po_sync.env import Env
from po_sync.store import orders

router = APIRouter(prefix="/v1/orders", tags=["orders"])
_ROLES = ("administrator", "purchasing", "requester")


class Why(Output):
    """One reason, and who can change it."""

    code: Reason = Field(
        description="NOT_SENT: no customer sent you an order of this number. OTHER_ACCOUNT: another company of yours "
        "has it, see `account`. NOT_CONNECTED: see `since`. TOO_OLD: see `active_on` and `window_years`"
    )
    mended_by: Literal["supplier", "buyer", "platform"]
    order_id: UUID | None = None
    buyer_id: UUID | None = None
    buyer_name: str = ""
    contact: str = Field(default="", description="what the customer's unit says whom suppliers ask")
    people: list[ContactPerson] = Field(default_factory=list, description="whom the order names, the keeper first")
    since: datetime | None = Field(default=None, description="of the connection's state, of closing, putting away …")
    active_on: date | None = Field(default=None, description="the day from which the order's age counts")
    window_years: int | None = Field(default=None, description="how far back the customer's unit shows orders")
    account: str | None = Field(default=None, description="the name of your company that has the order")


class WhyAnswer(Output):
    """Why an order is not seen, or cannot be invoiced. No reasons: it is there."""

    number: str
    found: int = Field(description="orders of this number that are meant for you")
    reasons: list[Why]


@router.get("/why")
async def explain_order(
    principal: CurrentPrincipal,
    env: CurrentEnv,
    number: Annotated[str, Query(min_length=1, max_length=200, description="The order's number, in full")],
    buyer: Annotated[UUID | None, Query(description="The customer in whose list it is missed")] = None,
    first: Annotated[date | None, Query(alias="from", description="The period of that list; 12 months")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
) -> WhyAnswer:
    """Why you do not see an order of this number, or cannot invoice it, and who can change that."""
    access.may_read(principal)
    if first and last and last < first:
        raise errors.period_reversed()
    async with env.api.transaction(principal.tenants) as tx:
        rows = await orders.numbered(tx, number, buyer)
        found: list[Why] = []
        for row in rows:
            found += await _reasons(tx, env, principal, dict(row), first, last)
    if not rows:
        found = await _elsewhere(env, principal, number)
    return WhyAnswer(number=number, found=len(rows), reasons=found)


async def _reasons(
    tx: Transaction, env: Env, principal: Principal, row: Mapping[str, Any], first: date | None, last: date | None
) -> list[Why]:
    company = await directory.company(tx, principal.company_id)
    today = env.clock.today(company.time_zone if company else "UTC")
    buyer = await directory.company(tx, row["buyer_id"])
    unit = await directory.unit(tx, row["unit_id"]) if row["unit_id"] else None
    as_supplier = row["supplier_id"] in principal.tenants
    connection = (
        await directory.connection(tx, row["supplier_id"], row["unit_id"])
        if row["supplier_id"] and row["unit_id"]
        else None
    )
    window = unit.order_window_years if unit else 2
    facts = OrderFacts(
        waiting_for=row["waiting_for"],
        response=row["response"],
        closed=row["closed"],
        cancelled=row["cancelled"],
        active_on=row["active_on"],
        connected=connection is not None and connection.status == "active",
        fully_invoiced=row["fully_invoiced"],
        archived=row["archived_at"] is not None,
    )
    period_start = first or (visibility.years_before(today, 1) if as_supplier else None)
    since = {
        Reason.NOT_CONNECTED: connection.since if connection else row["received_at"],
        Reason.ORDER_CLOSED: row["closed_at"],
        Reason.ORDER_CANCELLED: row["closed_at"],
        Reason.REJECTED: row["responded_at"],
        Reason.ARCHIVED: row["archived_at"],
    }
    contacts = row["contacts"]
    return [
        Why(
            code=code,
            mended_by=visibility.MENDED_BY[code].value,
            order_id=row["id"],
            buyer_id=row["buyer_id"],
            buyer_name=buyer.legal_name if buyer else "",
            contact=unit.support_contact if unit else "",
            people=[ContactPerson(**contacts[role]) for role in _ROLES if role in contacts],
            since=since.get(code),
            active_on=row["active_on"],
            window_years=window,
        )
        for code in visibility.reasons(facts, Search(today, window, period_start, last))
    ]


async def _elsewhere(env: Env, principal: Principal, number: str) -> list[Why]:
    """A person of several companies may be looking in the wrong one."""
    others = [company for company in principal.companies if company not in principal.tenants]
    if others:
        async with env.api.transaction(others) as tx:
            rows = await orders.numbered(tx, number, None)
            owners = {row["supplier_id"] for row in rows} & set(others)
            named = [company for owner in sorted(owners) if (company := await directory.company(tx, owner))]
        if named:
            code = Reason.OTHER_ACCOUNT
            party = visibility.MENDED_BY[code].value
            return [Why(code=code, mended_by=party, account=company.legal_name) for company in named]
    return [Why(code=Reason.NOT_SENT, mended_by=visibility.MENDED_BY[Reason.NOT_SENT].value)]
