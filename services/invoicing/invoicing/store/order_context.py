"""What the orders say of an invoice's lines at its submit: the input of the buyer's rules on price and quantity."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.invoices import MOST_CONTEXT, OrderContext, OrderLineUse
from contracts.money import shortest
from documents.invoice import InvoiceDraft
from invoicing.domain.takings import KnownLine, LineName, line_name


def of(
    draft: InvoiceDraft,
    known: Mapping[LineName, KnownLine],
    uses: Sequence[OrderLineUse],
    accounts: Mapping[UUID, RowMapping],
) -> tuple[OrderContext, ...]:
    """One entry a billed line, in the invoice's order; none for a long invoice, whose fact would grow too large.

    `accounts` are the lines as they stand once reserved: what this invoice takes is left out of `invoiced`.
    """
    billed = [
        (index, known[name])
        for index, line in enumerate(draft.lines)
        if (name := line_name(draft, line)) is not None and name in known
    ]
    if not billed or len(billed) > MOST_CONTEXT:
        return ()
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
        if (row := accounts.get(line.order_line_id)) is not None
    )
