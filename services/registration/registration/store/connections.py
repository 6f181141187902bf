"""Rows of `connection`: how a supplier and a buyer's unit stand with each other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.registration import AskedBy, ConnectionStatus, PageLanguage
from mesh.db import jsonb
from mesh.paging import Keyset
from mesh.transaction import Transaction

Direction = Literal["sent", "received"]
"""Of a request, for one of the two companies."""


@dataclass(frozen=True)
class Connection:
    """A connection with the names that both sides see."""

    id: UUID
    supplier_id: UUID
    buyer_id: UUID
    unit_id: UUID
    status: ConnectionStatus
    since: datetime
    asked_by: AskedBy
    supplier_number: str | None
    consent: bool
    customer_language: PageLanguage | None
    message: str
    reason: str
    ready_state: str
    ready_at: datetime | None
    activates_at: datetime | None
    question: str
    ready_contact: str
    reminder_at: datetime | None
    supplier_name: str
    buyer_name: str
    unit_name: str
    supplier_confirmed: bool
    proof: dict[str, Any] | None = None
    """Of the consent, as `domain/consent.py` says."""

    @property
    def decider_id(self) -> UUID:
        """The company that accepts or refuses: the one that was asked."""
        return self.supplier_id if self.asked_by == "buyer" else self.buyer_id


@dataclass(frozen=True)
class UnitToJoin:
    """What a supplier sees of a unit before they are connected."""

    company_id: UUID
    name: str
    legal_name: str


_COLUMNS: Final = """id, supplier_id, buyer_id, unit_id, status, since, asked_by, supplier_number, consent,
    customer_language, message, reason, ready_state, ready_at, activates_at, question, ready_contact, reminder_at,
    consent_proof"""


async def insert(
    tx: Transaction,
    connection_id: UUID,
    *,
    supplier_id: UUID,
    buyer_id: UUID,
    unit_id: UUID,
    status: ConnectionStatus,
    since: datetime,
    asked_by: AskedBy = "supplier",
    supplier_number: str | None = None,
    consent: bool = False,
    message: str = "",
    proof: dict[str, Any] | None = None,
) -> bool:
    """Make a connection; False when the two have one, whatever its status."""
    result = await tx.execute(
        """insert into connection (id, supplier_id, buyer_id, unit_id, status, since, asked_by, supplier_number,
            consent, message, consent_proof)
        values (:id, :supplier, :buyer, :unit, :status, :since, :asked_by, :number, :consent, :message,
            cast(:proof as jsonb))
        on conflict do nothing""",
        id=connection_id,
        supplier=supplier_id,
        buyer=buyer_id,
        unit=unit_id,
        status=str(status),
        since=since,
        asked_by=asked_by,
        number=supplier_number,
        consent=consent,
        message=message,
        proof=jsonb(proof) if proof else None,
    )
    return result.rowcount == 1


async def unit_to_join(tx: Transaction, unit_id: UUID) -> UnitToJoin | None:
    """An open unit of an active company."""
    row = await tx.row("select company_id, name, legal_name from unit_to_join(:unit)", unit=unit_id)
    return UnitToJoin(**row) if row else None


async def with_names(tx: Transaction, rows: list[RowMapping]) -> list[Connection]:
    """The connections of rows, in their order."""
    names = await tx.rows("select * from partners_of(cast(:ids as uuid[]))", ids=[row["id"] for row in rows])
    by_id = {each["id"]: each for each in names}
    return [_connection(row, by_id[row["id"]]) for row in rows]


def _connection(row: RowMapping, names: RowMapping) -> Connection:
    return Connection(
        id=row["id"],
        supplier_id=row["supplier_id"],
        buyer_id=row["buyer_id"],
        unit_id=row["unit_id"],
        status=ConnectionStatus(row["status"]),
        since=row["since"],
        asked_by=row["asked_by"],
        supplier_number=row["supplier_number"],
        consent=row["consent"],
        customer_language=row["customer_language"],
        message=row["message"],
        reason=row["reason"],
        ready_state=row["ready_state"],
        ready_at=row["ready_at"],
        activates_at=row["activates_at"],
        question=row["question"],
        ready_contact=row["ready_contact"],
        reminder_at=row["reminder_at"],
        supplier_name=names["supplier_name"],
        buyer_name=names["buyer_name"],
        unit_name=names["unit_name"],
        supplier_confirmed=names["supplier_confirmed"],
        proof=row["consent_proof"],
    )


async def page(
    tx: Transaction, company_id: UUID, status: ConnectionStatus | None, direction: Direction | None, keyset: Keyset
) -> list[RowMapping]:
    """Rows of one page of a company's connections, on either side; `direction`: open requests alone, of that way."""
    return await tx.rows(
        f"""select {_COLUMNS} from connection
        where (supplier_id = :company or buyer_id = :company)
            and (cast(:status as text) is null or status = :status)
            and (cast(:direction as text) is null or (status = 'requested'
                and (case asked_by when 'supplier' then supplier_id else buyer_id end = :company)
                    = (:direction = 'sent')))
            and {keyset.where}
        order by {keyset.order} limit :page_size""",  # noqa: S608 - columns of this module and of a Sort
        company=company_id,
        status=status,
        direction=direction,
        **keyset.parameters,
    )


async def read(tx: Transaction, connection_id: UUID) -> Connection | None:
    """A connection that the transaction may see, held until it ends."""
    row = await tx.row(
        f"select {_COLUMNS} from connection where id = :id for update",  # noqa: S608 - columns of this module
        id=connection_id,
    )
    return (await with_names(tx, [row]))[0] if row else None


async def between(tx: Transaction, supplier_id: UUID, unit_id: UUID) -> Connection | None:
    """The connection of a supplier with a unit, held until the transaction ends."""
    found: UUID | None = await tx.value(
        "select id from connection where supplier_id = :supplier and unit_id = :unit",
        supplier=supplier_id,
        unit=unit_id,
    )
    return await read(tx, found) if found else None


async def silent(tx: Transaction, now: datetime) -> list[Connection]:
    """Notices whose days of silence are over, held until the transaction ends. For the pipeline role."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from connection
        where ready_state = 'notified' and activates_at <= :now and status = 'active'
        order by id limit 50 for update skip locked""",  # noqa: S608 - columns of this module
        now=now,
    )
    return await with_names(tx, rows)


async def to_remind(tx: Transaction, now: datetime) -> list[Connection]:
    """Notices and questions that wait too long, held until the transaction ends. For the pipeline role."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from connection where reminder_at <= :now and status = 'active'
        order by id limit 50 for update skip locked""",  # noqa: S608 - columns of this module
        now=now,
    )
    return await with_names(tx, rows)


async def update(tx: Transaction, connection: Connection) -> None:
    """Write what can change about a connection."""
    await tx.execute(
        """update connection set status = :status, since = :since, asked_by = :asked_by, supplier_number = :number,
            consent = :consent, consent_proof = cast(:proof as jsonb), customer_language = :language,
            message = :message, reason = :reason, ready_state = :ready_state, ready_at = :ready_at,
            activates_at = :activates_at, question = :question, ready_contact = :ready_contact,
            reminder_at = :reminder_at where id = :id""",
        id=connection.id,
        status=str(connection.status),
        since=connection.since,
        asked_by=connection.asked_by,
        number=connection.supplier_number,
        consent=connection.consent,
        language=connection.customer_language,
        message=connection.message,
        reason=connection.reason,
        ready_state=connection.ready_state,
        ready_at=connection.ready_at,
        activates_at=connection.activates_at,
        question=connection.question,
        ready_contact=connection.ready_contact,
        reminder_at=connection.reminder_at,
        proof=jsonb(connection.proof) if connection.proof else None,
    )
