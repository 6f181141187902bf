"""Reading orders: the list, one order, and why one cannot be seen or invoiced."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request

from contracts.refs import DocumentRef
from documents.order import Order
from mesh import directory
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.paging import CurrentPage, Page, Sort
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.api import access, shapes
from po_sync.api.access import CurrentEnv
from po_sync.api.shapes import OrderDetail, OrderSummary
from po_sync.domain import visibility
from po_sync.domain.visibility import OrderFacts, Reason
from po_sync.store import orders

router = APIRouter(prefix="/v1/orders", tags=["orders"])
_NEWEST = Sort("newest", "issue_date", "date", descending=True)


async def _names(tx: Transaction, buyer_id: UUID, unit_id: UUID | None) -> tuple[str, str]:
    buyer = await directory.company(tx, buyer_id)
    unit = await directory.unit(tx, unit_id) if unit_id else None
    return buyer.legal_name if buyer else "", unit.name if unit else ""


@router.get("")
async def list_orders(
    principal: CurrentPrincipal,
    env: CurrentEnv,
    page: CurrentPage,
    buyer: UUID | None = None,
    supplier: UUID | None = None,
    number: Annotated[str | None, Query(max_length=200, description="the number, or how it begins")] = None,
    status: Literal["waiting", "published", "accepted", "rejected", "closed"] | None = None,
    first: Annotated[date | None, Query(alias="from", description="issued on this day or later")] = None,
    last: Annotated[date | None, Query(alias="to", description="issued on this day or earlier")] = None,
) -> Page[OrderSummary]:
    """Orders that your company published or received, the newest first."""
    access.may_read(principal)
    keyset = _NEWEST.page(page)
    wanted = orders.Filter(principal.company_id, buyer, supplier, number, status, first, last)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await orders.page(tx, wanted, keyset)
        shown = keyset.shown(rows)
        pairs = {(row["buyer_id"], row["unit_id"]) for row in shown}
        names = {pair: await _names(tx, *pair) for pair in pairs}
    items = [shapes.summary(row, *names[row["buyer_id"], row["unit_id"]]) for row in shown]
    return Page(items=items, next=keyset.next(rows))


class Why(Output):
    """One reason, and who can change it."""

    code: Reason
    mended_by: Literal["supplier", "buyer", "platform"]
    order_id: UUID | None = None
    buyer_name: str = ""
    contact: str = ""


class WhyAnswer(Output):
    """Why an order is not seen, or cannot be invoiced. No reasons: it is there."""

    number: str
    found: int
    reasons: list[Why]


@router.get("/why")
async def explain_order(
    request: Request,
    principal: CurrentPrincipal,
    env: CurrentEnv,
    number: Annotated[str, Query(min_length=1, max_length=200)],
) -> WhyAnswer:
    """Why you do not see an order of this number, or cannot invoice it, and who can change that."""
    access.may_read(principal)
    found: list[Why] = []
    async with env.api.transaction(principal.tenants) as tx:
        rows = await orders.numbered(tx, number)
        company = await directory.company(tx, principal.company_id)
        today = env.clock.today(company.time_zone if company else "UTC")
        for row in rows:
            unit = await directory.unit(tx, row["unit_id"]) if row["unit_id"] else None
            buyer_name, _ = await _names(tx, row["buyer_id"], None)
            lines = [line for line in await orders.lines(tx, [row["id"]]) if not line["withdrawn"]]
            facts = OrderFacts(
                waiting_for=row["waiting_for"],
                response=row["response"],
                closed=row["closed"],
                issue_date=row["issue_date"],
                connected=bool(unit and await directory.connected(tx, row["supplier_id"], unit.unit_id)),
                fully_invoiced=bool(lines) and all(line["invoiced"] >= line["ordered"] for line in lines),
            )
            reasons = visibility.reasons(facts, today=today, window_years=unit.order_window_years if unit else 2)
            contact = unit.support_contact if unit else ""
            found += [
                Why(
                    code=code,
                    mended_by=visibility.MENDED_BY[code].value,
                    order_id=row["id"],
                    buyer_name=buyer_name,
                    contact=contact,
                )
                for code in reasons
            ]
    if not rows:
        found = [Why(code=Reason.NOT_SENT, mended_by="buyer")]
    return WhyAnswer(number=number, found=len(rows), reasons=found)


@router.get("/{order_id}")
async def read_order(order_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> OrderDetail:
    """One order with its content, and what was ordered, received and invoiced of each line."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await orders.one(tx, order_id, principal.company_id)
        if row is None:
            raise errors.order_unknown()
        lines = [shapes.line(dict(line)) for line in await orders.lines(tx, [order_id])]
        names = await _names(tx, row["buyer_id"], row["unit_id"])
    content = await env.objects.read(DocumentRef.model_validate(row["document"]))
    return shapes.detail(dict(row), *names, lines, Order.model_validate_json(content, extra="ignore"))
