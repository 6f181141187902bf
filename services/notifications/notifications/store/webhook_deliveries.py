"""What goes to webhooks: one row for each item and webhook, one for each attempt."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import derived_id
from mesh.paging import Keyset
from mesh.transaction import Transaction


async def begin(tx: Transaction, items: Sequence[RowMapping], at: datetime, give_up_at: datetime) -> set[UUID]:
    """Let items go to every active webhook of their company that takes their type; returns the items that go."""
    matches = await tx.rows(
        """select w.id as webhook_id, v.item_id, v.company_id, v.invoice_id
        from unnest(cast(:items as uuid[]), cast(:companies as uuid[]), cast(:types as text[]),
            cast(:invoices as uuid[])) with ordinality v(item_id, company_id, type, invoice_id, n)
        join webhook w on w.company_id = v.company_id and w.state = 'active'
            and (w.types = '{}' or v.type = any(w.types))
        order by v.n, w.id for key share of w""",
        items=[item["id"] for item in items],
        companies=[item["company_id"] for item in items],
        types=[item["type"] for item in items],
        invoices=[item["invoice_id"] for item in items],
    )
    if not matches:
        return set()
    await tx.execute(
        """insert into webhook_delivery (id, webhook_id, item_id, company_id, invoice_id, next_at, give_up_at,
            created_at)
        select id, webhook_id, item_id, company_id, invoice_id, :at, :give_up_at, :at
        from unnest(cast(:ids as uuid[]), cast(:webhooks as uuid[]), cast(:items as uuid[]),
            cast(:companies as uuid[]), cast(:invoices as uuid[]))
            t(id, webhook_id, item_id, company_id, invoice_id)
        on conflict do nothing""",
        ids=[derived_id(row["item_id"], "webhook", str(row["webhook_id"])) for row in matches],
        webhooks=[row["webhook_id"] for row in matches],
        items=[row["item_id"] for row in matches],
        companies=[row["company_id"] for row in matches],
        invoices=[row["invoice_id"] for row in matches],
        at=at,
        give_up_at=give_up_at,
    )
    return {row["item_id"] for row in matches}


async def due(
    tx: Transaction, now: datetime, *, busy: Collection[UUID], limit: int, a_webhook: int
) -> list[RowMapping]:
    """Deliveries to be tried now with their webhook and item, at most `a_webhook` each, counting those in `busy`.

    A webhook that fails is asked with one at a time: behind a server that is down stands its whole queue.
    """
    return await tx.rows(
        """select d.*, w.url, w.secret, w.previous_secret, w.previous_until,
            i.type, i.subject, i.data, i.occurred_at, i.position
        from webhook w cross join lateral (
            select * from webhook_delivery d
            where d.webhook_id = w.id and d.state = 'pending' and d.next_at <= :now
                and not d.id = any(cast(:busy as uuid[]))
            order by d.next_at, d.id
            limit greatest(0, case when w.failing_since is null then :a_webhook else 1 end - (
                select count(*) from webhook_delivery u
                where u.id = any(cast(:busy as uuid[])) and u.webhook_id = w.id))
        ) d join feed_item i on i.id = d.item_id
        where w.state = 'active'
        order by d.next_at, d.id limit :limit""",
        now=now,
        busy=list(busy),
        a_webhook=a_webhook,
        limit=limit,
    )


async def note_attempt(
    tx: Transaction,
    delivery: RowMapping,
    *,
    at: datetime,
    milliseconds: int,
    status: int | None,
    error: str | None,
    response: str,
) -> int | None:
    """Count an attempt and keep what came of it; returns its number, None when the delivery is gone."""
    number = await tx.value(
        "update webhook_delivery set attempts = attempts + 1, last_error = :error where id = :id returning attempts",
        id=delivery["id"],
        error=error,
    )
    if number is None:
        return None
    await tx.execute(
        """insert into webhook_attempt (delivery_id, number, company_id, at, milliseconds, status, error, response)
        values (:delivery, :number, :company, :at, :milliseconds, :status, :error, :response)""",
        delivery=delivery["id"],
        number=number,
        company=delivery["company_id"],
        at=at,
        milliseconds=milliseconds,
        status=status,
        error=error,
        response=response,
    )
    return number


async def tried_since(tx: Transaction, delivery_id: UUID, begun: datetime) -> datetime:
    """When the first attempt was made since a delivery was begun, or was begun again by resending it."""
    return await tx.value(
        "select coalesce(min(at), :begun) from webhook_attempt where delivery_id = :id and at >= :begun",
        id=delivery_id,
        begun=begun,
    )


async def settle(tx: Transaction, delivery_id: UUID, state: str, at: datetime) -> None:
    """It got through, or is given up."""
    await tx.execute(
        "update webhook_delivery set state = :state, next_at = null, settled_at = :at where id = :id",
        id=delivery_id,
        state=state,
        at=at,
    )


async def postpone(tx: Transaction, delivery_id: UUID, until: datetime) -> None:
    """Try again then, unless it was ended meanwhile."""
    await tx.execute(
        "update webhook_delivery set next_at = :until where id = :id and state = 'pending'",
        id=delivery_id,
        until=until,
    )


async def end_pending(tx: Transaction, webhook_id: UUID, reason: str, at: datetime) -> list[UUID]:
    """Give up everything that waits for a webhook; returns the items concerned."""
    rows = await tx.rows(
        """update webhook_delivery set state = 'failed', next_at = null, settled_at = :at, last_error = :reason
        where webhook_id = :webhook and state = 'pending' returning item_id""",
        webhook=webhook_id,
        reason=reason,
        at=at,
    )
    return [row["item_id"] for row in rows]


async def resend(tx: Transaction, delivery_id: UUID, at: datetime, give_up_at: datetime) -> None:
    """Send it again from now on, with the same id."""
    await tx.execute(
        """update webhook_delivery set state = 'pending', next_at = :at, give_up_at = :give_up_at, settled_at = null
        where id = :id""",
        id=delivery_id,
        at=at,
        give_up_at=give_up_at,
    )


async def one(tx: Transaction, webhook_id: UUID, delivery_id: UUID, *, lock: bool = False) -> RowMapping | None:
    """One delivery of a webhook with its item's type and position, as far as the role sees."""
    return await tx.row(
        f"""select d.*, i.type, i.position from webhook_delivery d join feed_item i on i.id = d.item_id
        where d.id = :id and d.webhook_id = :webhook{" for update of d" if lock else ""}""",  # noqa: S608 - two constants
        id=delivery_id,
        webhook=webhook_id,
    )


async def listed(tx: Transaction, webhook_id: UUID, state: str | None, keyset: Keyset) -> list[RowMapping]:
    """A page of a webhook's deliveries, as far as the role sees."""
    return await tx.rows(
        f"""select d.*, i.type, i.position from webhook_delivery d join feed_item i on i.id = d.item_id
        where d.webhook_id = :webhook and (cast(:state as text) is null or d.state = :state) and {keyset.where}
        order by {keyset.order} limit :page_size""",  # noqa: S608 - constants of the sort
        webhook=webhook_id,
        state=state,
        **keyset.parameters,
    )


async def of_invoice(tx: Transaction, invoice_id: UUID) -> list[RowMapping]:
    """Deliveries about an invoice, as far as the role sees."""
    return await tx.rows(
        """select d.*, i.type, i.position from webhook_delivery d join feed_item i on i.id = d.item_id
        where d.invoice_id = :invoice order by i.position, d.id""",
        invoice=invoice_id,
    )


async def attempts(tx: Transaction, deliveries: Collection[UUID]) -> list[RowMapping]:
    """What came of each attempt, in order, as far as the role sees."""
    return await tx.rows(
        """select delivery_id, number, at, milliseconds, status, error, response from webhook_attempt
        where delivery_id = any(cast(:ids as uuid[])) order by delivery_id, number""",
        ids=list(deliveries),
    )
