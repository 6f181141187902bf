"""Rows of `ticket_file`: what goes with a ticket; the bytes are in the object store."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.refs import DocumentRef
from mesh.db import jsonb
from mesh.transaction import Transaction
from registration.store.tickets import Ticket


@dataclass(frozen=True)
class TicketFile:
    """A file of a ticket."""

    id: UUID
    name: str
    from_support: bool
    at: datetime
    document: DocumentRef

    @property
    def media_type(self) -> str:
        """What its bytes are."""
        return self.document.media_type

    @property
    def size(self) -> int:
        """In bytes."""
        return self.document.size


async def insert(
    tx: Transaction, file_id: UUID, ticket: Ticket, name: str, document: DocumentRef, *, from_support: bool
) -> None:
    """Put a file to a ticket."""
    await tx.execute(
        """insert into ticket_file (id, ticket_id, company_id, from_support, name, document)
        values (:id, :ticket, :company, :support, :name, cast(:document as jsonb))""",
        id=file_id,
        ticket=ticket.id,
        company=ticket.company_id,
        support=from_support,
        name=name,
        document=jsonb(document.model_dump(mode="json")),
    )


async def of_ticket(tx: Transaction, ticket_id: UUID) -> list[TicketFile]:
    """The files of a ticket that the transaction may see, oldest first."""
    rows = await tx.rows(
        "select id, name, from_support, at, document from ticket_file where ticket_id = :id order by at, id",
        id=ticket_id,
    )
    return [
        TicketFile(row["id"], row["name"], row["from_support"], row["at"], DocumentRef.model_validate(row["document"]))
        for row in rows
    ]
