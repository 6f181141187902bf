"""Uploads: what came in, kept as evidence, and what became of each of its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.refs import DocumentRef
from invoicing.domain.matching import Candidate
from invoicing.store import orders
from invoicing.store.orders import Parties
from mesh import tenants
from mesh.transaction import Transaction


@dataclass(frozen=True)
class NewUpload:
    """An upload that was worked through; `entries` are JSON objects, one a file."""

    id: UUID
    supplier_id: UUID
    name: str
    document: DocumentRef
    entries: Sequence[dict[str, Any]]


async def add(tx: Transaction, new: NewUpload, now: datetime) -> None:
    """Keep it."""
    await tx.execute(
        """insert into upload (id, supplier_id, name, document, entries, created_at)
        values (:id, :supplier, :name, cast(:document as jsonb), cast(:entries as jsonb), :now)""",
        id=new.id,
        supplier=new.supplier_id,
        name=new.name,
        document=new.document.model_dump_json(),
        entries=orjson.dumps(list(new.entries)).decode(),
        now=now,
    )


async def one(tx: Transaction, upload_id: UUID) -> RowMapping | None:
    """An upload of the transaction's companies."""
    return await tx.row("select * from upload where id = :id", id=upload_id)


async def candidates(tx: Transaction, parties: Parties, numbers: Sequence[str]) -> list[Candidate]:
    """Order lines that an invoice to a buyer may bill: of the orders that it names, else all that are open."""
    rows = await tx.rows(
        f"""select l.id, o.number, l.identifier, l.unit, l.content,
            l.allowed - (l.invoiced + l.reserved - l.credited) left_
        from order_line l join sales_order o on o.id = l.order_id
        where {parties.between} and not l.withdrawn and not o.closed
            and (cardinality(cast(:numbers as text[])) = 0 or o.number = any (cast(:numbers as text[])))
        order by o.issue_date desc, l.position limit 5000""",  # noqa: S608 - names of it
        **parties.named,
        numbers=list(numbers),
    )
    return [_candidate(row) for row in rows]


def _candidate(row: RowMapping) -> Candidate:
    content: dict[str, Any] = row["content"]
    item: dict[str, Any] = content["item"]
    price: dict[str, Any] | None = content.get("price")
    standard: dict[str, Any] | None = item.get("standard_identifier")
    names = (item.get("buyer_identifier"), item.get("seller_identifier"), standard["value"] if standard else None)
    return Candidate(
        order_line_id=row["id"],
        order_number=row["number"],
        identifier=row["identifier"],
        unit=row["unit"],
        price=Decimal(price["net"]) / Decimal(price.get("base_quantity") or 1) if price else None,
        available=row["left_"],
        items=frozenset(name for name in names if name),
    )


async def numbers_known(tx: Transaction, suppliers: Sequence[UUID], numbers: Sequence[str]) -> list[str]:
    """Those of these numbers that a supplier has an order of."""
    return await tx.values(
        f"""select distinct o.number from sales_order o
        where {tenants.own("o.supplier_id", suppliers)} and o.number = any (cast(:numbers as text[]))""",  # noqa: S608 - names of it
        **tenants.named(suppliers),
        numbers=list(numbers),
    )


async def orders_named(tx: Transaction, suppliers: Sequence[UUID], numbers: Sequence[str]) -> list[RowMapping]:
    """A supplier's open orders of these numbers, the newest first (`orders.content`)."""
    return await tx.rows(
        f"""select o.id, o.unit_id, {orders.CONTENT} from sales_order o
        where {tenants.own("o.supplier_id", suppliers)} and o.number = any (cast(:numbers as text[])) and not o.closed
        order by o.issue_date desc""",  # noqa: S608 - names of it
        **tenants.named(suppliers),
        numbers=list(numbers),
    )
