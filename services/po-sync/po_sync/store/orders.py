"""Orders as they stand: what was answered, closed or put away, and their lines with what happened to them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mesh import directory, tenants
from mesh.db import Database
from mesh.transaction import Transaction
from po_sync.domain import revision
from po_sync.store import lookup
from po_sync.store.revisions import Standing

STATUS_SQL = """case when o.state = 'waiting' then 'waiting' when o.cancelled then 'cancelled'
    when o.closed then 'closed' else coalesce(o.response, 'published') end"""


async def locked_by_id(tx: Transaction, order_id: UUID) -> RowMapping | None:
    """An order that the transaction's companies may see, held until it ends."""
    return await tx.row("select * from purchase_order where id = :id for update", id=order_id)


async def answered(database: Database, ids: Sequence[UUID]) -> list[bool]:
    """Whether their supplier answered these orders, in their order, as far as it is known now."""
    rows = await database.once(
        "select id from purchase_order where id = any (cast(:ids as uuid[])) and response is not null", ids=list(ids)
    )
    found = {row["id"] for row in rows}
    return [each in found for each in ids]


async def waiting(tx: Transaction, limit: int) -> list[RowMapping]:
    """Waiting orders whose addressee may be known by now, those that were examined longest ago first, each with the
    accounts of its buyer (`companies`).
    """
    return await tx.rows(
        f"""select o.*, {directory.family("o.buyer_id")} companies from purchase_order o where state = 'waiting' and (
            waiting_for = 'UNIT_UNKNOWN'
            or (waiting_for in ('NOT_CONNECTED', 'NOT_READY') and exists (select 1 from dir_connection c
                where c.supplier_id = {directory.keeper("o.supplier_id")} and c.unit_id = o.unit_id
                    and c.status = 'active' and (waiting_for = 'NOT_CONNECTED' or not {lookup.GETTING_READY})))
            or (waiting_for in ('SUPPLIER_UNKNOWN', 'SUPPLIER_AMBIGUOUS') and exists (select 1 from dir_identifier d
                where d.scheme || ':' || d.value = any (o.supplier_keys))))
            and (examined_at < now() - interval '20 seconds' or waiting_for <> 'UNIT_UNKNOWN')
        order by examined_at limit :limit for update skip locked""",  # noqa: S608 - names of this module
        limit=limit,
    )


async def settle(tx: Transaction, order_id: UUID, standing: Standing, now: datetime) -> None:
    """Note where an order goes after it was examined again."""
    await tx.execute(
        """update purchase_order set supplier_id = :supplier, unit_id = :unit, waiting_for = :waiting_for,
            state = case when cast(:waiting_for as text) is null then 'published' else 'waiting' end,
            published_at = case when cast(:waiting_for as text) is null then cast(:now as timestamptz) end,
            examined_at = now()
        where id = :id""",
        id=order_id,
        supplier=standing.supplier_id,
        unit=standing.unit_id,
        waiting_for=standing.waiting_for,
        now=now,
    )
    for table in ("order_line", "order_revision"):
        await tx.execute(
            f"update {table} set supplier_id = :supplier where order_id = :id",  # noqa: S608 - names of this module
            id=order_id,
            supplier=standing.supplier_id,
        )


async def respond(
    tx: Transaction, order_id: UUID, response: str, reason: str | None, origin: str, now: datetime
) -> None:
    """The supplier's answer; `origin` says whether an invoice gave it."""
    await tx.execute(
        """update purchase_order set response = :response, response_reason = :reason, response_origin = :origin,
            responded_at = :now where id = :id""",
        id=order_id,
        response=response,
        reason=reason,
        origin=origin,
        now=now,
    )


async def close(
    tx: Transaction, order_id: UUID, *, closed: bool, cancelled: bool, reason: str | None, now: datetime
) -> None:
    """Closed, or opened again."""
    await tx.execute(
        """update purchase_order set closed = :closed, closed_at = :now, cancelled = :cancelled,
            closed_reason = :reason where id = :id""",
        id=order_id,
        closed=closed,
        cancelled=cancelled,
        reason=reason,
        now=now,
    )


async def archive(tx: Transaction, order_id: UUID, at: datetime | None) -> None:
    """Put away by its supplier at a moment, or taken back."""
    await tx.execute("update purchase_order set archived_at = :at where id = :id", id=order_id, at=at)


async def lines(tx: Transaction, order_ids: Sequence[UUID]) -> list[RowMapping]:
    """Lines with what is invoiced of each (archived invoices that were not refused) and what was despatched."""
    return await tx.rows(
        """select l.*, coalesce(u.quantity, 0) invoiced, coalesce(u.amount, 0) invoiced_amount,
            coalesce(d.quantity, 0) despatched
        from order_line l left join lateral (
            select sum(quantity) quantity, sum(amount) amount from invoice_use u
            where u.order_id = l.order_id and u.order_line_id = l.id
                and not exists (select 1 from ended_use e where e.id in (u.submission_id, u.delivery_id))) u on true
        left join lateral (select sum(quantity) quantity from despatch_line d where d.order_line_id = l.id) d on true
        where l.order_id = any (cast(:orders as uuid[])) order by l.order_id, l.withdrawn, l.position""",
        orders=list(order_ids),
    )


async def one(tx: Transaction, order_id: UUID, companies: Sequence[UUID]) -> RowMapping | None:
    """An order that one of the companies may read."""
    return await tx.row(
        f"""select o.*, {STATUS_SQL} status from purchase_order o
        where o.id = :id and ({tenants.own("o.buyer_id", companies)}
            or ({tenants.own("o.supplier_id", companies)} and o.state = 'published'))""",  # noqa: S608 - texts of this module
        id=order_id,
        **tenants.named(companies),
    )


async def numbered(tx: Transaction, number: str, buyer_id: UUID | None) -> list[RowMapping]:
    """Every order of a number that the transaction's companies may see, waiting ones too."""
    return await tx.rows(
        f"""select o.*, {STATUS_SQL} status from purchase_order o where o.number_key = :key
            and (cast(:buyer as uuid) is null or o.buyer_id = :buyer)
            and (o.supplier_id = any (cast(:companies as uuid[])) or o.buyer_id = any (cast(:companies as uuid[])))
        order by o.active_on desc, o.id limit 20""",  # noqa: S608 - texts of this module
        key=revision.number_key(number),
        buyer=buyer_id,
        companies=await _companies(tx),
    )


async def _companies(tx: Transaction) -> list[UUID]:
    """Those that the transaction acts for; named in queries, so that an index serves them, not only the row policy."""
    found: list[UUID] = await tx.value("select cast(current_setting('navette.companies', true) as uuid[])")
    return found
