"""Feed items: added without a position, numbered in the order in which they were added, read by company."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.db import jsonb
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


async def last_position(tx: Transaction) -> int:
    """The last position of the installation; 0 when there is none."""
    return await tx.value("select coalesce(max(position), 0) from feed_item")


async def last_position_of(tx: Transaction, company_id: UUID) -> int:
    """The last position of a company; 0 when there is none."""
    found = await tx.value(
        """select position from feed_item where company_id = :company and position is not null
        order by position desc limit 1""",
        company=company_id,
    )
    return found or 0


async def newest_since(tx: Transaction, position: int) -> dict[UUID, int]:
    """The newest position of each company that has one after this."""
    rows = await tx.rows(
        "select company_id, max(position) as newest from feed_item where position > :position group by company_id",
        position=position,
    )
    return {row["company_id"]: row["newest"] for row in rows}


async def told(tx: Transaction, company_id: UUID, invoice_id: UUID) -> bool:
    """Whether a company has an item about an invoice."""
    return await tx.value(
        """select exists (select 1 from feed_item
        where company_id = :company and invoice_id = :invoice and position is not null)""",
        company=company_id,
        invoice=invoice_id,
    )
