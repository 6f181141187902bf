"""Orders and their lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import order_line_id
from contracts.refs import DocumentRef
from documents.order import Order
from mesh.paging import Keyset
from mesh.transaction import Transaction
from po_sync.domain import revision


@dataclass(frozen=True)
class Addressing:
    """What the order said of its supplier and unit, kept so that it can be asked again when more is known."""

    supplier_keys: tuple[str, ...]
    unit_keys: tuple[str, ...]
    unit_name: str | None
    unit_asked: UUID | None


@dataclass(frozen=True)
class Standing:
    """Where an order goes, or what it waits for (`waiting_for`, a code of `domain.visibility.Reason`)."""

    supplier_id: UUID | None
    unit_id: UUID | None
    waiting_for: str | None


async def locked(tx: Transaction, buyer_id: UUID, number_key: str) -> RowMapping | None:
    """A buyer's order by its number, held until the transaction ends."""
    return await tx.row(
        "select * from purchase_order where buyer_id = :buyer and number_key = :key for update",
        buyer=buyer_id,
        key=number_key,
    )


async def locked_by_id(tx: Transaction, order_id: UUID) -> RowMapping | None:
    """An order that the transaction's companies may see, held until it ends."""
    return await tx.row("select * from purchase_order where id = :id for update", id=order_id)


def net_amount(order: Order) -> Decimal | None:
    """What the buyer expects to be invoiced without VAT, where the order says so."""
    return (order.totals.net_amount or order.totals.line_net_amount) if order.totals else None


async def put(
    tx: Transaction,
    order_id: UUID,
    buyer_id: UUID,
    order: Order,
    document: DocumentRef,
    addressing: Addressing,
    standing: Standing,
    now: datetime,
) -> bool:
    """Insert an order or overwrite it with a later revision; False when another transaction inserted it first."""
    row = await tx.row(
        """insert into purchase_order (id, buyer_id, unit_id, supplier_id, number, number_key, revision,
            content_sha256, document, currency, issue_date, net_amount, supplier_name, supplier_keys, unit_keys,
            unit_name, unit_asked, state, waiting_for, received_at, published_at, examined_at)
        values (:id, :buyer, :unit, :supplier, :number, :number_key, :revision, :sha256, cast(:document as jsonb),
            :currency, :issue_date, :net_amount, :supplier_name, :supplier_keys, :unit_keys, :unit_name, :unit_asked,
            :state, :waiting_for, :now, :published_at, now())
        on conflict on constraint purchase_order_number do update set unit_id = excluded.unit_id,
            supplier_id = excluded.supplier_id, number = excluded.number, revision = excluded.revision,
            content_sha256 = excluded.content_sha256, document = excluded.document, currency = excluded.currency,
            issue_date = excluded.issue_date, net_amount = excluded.net_amount,
            supplier_name = excluded.supplier_name, supplier_keys = excluded.supplier_keys,
            unit_keys = excluded.unit_keys, unit_name = excluded.unit_name, unit_asked = excluded.unit_asked,
            state = excluded.state, waiting_for = excluded.waiting_for, examined_at = excluded.examined_at,
            published_at = coalesce(purchase_order.published_at, excluded.published_at)
        where purchase_order.id = excluded.id
        returning id""",
        id=order_id,
        buyer=buyer_id,
        unit=standing.unit_id,
        supplier=standing.supplier_id,
        number=order.number,
        number_key=revision.number_key(order.number),
        revision=order.revision,
        sha256=document.sha256,
        document=document.model_dump_json(),
        currency=order.currency,
        issue_date=order.issue_date,
        net_amount=net_amount(order),
        supplier_name=order.seller.name,
        supplier_keys=list(addressing.supplier_keys),
        unit_keys=list(addressing.unit_keys),
        unit_name=addressing.unit_name,
        unit_asked=addressing.unit_asked,
        state="waiting" if standing.waiting_for else "published",
        waiting_for=standing.waiting_for,
        now=now,
        published_at=None if standing.waiting_for else now,
    )
    return row is not None


async def digests(tx: Transaction, order_id: UUID) -> dict[str, str]:
    """Digest by the buyer's line identifier, withdrawn lines left out."""
    rows = await tx.rows(
        "select identifier, content_sha256 from order_line where order_id = :order and not withdrawn", order=order_id
    )
    return {row["identifier"]: row["content_sha256"] for row in rows}


async def put_lines(tx: Transaction, order_id: UUID, buyer_id: UUID, supplier_id: UUID | None, order: Order) -> None:
    """Write the lines of a revision; lines it leaves out are withdrawn, what was received on any stays."""
    await tx.execute("update order_line set withdrawn = true, ordered = 0 where order_id = :order", order=order_id)
    await tx.execute(
        """insert into order_line (id, order_id, buyer_id, supplier_id, position, identifier, item_name, unit,
            ordered, price, net_amount, content_sha256)
        select v.id, :order, :buyer, :supplier, v.position, v.identifier, v.item_name, v.unit, v.ordered, v.price,
            v.net_amount, v.sha256
        from unnest(cast(:ids as uuid[]), cast(:positions as int[]), cast(:identifiers as text[]),
            cast(:item_names as text[]), cast(:units as text[]), cast(:ordered as numeric[]),
            cast(:prices as numeric[]), cast(:net_amounts as numeric[]), cast(:digests as text[]))
            v(id, position, identifier, item_name, unit, ordered, price, net_amount, sha256)
        on conflict (id) do update set supplier_id = excluded.supplier_id, position = excluded.position,
            item_name = excluded.item_name, unit = excluded.unit, ordered = excluded.ordered,
            price = excluded.price, net_amount = excluded.net_amount, content_sha256 = excluded.content_sha256,
            withdrawn = false""",
        order=order_id,
        buyer=buyer_id,
        supplier=supplier_id,
        ids=[order_line_id(order_id, line.identifier) for line in order.lines],
        positions=list(range(1, len(order.lines) + 1)),
        identifiers=[line.identifier for line in order.lines],
        item_names=[line.item.name for line in order.lines],
        units=[line.unit for line in order.lines],
        ordered=[line.quantity for line in order.lines],
        prices=[line.price.net if line.price else None for line in order.lines],
        net_amounts=[line.net_amount for line in order.lines],
        digests=[revision.line_digest(line) for line in order.lines],
    )


async def waiting(tx: Transaction, limit: int) -> list[RowMapping]:
    """Waiting orders whose addressee may be known by now, those that were examined longest ago first."""
    return await tx.rows(
        """select * from purchase_order o where state = 'waiting' and (
            waiting_for = 'UNIT_UNKNOWN'
            or (waiting_for = 'NOT_CONNECTED' and exists (select 1 from dir_connection c
                where c.supplier_id = o.supplier_id and c.unit_id = o.unit_id and c.status = 'active'))
            or (waiting_for in ('SUPPLIER_UNKNOWN', 'SUPPLIER_AMBIGUOUS') and exists (select 1 from dir_identifier d
                where d.scheme || ':' || d.value = any (o.supplier_keys))))
            and (examined_at < now() - interval '20 seconds' or waiting_for <> 'UNIT_UNKNOWN')
        order by examined_at limit :limit for update skip locked""",
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
    await tx.execute(
        "update order_line set supplier_id = :supplier where order_id = :id", id=order_id, supplier=standing.supplier_id
    )


async def respond(tx: Transaction, order_id: UUID, response: str, reason: str | None, now: datetime) -> None:
    """The supplier's answer."""
    await tx.execute(
        "update purchase_order set response = :response, response_reason = :reason, responded_at = :now where id = :id",
        id=order_id,
        response=response,
        reason=reason,
        now=now,
    )


async def close(tx: Transaction, order_id: UUID, *, closed: bool, now: datetime) -> None:
    """Closed, or opened again."""
    await tx.execute(
        "update purchase_order set closed = :closed, closed_at = :now where id = :id",
        id=order_id,
        closed=closed,
        now=now,
    )


async def lines(tx: Transaction, order_ids: Sequence[UUID]) -> list[RowMapping]:
    """Lines with what is invoiced of each: quantity and amount of archived invoices that were not refused."""
    return await tx.rows(
        """select l.*, coalesce(u.quantity, 0) invoiced, coalesce(u.amount, 0) invoiced_amount
        from order_line l left join lateral (
            select sum(quantity) quantity, sum(amount) amount from invoice_use u
            where u.order_id = l.order_id and u.order_line_id = l.id
                and not exists (select 1 from ended_use e where e.id in (u.submission_id, u.delivery_id))) u on true
        where l.order_id = any (cast(:orders as uuid[])) order by l.order_id, l.withdrawn, l.position""",
        orders=list(order_ids),
    )


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; `company` acts, as buyer or as supplier."""

    company: UUID
    buyer: UUID | None = None
    supplier: UUID | None = None
    number: str | None = None
    status: str | None = None
    first: Any = None
    last: Any = None


STATUS_SQL = """case when state = 'waiting' then 'waiting' when closed then 'closed'
    else coalesce(response, 'published') end"""


async def page(tx: Transaction, wanted: Filter, keyset: Keyset) -> list[dict[str, Any]]:
    """One page of orders and one more. A supplier sees published ones only."""
    rows = await tx.rows(
        f"""select *, {STATUS_SQL} status from purchase_order
        where (buyer_id = :company or (supplier_id = :company and state = 'published'))
            and (cast(:buyer as uuid) is null or buyer_id = :buyer)
            and (cast(:supplier as uuid) is null or supplier_id = :supplier)
            and (cast(:number as text) is null or starts_with(number_key, :number))
            and (cast(:first as date) is null or issue_date >= :first)
            and (cast(:last as date) is null or issue_date <= :last)
            and (cast(:status as text) is null or {STATUS_SQL} = :status)
            and {keyset.where} order by {keyset.order} limit :page_size""",  # noqa: S608 - texts of this module and of mesh.paging
        company=wanted.company,
        buyer=wanted.buyer,
        supplier=wanted.supplier,
        number=revision.number_key(wanted.number) if wanted.number else None,
        first=wanted.first,
        last=wanted.last,
        status=wanted.status,
        **keyset.parameters,
    )
    return [dict(row) for row in rows]


async def one(tx: Transaction, order_id: UUID, company: UUID) -> RowMapping | None:
    """An order that a company may read."""
    return await tx.row(
        f"""select *, {STATUS_SQL} status from purchase_order
        where id = :id and (buyer_id = :company or (supplier_id = :company and state = 'published'))""",  # noqa: S608 - texts of this module
        id=order_id,
        company=company,
    )


async def numbered(tx: Transaction, number: str) -> list[RowMapping]:
    """Every order of a number that the transaction's companies may see, waiting ones too."""
    return await tx.rows(
        f"select *, {STATUS_SQL} status from purchase_order where number_key = :key order by issue_date desc, id",  # noqa: S608 - texts of this module
        key=revision.number_key(number),
    )
