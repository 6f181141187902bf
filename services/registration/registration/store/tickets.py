"""Rows of `ticket` and `ticket_entry`: what people ask support, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction
from registration.domain.support_desk import Desk


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
    desk: str
    desk_name: str
    desk_company_id: UUID | None
    person_id: UUID | None
    at: datetime
    changed_at: datetime

    def at_desk(self, company_id: UUID, person_id: UUID) -> bool:
        """Whether somebody who acts for a company answers this ticket; else they ask."""
        return self.desk_company_id == company_id and (self.company_id != company_id or self.person_id != person_id)


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


_COLUMNS = """id, number, company_id, email, name, language, topic, unit_id, document, subject, state, desk,
    desk_name, desk_company_id, person_id, at, changed_at"""


async def insert(tx: Transaction, ticket_id: UUID, asker: Asker, asked: Asked, desk: Desk) -> Ticket:
    """Open a ticket at a desk; its number is what people name on the phone."""
    row = await tx.row(
        f"""insert into ticket (id, company_id, person_id, email, name, language, topic, unit_id, document, subject,
            desk, desk_name, desk_company_id)
        values (:id, :company, :person, :email, :name, :language, :topic, :unit, :document, :subject, :desk,
            :desk_name, :desk_company)
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
        desk=desk.kind,
        desk_name=desk.name,
        desk_company=desk.company_id,
    )
    assert row is not None
    return Ticket(**row)


async def add(
    tx: Transaction,
    entry_id: UUID,
    ticket: Ticket,
    *,
    author: str,
    person_id: UUID | None,
    text: str,
    from_support: bool,
    state: str,
) -> None:
    """Add a message, and say where the ticket stands."""
    await tx.execute(
        """insert into ticket_entry (id, ticket_id, company_id, author, person_id, from_support, text)
        values (:id, :ticket, :company, :author, :person, :support, :text)""",
        id=entry_id,
        ticket=ticket.id,
        company=ticket.company_id,
        author=author,
        person=person_id,
        support=from_support,
        text=text,
    )
    await tx.execute("update ticket set state = :state, changed_at = now() where id = :id", id=ticket.id, state=state)


async def read(tx: Transaction, ticket_id: UUID) -> Ticket | None:
    """A ticket that the transaction may see."""
    row = await tx.row(f"select {_COLUMNS} from ticket where id = :id", id=ticket_id)  # noqa: S608 - own columns
    return Ticket(**row) if row else None


async def of_number(tx: Transaction, number: int) -> Ticket | None:
    """The ticket of a number, held until the transaction ends. For the pipeline role."""
    sql = f"select {_COLUMNS} from ticket where number = :number for update"  # noqa: S608 - columns of this module
    row = await tx.row(sql, number=number)
    return Ticket(**row) if row else None


async def desk_of_unit(tx: Transaction, unit_id: UUID, asker: UUID | None) -> RowMapping | None:
    """Name, contacts, hours and price of the support of a unit that answers this company."""
    return await tx.row("select * from unit_desk(:unit, :asker)", unit=unit_id, asker=asker)


async def lock(tx: Transaction, ticket_id: UUID) -> None:
    """Let others who add to the ticket wait until this transaction ends."""
    await tx.execute("select 1 from ticket where id = :id for update", id=ticket_id)


async def pass_on(tx: Transaction, ticket_id: UUID, topic: str, unit_id: UUID | None, desk: Desk) -> Ticket:
    """Let another desk answer; number and thread stay."""
    row = await tx.row(
        f"""update ticket set topic = :topic, unit_id = :unit, desk = :desk, desk_name = :name,
            desk_company_id = :company, changed_at = now()
        where id = :id returning {_COLUMNS}""",  # noqa: S608 - columns of this module
        id=ticket_id,
        topic=topic,
        unit=unit_id,
        desk=desk.kind,
        name=desk.name,
        company=desk.company_id,
    )
    assert row is not None
    return Ticket(**row)


@dataclass(frozen=True)
class Narrowed:
    """Which tickets of the queue; None leaves open."""

    state: str | None = None
    number: int | None = None
    topic: str | None = None
    unit_id: UUID | None = None
    desk: str | None = None
    at_desk: bool = False
    """Those that the company's people answer, instead of those that they ask."""


async def latest(tx: Transaction, company_id: UUID | None, of: Narrowed) -> list[Ticket]:
    """A company's tickets, or with None everybody's, the latest change first."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from ticket where (cast(:company as uuid) is null
                or case when :at_desk then desk_company_id else company_id end = :company)
            and (cast(:state as text) is null or state = :state)
            and (cast(:number as bigint) is null or number = :number)
            and (cast(:topic as text) is null or topic = :topic)
            and (cast(:unit as uuid) is null or unit_id = :unit)
            and (cast(:desk as text) is null or desk = :desk)
        order by changed_at desc, id limit 200""",  # noqa: S608 - columns of this module
        company=company_id,
        at_desk=of.at_desk,
        state=of.state,
        number=of.number,
        topic=of.topic,
        unit=of.unit_id,
        desk=of.desk,
    )
    return [Ticket(**row) for row in rows]


async def thread(tx: Transaction, ticket_id: UUID) -> list[Entry]:
    """The messages of a ticket, oldest first."""
    rows = await tx.rows(
        "select author, from_support, text, at from ticket_entry where ticket_id = :id order by at, id", id=ticket_id
    )
    return [Entry(**row) for row in rows]
