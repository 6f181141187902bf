"""Looking for orders: by partner and period, number, status and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import RowMapping

from mesh import tenants
from mesh.paging import Keyset, Kind, Sort
from mesh.transaction import Transaction
from po_sync.domain import revision, wording
from po_sync.store.orders import STATUS_SQL

Side = Literal["supplier", "buyer"]
Shown = Literal["open", "archived", "all"]
_ORDERS: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("active", "o.active_on", "date"),
    ("issue_date", "o.issue_date", "date"),
    ("number", "o.number_key", "text"),
    ("net", "coalesce(o.net_amount, 0)", "numeric"),
)
SORTS: Final[dict[str, Sort]] = {
    way + name: Sort(way + name, column, kind, descending=bool(way), id_column="o.id", key="sort_key")
    for name, column, kind in _ORDERS
    for way in ("", "-")
}
"""In what orders lists come, by the name clients use; a minus: the greatest first."""
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; `companies` act as `side`.

    `oldest`: for a supplier, the first day that each connected unit shows orders of; others are not shown.
    """

    companies: Sequence[UUID]
    side: Side
    buyer: UUID | None = None
    supplier: UUID | None = None
    first: date | None = None
    last: date | None = None
    number: str | None = None
    status: str | None = None
    words: str | None = None
    shown: Shown = "open"
    oldest: Mapping[UUID, date] = field(default_factory=dict[UUID, date])


def _conditions(wanted: Filter) -> tuple[list[str], dict[str, Any]]:
    found, values = ["true"], dict[str, Any](tenants.named(wanted.companies))

    def narrow(condition: str, **parameters: Any) -> None:
        found.append(condition)
        values.update(parameters)

    if wanted.side == "supplier":
        narrow(f"{tenants.own('o.supplier_id', wanted.companies)} and o.state = 'published'")
        if wanted.buyer:
            narrow("o.buyer_id = :buyer", buyer=wanted.buyer)
    else:
        narrow(tenants.own("o.buyer_id", wanted.companies))
        if wanted.supplier:
            narrow("o.supplier_id = :supplier", supplier=wanted.supplier)
    if wanted.first:
        narrow("o.active_on >= :first", first=wanted.first)
    if wanted.last:
        narrow("o.active_on <= :last", last=wanted.last)
    if wanted.number:
        low = revision.number_key(wanted.number)
        narrow("o.number_key >= :low and o.number_key < :high", low=low, high=low + _LAST)
    if wanted.status:
        narrow(f"{STATUS_SQL} = :status", status=wanted.status)
    if wanted.side == "supplier" and wanted.shown == "open":
        narrow(
            """o.archived_at is null and not o.fully_invoiced and exists (
                select 1 from unnest(cast(:units as uuid[]), cast(:oldest as date[])) u(id, oldest)
                where u.id = o.unit_id and o.active_on >= u.oldest)""",
            units=list(wanted.oldest),
            oldest=list(wanted.oldest.values()),
        )
    if wanted.shown == "archived":
        narrow("o.archived_at is not null")
    return found, values


def _found(wanted: Filter) -> tuple[str, dict[str, Any]]:
    """What a list is read from: `from … where …`, with its parameters."""
    conditions, values = _conditions(wanted)
    source = "purchase_order o"
    patterns = wording.patterns(wanted.words) if wanted.words else []
    if patterns:
        source = f"{_with_words(wanted.companies)} w join purchase_order o on o.id = w.order_id"
        values |= {
            "side": wanted.side,
            "partner": wanted.buyer,
            "from_day": wanted.first,
            "to_day": wanted.last,
            "patterns": patterns,
        }
    return f"from {source} where {' and '.join(conditions)}", values


async def page(tx: Transaction, wanted: Filter, keyset: Keyset) -> list[dict[str, Any]]:
    """One page of orders and one more."""
    found, values = _found(wanted)
    rows = await tx.rows(
        f"""select o.*, {keyset.sort.column} sort_key, {STATUS_SQL} status {found}
        and {keyset.where} order by {keyset.order} limit :page_size""",
        **values,
        **keyset.parameters,
    )
    return [dict(row) for row in rows]


async def counts(tx: Transaction, wanted: Filter) -> list[RowMapping]:
    """How many orders of a list have which status."""
    found, values = _found(wanted)
    return await tx.rows(f"select {STATUS_SQL} status, count(*) count {found} group by 1", **values)


async def totals(tx: Transaction, wanted: Filter) -> list[RowMapping]:
    """What the orders of a list come to, by currency."""
    found, values = _found(wanted)
    return await tx.rows(
        f"""select o.currency, count(*) count, sum(coalesce(o.net_amount, 0)) net {found}
        group by 1 order by 2 desc, 1""",
        **values,
    )


def _with_words(companies: Sequence[UUID]) -> str:
    found = [
        f"""orders_with_words(:{company}, :side, cast(:partner as uuid), cast(:from_day as date),
            cast(:to_day as date), cast(:patterns as text[]))"""
        for company in tenants.named(companies)
    ]
    return found[0] if len(found) == 1 else f"(select * from {' union all select * from '.join(found)})"  # noqa: S608 - texts of this module


async def partners(tx: Transaction, companies: Sequence[UUID], side: Side) -> list[UUID]:
    """The buyers whose orders a supplier was sent, or the suppliers that a buyer sent orders to."""
    mine, theirs = ("supplier_id", "buyer_id") if side == "supplier" else ("buyer_id", "supplier_id")
    # A loose index scan: one step a partner, however many orders there are.
    return sorted({partner for company in companies for partner in await _partners(tx, company, mine, theirs)})


async def _partners(tx: Transaction, company: UUID, mine: str, theirs: str) -> list[UUID]:
    return await tx.values(
        f"""with recursive t as (
            (select {theirs} as id from purchase_order where {mine} = :company and state = 'published'
                order by {theirs} limit 1)
            union all
            select (select o.{theirs} from purchase_order o where o.{mine} = :company and o.state = 'published'
                and o.{theirs} > t.id order by o.{theirs} limit 1) from t where t.id is not null)
        select id from t where id is not null""",  # noqa: S608 - names of this module
        company=company,
    )
