"""Feed items: added without a position, numbered in the order in which they were added, read by company."""

from collections.abc import Sequence
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from mesh.db import Database
from mesh.transaction import Transaction
from notifications.domain.items import Item


async def add(tx: Transaction, items: Sequence[Item]) -> None:
    """Add items that have no position yet; one that is there already stays as it is."""
    if not items:
        return
    tx.unnumbered = True
    await tx.execute(
        """insert into feed_item (id, company_id, type, subject, invoice_id, data, occurred_at)
        select id, company_id, type, subject, invoice_id, data, occurred_at
        from json_to_recordset(cast(:items as json)) v(place int, id uuid, company_id uuid, type text, subject uuid,
            invoice_id uuid, data jsonb, occurred_at timestamptz)
        order by place on conflict (id) do nothing""",
        items=orjson.dumps([vars(item) | {"place": place} for place, item in enumerate(items)], default=str).decode(),
    )


async def number(tx: Transaction, limit: int) -> list[RowMapping]:
    """Give the oldest unnumbered items their positions, without a gap; returns them in order. `channel` is that of an
    item that is a buyer's invoice and still to be delivered.

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
            feed_item.data, feed_item.position,
            (select d.channel from delivery d where d.item_id = feed_item.id and d.state = 'pending') as channel""",
        limit=limit,
    )
    return sorted(rows, key=lambda row: row["position"])


async def after(
    tx: Transaction,
    company_id: UUID,
    position: int,
    limit: int,
    *,
    invoice_id: UUID | None = None,
    upto: int | None = None,
) -> list[RowMapping]:
    """Items of a company after a position, in their order.

    The company is named beside the row policy, so that its own index is read and not everybody's positions.
    """
    return await tx.rows(
        """select id, position, type, subject, data, occurred_at from feed_item
        where company_id = :company and position > :position
            and (cast(:upto as bigint) is null or position <= :upto)
            and (cast(:invoice as uuid) is null or invoice_id = :invoice)
        order by position limit :limit""",
        company=company_id,
        position=position,
        upto=upto,
        invoice=invoice_id,
        limit=limit,
    )


async def last_position(database: Database) -> int:
    """The last position of the installation; 0 when there is none."""
    (row,) = await database.once("select coalesce(max(position), 0) as last from feed_item")
    return row["last"]


async def last_position_of(tx: Transaction, company_id: UUID) -> int:
    """The last position of a company; 0 when there is none."""
    found = await tx.value(
        """select position from feed_item where company_id = :company and position is not null
        order by position desc limit 1""",
        company=company_id,
    )
    return found or 0


async def since(database: Database, position: int, limit: int) -> list[RowMapping]:
    """Companies and positions of the items after a position, in their order: a walk along the index of positions."""
    return await database.once(
        "select company_id, position from feed_item where position > :position order by position limit :limit",
        position=position,
        limit=limit,
    )


async def told(tx: Transaction, company_id: UUID, invoice_id: UUID) -> bool:
    """Whether a company has an item about an invoice."""
    return await tx.value(
        """select exists (select 1 from feed_item
        where company_id = :company and invoice_id = :invoice and position is not null)""",
        company=company_id,
        invoice=invoice_id,
    )
