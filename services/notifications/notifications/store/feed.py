"""Feed items: added without a position, numbered in the order in which they were added, read by company."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.db import jsonb
from mesh.transaction import Transaction
from notifications.domain.items import Item


async def add(tx: Transaction, items: Sequence[Item]) -> None:
    """Add items that have no position yet; one that is there already stays as it is."""
    tx.unnumbered = True
    await tx.execute(
        """insert into feed_item (id, company_id, type, subject, invoice_id, data, occurred_at)
        select id, company_id, type, subject, invoice_id, data, occurred_at
        from unnest(cast(:ids as uuid[]), cast(:companies as uuid[]), cast(:types as text[]),
            cast(:subjects as uuid[]), cast(:invoices as uuid[]), cast(:contents as jsonb[]),
            cast(:moments as timestamptz[]))
            with ordinality t(id, company_id, type, subject, invoice_id, data, occurred_at, n)
        order by n on conflict (id) do nothing""",
        ids=[item.id for item in items],
        companies=[item.company_id for item in items],
        types=[item.type for item in items],
        subjects=[item.subject for item in items],
        invoices=[item.invoice_id for item in items],
        contents=[jsonb(dict(item.data)) for item in items],
        moments=[item.occurred_at for item in items],
    )


async def number(tx: Transaction, limit: int) -> list[RowMapping]:
    """Give the oldest unnumbered items their positions, without a gap; returns them in order.

    Only under the sequencer's lock: two numbering at once would take the same positions.
    """
    rows = await tx.rows(
        """with following as (
            select id, row_number() over (order by seq) as rank
            from (select id, seq from feed_item where position is null order by seq limit :limit) oldest
        ), last as (select coalesce(max(position), 0) as position from feed_item)
        update feed_item set position = last.position + following.rank from following, last
        where feed_item.id = following.id
        returning feed_item.id, feed_item.company_id, feed_item.type, feed_item.subject, feed_item.invoice_id,
            feed_item.data, feed_item.position""",
        limit=limit,
    )
    return sorted(rows, key=lambda row: row["position"])


async def after(
    tx: Transaction, position: int, limit: int, *, invoice_id: UUID | None = None, upto: int | None = None
) -> list[RowMapping]:
    """Items after a position in their order, as far as the role sees them."""
    return await tx.rows(
        """select id, position, type, subject, data, occurred_at from feed_item
        where position > :position and (cast(:upto as bigint) is null or position <= :upto)
            and (cast(:invoice as uuid) is null or invoice_id = :invoice)
        order by position limit :limit""",
        position=position,
        upto=upto,
        invoice=invoice_id,
        limit=limit,
    )


async def item(tx: Transaction, item_id: UUID) -> RowMapping | None:
    """One item."""
    return await tx.row("select * from feed_item where id = :id", id=item_id)


async def last_position(tx: Transaction) -> int:
    """The last position there is, as far as the role sees; 0 when there is none."""
    return await tx.value("select coalesce(max(position), 0) from feed_item")


async def newest_since(tx: Transaction, position: int) -> dict[UUID, int]:
    """The newest position of each company that has one after this."""
    rows = await tx.rows(
        "select company_id, max(position) as newest from feed_item where position > :position group by company_id",
        position=position,
    )
    return {row["company_id"]: row["newest"] for row in rows}


async def told(tx: Transaction, invoice_id: UUID) -> bool:
    """Whether there is an item about an invoice, as far as the role sees."""
    found: Any = await tx.value("select exists (select 1 from feed_item where invoice_id = :id)", id=invoice_id)
    return bool(found)
