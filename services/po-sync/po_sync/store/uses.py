"""What invoices take of order lines: a projection of the invoices' facts that any order of them leaves the same."""

from collections.abc import Sequence
from uuid import UUID

from contracts.invoices import InvoiceArchived
from mesh.transaction import Transaction


async def add(tx: Transaction, facts: Sequence[InvoiceArchived]) -> None:
    """Archived invoices count."""
    uses = [(fact, use) for fact in facts for use in fact.order_lines]
    await tx.execute(
        """insert into invoice_use (submission_id, order_line_id, order_id, buyer_id, supplier_id, delivery_id,
            quantity, amount)
        select submission_id, order_line_id, order_id, buyer_id, supplier_id, delivery_id, sum(quantity), sum(amount)
        from unnest(cast(:submissions as uuid[]), cast(:lines as uuid[]), cast(:orders as uuid[]),
            cast(:buyers as uuid[]), cast(:suppliers as uuid[]), cast(:deliveries as uuid[]),
            cast(:quantities as numeric[]), cast(:amounts as numeric[]))
            v(submission_id, order_line_id, order_id, buyer_id, supplier_id, delivery_id, quantity, amount)
        group by 1, 2, 3, 4, 5, 6 on conflict do nothing""",
        submissions=[fact.submission_id for fact, _ in uses],
        lines=[use.order_line_id for _, use in uses],
        orders=[use.order_id for _, use in uses],
        buyers=[fact.buyer_id for fact, _ in uses],
        suppliers=[fact.supplier_id for fact, _ in uses],
        deliveries=[fact.delivery_id for fact, _ in uses],
        quantities=[use.quantity for _, use in uses],
        amounts=[use.amount for _, use in uses],
    )


async def end(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Submissions that were cancelled and deliveries that were refused or rejected count no more."""
    await tx.execute(
        "insert into ended_use (id) select unnest(cast(:ids as uuid[])) on conflict do nothing", ids=list(ids)
    )
