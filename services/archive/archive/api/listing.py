"""`GET /v1/archive`: what a company has in its archive."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from archive.api.documents import may_read
from archive.env import Env
from archive.store import search
from archive.store.search import Wanted
from contracts.money import Amount
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Malformed
from mesh.paging import CurrentPage, Page, Sort
from mesh.problems import responses

routes = APIRouter(prefix="/v1/archive", tags=["archive"])
_SHOWN = (
    *("invoice_id", "supplier_id", "buyer_id", "number", "kind", "issue_date", "currency", "sequence", "leaf_index"),
    *("sha256", "legal", "retain_until", "archive_option", "held", "eliminated_at"),
)
_BY_ENTRY = Sort(name="entered", column="e.leaf_index", kind="bigint", descending=True, id_column="e.id", id_key="id")
_Money = Annotated[Decimal | None, Query(max_digits=18, decimal_places=4)]


class ArchivedOriginal(Output):
    """One archived original; `held` while a legal hold lies on it, `eliminated_at` once it went after its term.

    `legal`: between its countries the sealed file is the legal invoice; else it is an image for the workflow, not for
    audit and not for VAT refund. `archive_option`: one side had it when the invoice was sent, so it is kept ten years
    and has its container.
    """

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
    legal: bool | None
    retain_until: datetime
    archive_option: bool
    archived_at: datetime
    held: bool
    eliminated_at: datetime | None


def _wanted(
    number: Annotated[str | None, Query(max_length=100, description="Invoice number, as it was typed")] = None,
    order: Annotated[str | None, Query(min_length=1, max_length=100, description="Number of an order on it")] = None,
    partner: Annotated[UUID | None, Query(description="The other side's company")] = None,
    since: Annotated[date | None, Query(alias="from", description="First invoice date")] = None,
    until: Annotated[date | None, Query(alias="to", description="Last invoice date")] = None,
    least: Annotated[_Money, Query(alias="min", description="Smallest amount with VAT")] = None,
    most: Annotated[_Money, Query(alias="max", description="Largest amount with VAT")] = None,
    currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$")] = None,
    text: Annotated[
        str | None,
        Query(alias="q", min_length=2, max_length=100, description="Words of the invoice, names and numbers"),
    ] = None,
) -> Wanted:
    return Wanted(number, order, partner, since, until, least, most, currency, text)


CurrentWanted = Annotated[Wanted, Depends(_wanted)]
"""What the query narrows to; the list and the bulk export read it alike."""


@routes.get("", responses=responses(Malformed))
async def archived_originals(
    request: Request, principal: CurrentPrincipal, page: CurrentPage, wanted: CurrentWanted
) -> Page[ArchivedOriginal]:
    """Archived originals, the newest first. Who was ever a side of an invoice finds it here, connected or not."""
    may_read(principal)
    env: Env = request.app.state.env
    keyset = _BY_ENTRY.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await search.page(tx, wanted, keyset)
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
