"""Invoices that a buyer got on paper: their numbers are taken, so that none is paid twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from invoicing.domain.numbers import number_key
from invoicing.store import invoices
from invoicing.store.orders import Parties
from mesh import tenants
from mesh.paging import Keyset, Sort
from mesh.transaction import Transaction

NEWEST = Sort("newest", "noted_at", "timestamptz", descending=True)


@dataclass(frozen=True)
class PaperInvoice:
    """What the buyer notes of it."""

    id: UUID
    supplier_id: UUID
    buyer_id: UUID
    number: str
    issue_date: date


async def hold(tx: Transaction, parties: Parties, number: str) -> None:
    """Hold a number of a seller until the transaction ends: who notes it and who sends it come one after the other."""
    for supplier_id in sorted(parties.suppliers):
        await tx.execute(
            "select pg_advisory_xact_lock(hashtextextended(:name, 0))", name=invoices.number_lock(supplier_id, number)
        )


async def came(tx: Transaction, parties: Parties, number: str) -> bool:
    """Whether the seller has sent the buyer an electronic invoice of this number, however far it has come, or one of it
    is noted, by whichever of their accounts.
    """
    found = await tx.value(
        """select bool_or(number_sent(s.id, b.id, :key) or exists (select from paper_invoice p
            where p.supplier_id = s.id and p.buyer_id = b.id and p.number_key = :key))
        from unnest(cast(:suppliers as uuid[])) s(id) cross join unnest(cast(:buyers as uuid[])) b(id)""",
        suppliers=list(parties.suppliers),
        buyers=list(parties.buyers),
        key=number_key(number),
    )
    return bool(found)


async def add(tx: Transaction, new: PaperInvoice, actor: str, now: datetime) -> bool:
    """Note it; False when it is noted already."""
    made = await tx.value(
        """insert into paper_invoice (id, supplier_id, buyer_id, number, number_key, issue_date, noted_by, noted_at)
        values (:id, :supplier, :buyer, :number, :key, :issued, :actor, :now)
        on conflict on constraint paper_invoice_once do nothing returning id""",
        id=new.id,
        supplier=new.supplier_id,
        buyer=new.buyer_id,
        number=new.number.strip(),
        key=number_key(new.number),
        issued=new.issue_date,
        actor=actor,
        now=now,
    )
    return made is not None


async def one(tx: Transaction, paper_id: UUID, companies: Sequence[UUID]) -> RowMapping | None:
    """What one of the companies noted."""
    return await tx.row(
        f"select * from paper_invoice where id = :id and {tenants.own('buyer_id', companies)}",  # noqa: S608 - names of this module
        id=paper_id,
        **tenants.named(companies),
    )


async def page(tx: Transaction, companies: Sequence[UUID], keyset: Keyset) -> list[dict[str, Any]]:
    """One page of what `companies` noted and one more."""
    rows = await tx.rows(
        f"""select * from paper_invoice where {tenants.own("buyer_id", companies)} and {keyset.where}
        order by {keyset.order} limit :page_size""",  # noqa: S608 - texts of mesh.paging
        **tenants.named(companies),
        **keyset.parameters,
    )
    return [dict(row) for row in rows]


async def remove(tx: Transaction, paper_id: UUID) -> None:
    """Take a note back: it was a mistake."""
    await tx.execute("delete from paper_invoice where id = :id", id=paper_id)
