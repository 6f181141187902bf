"""What the buyer's rulebook wants filled, asked of the orders, receipts, despatches and companies of a draft."""

from contracts.rulebooks import EnrichmentSource
from documents.invoice import InvoiceDraft
from documents.order import Order
from invoicing.domain import enrichment, takings
from invoicing.domain.enrichment import Filled, Origin, Sources
from invoicing.store import order_origins, orders
from invoicing.store.orders import Parties
from invoicing.trade import Relation
from mesh.transaction import Transaction


async def enriched(
    tx: Transaction, parties: Parties, draft: InvoiceDraft, relation: Relation
) -> tuple[InvoiceDraft, tuple[Filled, ...]]:
    """The draft with the terms that the unit's rulebook wants and the draft lacks, each marked."""
    wanted = enrichment.lacking(draft, relation.wanted)
    if not wanted:
        return draft, ()
    return enrichment.fill(draft, wanted, await _sources(tx, parties, draft, relation, {w.source for w in wanted}))


async def _sources(
    tx: Transaction, parties: Parties, draft: InvoiceDraft, relation: Relation, asked: set[EnrichmentSource]
) -> Sources:
    named = list(dict.fromkeys(name for line in draft.lines if (name := takings.line_name(draft, line))))
    numbers = list(dict.fromkeys(order for order, _ in named)) or [draft.order_reference or ""]
    found = await order_origins.named(tx, parties, named) if asked & {"receipt", "despatch"} and named else []
    return Sources(
        orders=await _orders(tx, parties, numbers) if "order" in asked else (),
        receipts=[Origin(row["number"], row["dated"]) for row in found if row["kind"] == "receipt"],
        despatches=[Origin(row["number"], row["dated"]) for row in found if row["kind"] == "despatch"],
        unit_code=relation.unit_code,
        supplier_number=relation.supplier_number,
        buyer=f"{relation.buyer.legal_name} ({relation.unit.name})",
    )


async def _orders(tx: Transaction, parties: Parties, numbers: list[str]) -> tuple[Order, ...]:
    rows = await order_origins.orders_named(tx, parties, numbers)
    found = [orders.content(row) for row in rows]
    return tuple(order for order in found if order is not None)
