"""Models of invoices that people of a company keep."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from documents.invoice import InvoiceDraft
from mesh.transaction import Transaction


@dataclass(frozen=True)
class NewTemplate:
    """A template about to be kept; `owner` is the person or client that made it."""

    id: UUID
    supplier_id: UUID
    owner: str
    shared: bool
    name: str
    unit_id: UUID
    content: InvoiceDraft


async def add(tx: Transaction, new: NewTemplate, now: datetime) -> None:
    """Keep a template."""
    await tx.execute(
        """insert into template (id, supplier_id, owner, shared, name, unit_id, content, created_at)
        values (:id, :supplier, :owner, :shared, :name, :unit, cast(:content as jsonb), :now)""",
        id=new.id,
        supplier=new.supplier_id,
        owner=new.owner,
        shared=new.shared,
        name=new.name,
        unit=new.unit_id,
        content=new.content.model_dump_json(),
        now=now,
    )


async def visible(tx: Transaction, owner: str) -> list[RowMapping]:
    """Somebody's own templates and those that the company shares, by name."""
    return await tx.rows(
        """select *, content ->> 'currency' currency, content -> 'buyer' ->> 'name' buyer_name,
            jsonb_array_length(content -> 'lines') lines
        from template where shared or owner = :owner order by lower(name), id limit 500""",
        owner=owner,
    )


async def one(tx: Transaction, template_id: UUID, owner: str) -> RowMapping | None:
    """A template that somebody may use."""
    return await tx.row(
        "select * from template where id = :id and (shared or owner = :owner)", id=template_id, owner=owner
    )


async def change(tx: Transaction, template_id: UUID, name: str, *, shared: bool) -> None:
    """Rename it, share it or keep it to oneself."""
    await tx.execute(
        "update template set name = :name, shared = :shared where id = :id", id=template_id, name=name, shared=shared
    )


async def remove(tx: Transaction, template_id: UUID) -> None:
    """Throw it away; invoices that were made from it stay."""
    await tx.execute("delete from template where id = :id", id=template_id)
