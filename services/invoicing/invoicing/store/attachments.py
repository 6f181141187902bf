"""Files that travel with an invoice (BG-24)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.refs import AttachmentRef, DocumentRef
from mesh.transaction import Transaction


@dataclass(frozen=True)
class NewAttachment:
    """A file about to be kept."""

    id: UUID
    invoice_id: UUID
    author_id: UUID
    name: str
    description: str
    document: DocumentRef


async def add(tx: Transaction, new: NewAttachment, now: datetime) -> bool:
    """Keep a file; False when the invoice has one of that name."""
    return (
        await tx.value(
            """insert into attachment (id, invoice_id, author_id, name, description, media_type, size, document,
                created_at)
            values (:id, :invoice, :author, :name, :description, :media_type, :size, cast(:document as jsonb), :now)
            on conflict (invoice_id, lower(name)) do nothing returning id""",
            id=new.id,
            invoice=new.invoice_id,
            author=new.author_id,
            name=new.name,
            description=new.description,
            media_type=new.document.media_type,
            size=new.document.size,
            document=new.document.model_dump_json(),
            now=now,
        )
        is not None
    )


async def of_invoice(tx: Transaction, invoice_id: UUID) -> list[RowMapping]:
    """The files of an invoice, in the order in which they came."""
    return await tx.rows("select * from attachment where invoice_id = :invoice order by id", invoice=invoice_id)


async def one(tx: Transaction, attachment_id: UUID) -> RowMapping | None:
    """A file that the transaction's companies may see."""
    return await tx.row("select * from attachment where id = :id", id=attachment_id)


async def remove(tx: Transaction, attachment_id: UUID) -> None:
    """Take a file away. Its bytes stay where they are addressed by their content: other documents may name them."""
    await tx.execute("delete from attachment where id = :id", id=attachment_id)


def reference(row: RowMapping) -> AttachmentRef:
    """How a fact names a file."""
    return AttachmentRef(
        name=row["name"], description=row["description"], document=DocumentRef.model_validate(row["document"])
    )
