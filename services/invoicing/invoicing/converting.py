"""From orders to the draft of one invoice: which lines, how much of each, and what stands against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.invoices import Kind
from contracts.money import shortest
from documents.order import OrderLine
from invoicing import drafting, errors, trade
from invoicing.domain import billable, conversion
from invoicing.domain.billable import OrderFacts
from invoicing.domain.conversion import Converted, Convertible
from invoicing.domain.drafts import DraftEdit
from invoicing.domain.takings import KnownLine, LineName
from invoicing.drafting import Made
from invoicing.env import Env
from invoicing.store import orders, pairs, self_billing
from invoicing.store.invoices import NewInvoice
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Chosen:
    """What the seller ticked of one order line; neither quantity nor amount: all that is available."""

    quantity: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Wanted:
    """Orders of one unit; `lines` by order line, None for all; `despatch_id`: the quantities of that despatch."""

    order_ids: tuple[UUID, ...]
    lines: Mapping[UUID, Chosen] | None = None
    despatch_id: UUID | None = None
    self_billed: bool = False
    """The buyer of the orders writes the invoice, in the supplier's name (389)."""


async def _order(tx: Transaction, order_id: UUID, companies: Sequence[UUID], *, self_billed: bool) -> RowMapping:
    row = await orders.to_convert(tx, order_id, companies, self_billed=self_billed)
    if row is None:
        raise errors.order_unknown()
    return row


async def convert(tx: Transaction, env: Env, companies: Sequence[UUID], wanted: Wanted, edit: DraftEdit) -> Made:
    """A draft of what can be invoiced of some orders now, with the edit's terms written.

    Raises Refusal (`NOTHING_TO_INVOICE`, `ORDERS_DIFFER`, `ORDER_LINE_UNKNOWN`, `SELF_BILLING_NOT_AGREED`, a blocking
    code).
    """
    rows = [await _order(tx, order_id, companies, self_billed=wanted.self_billed) for order_id in wanted.order_ids]
    if len({(row["supplier_id"], row["buyer_id"], row["unit_id"], row["currency"]) for row in rows}) > 1:
        raise errors.orders_differ()
    seller_id: UUID = rows[0]["supplier_id"]
    author_id: UUID = rows[0]["buyer_id"] if wanted.self_billed else seller_id
    relation = await trade.between(tx, pairs.of(rows[0]))
    if wanted.self_billed and not await self_billing.agreed(tx, relation.sellers, relation.buyers):
        raise errors.self_billing_not_agreed()
    today = env.clock.today(relation.supplier.time_zone)
    for row in rows:
        facts = OrderFacts(row["response"], row["closed"], row["changed_on"], row["archived"])
        blocks = billable.order_blocks(facts, relation.trade, today)
        if blocks:
            raise errors.blocked(blocks[0].code)
    taken = [await _taken(tx, row, wanted) for row in rows]
    ticked = {line for found in taken for line in found.lines}
    if wanted.lines is not None and set(wanted.lines) - ticked:
        raise errors.order_line_unknown()
    converted = [found.converted for found in taken if found.converted is not None]
    if not converted:
        raise errors.nothing_to_invoice()
    draft = conversion.draft(converted, seller=relation.seller_party, buyer=relation.buyer_party, today=today)
    if wanted.self_billed:
        draft = conversion.self_billed(draft)
    new = NewInvoice(
        id=new_id(),
        supplier_id=seller_id,
        buyer_id=rows[0]["buyer_id"],
        unit_id=rows[0]["unit_id"],
        kind=Kind.INVOICE,
        draft=await drafting.with_terms(tx, relation, draft, edit),
        author_id=author_id,
    )
    known = {name: line for found in taken for name, line in found.known.items()}
    return Made(new, relation, known)


@dataclass(frozen=True)
class _Taken:
    """What is taken of one order, None for nothing; the ids of all its lines; those that are taken, by their names."""

    converted: Converted | None
    lines: frozenset[UUID]
    known: Mapping[LineName, KnownLine]


async def _taken(tx: Transaction, row: RowMapping, wanted: Wanted) -> _Taken:
    lines = orders.lines_to_convert(row)
    ids = frozenset(line["order_line_id"] for line in lines)
    order = orders.content(row)
    if order is None:
        return _Taken(None, ids, {})
    terms = {line.identifier: line for line in order.lines}
    announced = await _announced(tx, row["id"], wanted.despatch_id) if wanted.despatch_id else None
    found: list[Convertible] = []
    known: dict[LineName, KnownLine] = {}
    for line in lines:
        line_id = line["order_line_id"]
        chosen = Chosen() if wanted.lines is None else wanted.lines.get(line_id)
        if chosen is None or line["withdrawn"] or (announced is not None and line_id not in announced):
            continue
        taken = _line(line, terms[line["identifier"]], chosen, announced[line_id] if announced else None)
        if taken is not None:
            found.append(taken)
            known[orders.name_of(line)] = orders.known(line)
    number = None
    if announced is not None:
        number = next(
            (d["number"] for d in await orders.documents(tx, row["id"]) if d["id"] == wanted.despatch_id), None
        )
    return _Taken(Converted(order, tuple(found), number) if found else None, ids, known)


async def _announced(tx: Transaction, order_id: UUID, despatch_id: UUID) -> dict[UUID, Decimal]:
    rows = await orders.documents(tx, order_id)
    return {row["order_line_id"]: row["quantity"] for row in rows if row["id"] == despatch_id}


def _line(row: Mapping[str, Any], line: OrderLine, chosen: Chosen, announced: Decimal | None) -> Convertible | None:
    """What is taken of a line: as ticked, else as announced, else all there is; None for a line with nothing left."""
    ticked = chosen.quantity is not None or chosen.amount is not None
    if row["by_amount"]:
        if chosen.quantity is not None:
            return Convertible(line, chosen.quantity)
        amount = chosen.amount if chosen.amount is not None else row["amount_available"]
        return Convertible(line, line.quantity, shortest(amount)) if ticked or amount > 0 else None
    if ticked:
        return Convertible(line, chosen.quantity or Decimal(0), chosen.amount if chosen.quantity is None else None)
    capped = row["amount_available"] is not None and row["amount_available"] <= 0
    if row["available"] <= 0 or capped:
        return None
    return Convertible(line, shortest(min(row["available"], announced or row["available"])))
