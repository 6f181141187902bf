"""What is known of a person, taken away wherever it stands. For the pipeline role."""

from typing import Final
from uuid import UUID

from mesh.transaction import Transaction

_CREDENTIALS: Final = (
    "credential",
    "person_address",
    "session",
    "device",
    "factor",
    "recovery_code",
    "challenge",
    "membership",
)
"""Tables whose rows are a person's own."""


async def held(tx: Transaction, person_id: UUID) -> list[str] | None:
    """Every address of a person who is not erased yet, held until the transaction ends."""
    row = await tx.row("select email from person where id = :id and not erased for update", id=person_id)
    if row is None:
        return None
    further = await tx.rows("select email from person_address where person_id = :id", id=person_id)
    return [row["email"], *(each["email"] for each in further)]


async def companies(tx: Transaction, person_id: UUID) -> list[UUID]:
    """The companies that a person runs."""
    rows = await tx.rows(
        """select m.company_id from membership m join company c on c.id = m.company_id
        where m.person_id = :id and 'administrator' = any (m.roles) and c.active and not c.erased order by 1""",
        id=person_id,
    )
    return [row["company_id"] for row in rows]


async def anonymise(tx: Transaction, person_id: UUID, emails: list[str]) -> None:
    """Nobody signs in as them any more, and no row says who they were."""
    for table in _CREDENTIALS:
        await tx.execute(
            f"delete from {table} where person_id = :id",  # noqa: S608 - names of this module
            id=person_id,
        )
    lowered = [email.lower() for email in emails]
    await tx.execute("delete from activation where lower(email) = any (cast(:emails as text[]))", emails=lowered)
    await tx.execute("delete from bad_address where email = any (cast(:emails as text[]))", emails=lowered)
    for table in ("ticket", "access_request"):
        await tx.execute(
            f"""update {table} set email = '', name = ''
            where lower(email) = any (cast(:emails as text[]))""",  # noqa: S608 - names of this module
            emails=lowered,
        )
    await tx.execute(
        """update ticket_entry set author = '' where not from_support and ticket_id in (
            select id from ticket where person_id = :id)""",
        id=person_id,
    )
    await tx.execute(
        "update mail_log set address = '' where lower(address) = any (cast(:emails as text[]))", emails=lowered
    )
    await tx.execute(
        "update person set email = null, name = null, active = false, erased = true where id = :id", id=person_id
    )
