"""Rows of `ticket` and `ticket_entry`: what people ask support, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.transaction import Transaction


@dataclass(frozen=True)
class Ticket:
    """A request to support. `company_id` is None for somebody who could not sign in."""

    id: UUID
    number: int
    company_id: UUID | None
    email: str
    name: str
    language: str
    topic: str
    unit_id: UUID | None
    document: str
    subject: str
    state: str
    at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Entry:
    """One message of a ticket's thread."""

    author: str
    from_support: bool
    text: str
    at: datetime


@dataclass(frozen=True)
class Asked:
    """What somebody asks: about what, for which unit and document (a number or id of theirs)."""

    topic: str
    subject: str
    text: str
    unit_id: UUID | None = None
    document: str = ""


@dataclass(frozen=True)
class Asker:
    """Who asks, and how they are written to."""

    email: str
    name: str
    language: str
    company_id: UUID | None = None
    person_id: UUID | None = None


_COLUMNS = """id, number, company_id, email, name, language, topic, unit_id, document, subject, state, at, changed_at"""


async def insert(tx: Transaction, ticket_id: UUID, asker: Asker, asked: Asked) -> Ticket:
    """Open a ticket; its number is what people name on the phone."""
    row = await tx.row(
        f"""insert into ticket (id, company_id, person_id, email, name, language, topic, unit_id, document, subject)
        values (:id, :company, :person, :email, :name, :language, :topic, :unit, :document, :subject)
        returning {_COLUMNS}""",  # noqa: S608 - columns of this module
        id=ticket_id,
        company=asker.company_id,
        person=asker.person_id,
        email=asker.email,
        name=asker.name,
        language=asker.language,
        topic=asked.topic,
        unit=asked.unit_id,
        document=asked.document,
        subject=asked.subject,
    )
    assert row is not None
    return Ticket(**row)


async def add(
    tx: Transaction, entry_id: UUID, ticket: Ticket, *, author: str, text: str, from_support: bool, state: str
) -> None:
    """Add a message, and say where the ticket stands."""
    await tx.execute(
        """insert into ticket_entry (id, ticket_id, company_id, author, from_support, text)
        values (:id, :ticket, :company, :author, :support, :text)""",
        id=entry_id,
        ticket=ticket.id,
        company=ticket.company_id,
        author=author,
        support=from_support,
        text=text,
    )
    await tx.execute("update ticket set state = :state, changed_at = now() where id = :id", id=ticket.id, state=state)


async def read(tx: Transaction, ticket_id: UUID) -> Ticket | None:
    """A ticket that the transaction may see."""
    row = await tx.row(f"select {_COLUMNS} from ticket where id = :id", id=ticket_id)  # noqa: S608 - own columns
    return Ticket(**row) if row else None


async def lock(tx: Transaction, ticket_id: UUID) -> None:
    """Let others who add to the ticket wait until this transaction ends."""
    await tx.execute("select 1 from ticket where id = :id for update", id=ticket_id)


async def latest(tx: Transaction, company_id: UUID | None, state: str | None) -> list[Ticket]:
    """A company's tickets, or with None everybody's, the latest change first."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from ticket where (cast(:company as uuid) is null or company_id = :company)
            and (cast(:state as text) is null or state = :state)
        order by changed_at desc, id limit 200""",  # noqa: S608 - columns of this module
        company=company_id,
        state=state,
    )
    return [Ticket(**row) for row in rows]


async def thread(tx: Transaction, ticket_id: UUID) -> list[Entry]:
    """The messages of a ticket, oldest first."""
    rows = await tx.rows(
        "select author, from_support, text, at from ticket_entry where ticket_id = :id order by at, id", id=ticket_id
    )
    return [Entry(**row) for row in rows]
