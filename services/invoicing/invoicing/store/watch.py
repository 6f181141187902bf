"""Deliveries of which nothing was said in time."""

from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from mesh.transaction import Transaction


async def overdue(tx: Transaction, now: datetime, patience: timedelta, *, limit: int) -> list[RowMapping]:
    """Take deliveries whose time has passed, each once for good; the longest waiting first."""
    return await tx.rows(
        """with late as (
            select id, supplier_id, buyer_id, unit_id, delivery_id, delivered_at from invoice
            where silent_since <= :before
            order by silent_since limit :limit for update skip locked),
        marked as (update invoice i set watched = true from late where i.id = late.id)
        insert into alert (delivery_id, invoice_id, supplier_id, buyer_id, unit_id, deadline, noticed_at)
        select delivery_id, id, supplier_id, buyer_id, unit_id, delivered_at + cast(:patience as interval),
            cast(:now as timestamptz) from late
        on conflict (delivery_id) do nothing returning *""",
        now=now,
        before=now - patience,
        patience=patience,
        limit=limit,
    )
