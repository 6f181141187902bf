"""`GET /v1/archive`: what a company has in its archive."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from archive.api.documents import may_read
from archive.env import Env
from contracts.money import Amount
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Malformed
from mesh.paging import CurrentPage, Page, Sort
from mesh.problems import responses

routes = APIRouter(prefix="/v1/archive", tags=["archive"])
_SHOWN = (
    "invoice_id",
    "supplier_id",
    "buyer_id",
    "number",
    "kind",
    "issue_date",
    "currency",
    "sequence",
    "leaf_index",
    "sha256",
    "retain_until",
)
_BY_ENTRY = Sort(name="entered", column="e.leaf_index", kind="bigint", descending=True, id_column="e.id", id_key="id")


class ArchivedOriginal(Output):
    """One archived original."""

    invoice_id: UUID
    archive_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    number: str | None
    kind: str | None
    issue_date: date | None
    currency: str | None
    gross: Amount | None
    sequence: int
    leaf_index: int
    sha256: str
    retain_until: datetime
    archived_at: datetime


@routes.get("", responses=responses(Malformed))
async def archived_originals(
    request: Request,
    principal: CurrentPrincipal,
    page: CurrentPage,
    number: Annotated[str | None, Query(max_length=100, description="Invoice number, as it was typed")] = None,
    partner: Annotated[UUID | None, Query(description="The other side's company")] = None,
    since: Annotated[date | None, Query(alias="from", description="First invoice date")] = None,
    until: Annotated[date | None, Query(alias="to", description="Last invoice date")] = None,
) -> Page[ArchivedOriginal]:
    """Archived originals, the newest first."""
    may_read(principal)
    env: Env = request.app.state.env
    keyset = _BY_ENTRY.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await tx.rows(
            f"""select e.id, e.invoice_id, e.supplier_id, e.buyer_id, e.sequence, e.leaf_index, e.retain_until,
                e.entered_at, e.digests ->> 'original' sha256, d.number, d.kind, d.issue_date, d.currency, d.gross
            from entry e left join described d using (invoice_id)
            where e.kind = 'deposit' and e.leaf_index is not null and {keyset.where}
                and (cast(:number as text) is null or lower(d.number) = lower(:number))
                and (cast(:partner as uuid) is null or :partner in (e.supplier_id, e.buyer_id))
                and (cast(:since as date) is null or d.issue_date >= :since)
                and (cast(:until as date) is null or d.issue_date <= :until)
            order by {keyset.order} limit :page_size""",  # noqa: S608 - constants of the sort
            number=number,
            partner=partner,
            since=since,
            until=until,
            **keyset.parameters,
        )
    items = [
        ArchivedOriginal(
            archive_id=row["id"],
            archived_at=row["entered_at"],
            gross=None if row["gross"] is None else Decimal(row["gross"]),
            **{name: row[name] for name in _SHOWN},
        )
        for row in keyset.shown(rows)
    ]
    return Page[ArchivedOriginal](items=items, next=keyset.next(rows))
