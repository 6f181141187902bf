"""What the orders say of an invoice's lines at its submit: the input of the buyer's rules on price and quantity."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from contracts.invoices import MOST_CONTEXT, OrderContext, OrderLineUse
from contracts.money import shortest
from documents.invoice import InvoiceDraft
from invoicing.domain.takings import KnownLine, LineName, line_name
from mesh.transaction import Transaction


async def of(
    tx: Transaction, draft: InvoiceDraft, known: Mapping[LineName, KnownLine], uses: Sequence[OrderLineUse]
) -> tuple[OrderContext, ...]:
    """One entry a billed line, in the invoice's order; none for a long invoice, whose fact would grow too large.

    Called after the lines were reserved: what this invoice takes is left out of `invoiced`.
    """
    billed = [
        (index, known[name])
        for index, line in enumerate(draft.lines)
        if (name := line_name(draft, line)) is not None and name in known
    ]
    if not billed or len(billed) > MOST_CONTEXT:
        return ()
    rows = await tx.rows(
        """select l.id, l.ordered, l.received, l.invoiced + l.reserved - l.credited invoiced, o.revision
        from order_line l join sales_order o on o.id = l.order_id where l.id = any (cast(:ids as uuid[]))""",
        ids=sorted({line.order_line_id for _, line in billed}),
    )
    by_id = {row["id"]: row for row in rows}
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    for use in uses:
        taken[use.order_line_id] += max(use.quantity, Decimal(0))
    return tuple(
        OrderContext(
            line=index,
            ordered=shortest(row["ordered"]),
            received=shortest(row["received"]),
            invoiced=shortest(row["invoiced"] - taken[line.order_line_id]),
            unit_price=None if line.price is None else round(line.price, 12),
            revision=row["revision"],
        )
        for index, line in billed
        if (row := by_id.get(line.order_line_id)) is not None
    )
