"""What a draft's terms may come from: the orders that it bills, and what came after their lines."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from invoicing.domain.takings import LineName
from invoicing.store import orders
from invoicing.store.orders import Parties
from mesh.transaction import Transaction

_MOST_ORDERS = 50


async def orders_named(tx: Transaction, parties: Parties, numbers: Sequence[str]) -> list[RowMapping]:
    """Orders between the two by their numbers (`orders.content`)."""
    return await tx.rows(
        f"""select {orders.CONTENT} from sales_order o where {parties.between}
            and o.number = any (cast(:numbers as text[])) order by o.number limit :most""",  # noqa: S608 - names of it
        **parties.named,
        numbers=list(numbers),
        most=_MOST_ORDERS,
    )


async def named(tx: Transaction, parties: Parties, names: Sequence[LineName]) -> list[RowMapping]:
    """Receipts and despatches of order lines, each once, the oldest first; what went back is none."""
    return await tx.rows(
        f"""select d.kind, d.number, d.dated, min(d.learnt_at) learnt_at
        from unnest(cast(:orders as text[]), cast(:lines as text[])) w(order_number, line)
        join sales_order o on {parties.between} and o.number = w.order_number
        join order_line l on l.order_id = o.id and l.identifier = w.line
        join order_document d on d.order_line_id = l.id
        where d.kind in ('receipt', 'despatch') and d.quantity > 0
        group by d.id, d.kind, d.number, d.dated order by d.dated, learnt_at""",  # noqa: S608 - names of it
        orders=[order for order, _ in names],
        lines=[line for _, line in names],
        **parties.named,
    )
