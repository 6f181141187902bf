"""What invoices take of order lines: a projection of the invoices' facts that any order of them leaves the same."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.invoices import InvoiceArchived, InvoiceSubmitted
from mesh.transaction import Transaction


async def remember(tx: Transaction, facts: Sequence[InvoiceSubmitted]) -> None:
    """What a submission is called, for when it counts."""
    await tx.execute(
        """insert into submission (id, invoice_id, supplier_id, buyer_id, number, kind, issue_date)
        select * from unnest(cast(:ids as uuid[]), cast(:invoices as uuid[]), cast(:suppliers as uuid[]),
            cast(:buyers as uuid[]), cast(:numbers as text[]), cast(:kinds as text[]), cast(:dates as date[]))
        on conflict do nothing""",
        ids=[fact.submission_id for fact in facts],
        invoices=[fact.invoice_id for fact in facts],
        suppliers=[fact.supplier_id for fact in facts],
        buyers=[fact.buyer_id for fact in facts],
        numbers=[fact.number for fact in facts],
        kinds=[fact.kind.value for fact in facts],
        dates=[fact.issue_date for fact in facts],
    )


async def add(tx: Transaction, facts: Sequence[InvoiceArchived]) -> None:
    """Archived invoices count."""
    uses = [(fact, use) for fact in facts for use in fact.order_lines]
    await tx.execute(
        """insert into invoice_use (submission_id, order_line_id, order_id, buyer_id, supplier_id, delivery_id,
            invoice_id, quantity, amount)
        select submission_id, order_line_id, order_id, buyer_id, supplier_id, delivery_id, invoice_id, sum(quantity),
            sum(amount)
        from unnest(cast(:submissions as uuid[]), cast(:lines as uuid[]), cast(:orders as uuid[]),
            cast(:buyers as uuid[]), cast(:suppliers as uuid[]), cast(:deliveries as uuid[]),
            cast(:invoices as uuid[]), cast(:quantities as numeric[]), cast(:amounts as numeric[]))
            v(submission_id, order_line_id, order_id, buyer_id, supplier_id, delivery_id, invoice_id, quantity, amount)
        group by 1, 2, 3, 4, 5, 6, 7 on conflict do nothing""",
        submissions=[fact.submission_id for fact, _ in uses],
        lines=[use.order_line_id for _, use in uses],
        orders=[use.order_id for _, use in uses],
        buyers=[fact.buyer_id for fact, _ in uses],
        suppliers=[fact.supplier_id for fact, _ in uses],
        deliveries=[fact.delivery_id for fact, _ in uses],
        invoices=[fact.invoice_id for fact, _ in uses],
        quantities=[use.quantity for _, use in uses],
        amounts=[use.amount for _, use in uses],
    )


async def end(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Submissions that were cancelled and deliveries that were refused or rejected count no more."""
    await tx.execute(
        "insert into ended_use (id) select unnest(cast(:ids as uuid[])) on conflict do nothing", ids=list(ids)
    )


async def orders_of(tx: Transaction, ids: Sequence[UUID]) -> list[UUID]:
    """The orders that these submissions or deliveries take from."""
    rows = await tx.rows(
        """select order_id from invoice_use where submission_id = any (cast(:ids as uuid[]))
        union select order_id from invoice_use where delivery_id = any (cast(:ids as uuid[]))""",
        ids=list(ids),
    )
    return [row["order_id"] for row in rows]


async def weigh(tx: Transaction, order_ids: Sequence[UUID]) -> None:
    """Note which of these orders are fully invoiced: nothing of any line is left, by quantity or by amount."""
    if not order_ids:
        return
    ids = sorted(set(order_ids))
    await tx.execute(
        "select id from purchase_order where id = any (cast(:ids as uuid[])) order by id for update", ids=ids
    )
    await tx.execute(
        """update purchase_order o set fully_invoiced = f.nothing_left from (
            select l.order_id, bool_and(case when l.by_amount
                then coalesce(u.amount, 0) >= coalesce(l.net_amount, 0)
                else coalesce(u.quantity, 0) >= l.ordered end) nothing_left
            from order_line l left join (
                select order_line_id, sum(quantity) quantity, sum(amount) amount from invoice_use u
                where order_id = any (cast(:ids as uuid[]))
                    and not exists (select 1 from ended_use e where e.id in (u.submission_id, u.delivery_id))
                group by order_line_id) u on u.order_line_id = l.id
            where l.order_id = any (cast(:ids as uuid[])) and not l.withdrawn group by l.order_id) f
        where o.id = f.order_id and o.fully_invoiced <> f.nothing_left""",
        ids=ids,
    )


async def invoices(tx: Transaction, order_id: UUID) -> list[RowMapping]:
    """The invoices that take from an order, the newest first; `counts`: not refused, rejected or cancelled."""
    return await tx.rows(
        """select u.invoice_id, s.number, s.kind, s.issue_date, sum(u.amount) net_amount,
            not exists (select 1 from ended_use e where e.id in (u.submission_id, u.delivery_id)) counts
        from invoice_use u left join submission s on s.id = u.submission_id
        where u.order_id = :order group by u.invoice_id, u.submission_id, u.delivery_id, s.number, s.kind, s.issue_date
        order by s.issue_date desc nulls last, u.invoice_id desc""",
        order=order_id,
    )
