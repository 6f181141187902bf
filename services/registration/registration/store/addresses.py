"""Rows of `person_address`: further addresses that somebody has proved to be theirs. For the pipeline role."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.transaction import Transaction


@dataclass(frozen=True)
class Address:
    """A further address of somebody."""

    id: UUID
    email: str
    confirmed_at: datetime


async def of_person(tx: Transaction, person_id: UUID) -> list[Address]:
    """Somebody's further addresses, the oldest first."""
    rows = await tx.rows(
        "select id, email, confirmed_at from person_address where person_id = :person order by confirmed_at, id",
        person=person_id,
    )
    return [Address(**row) for row in rows]


async def insert(tx: Transaction, address_id: UUID, person_id: UUID, email: str) -> None:
    """One more; that nobody else has it was looked at under `people.lock_email`."""
    await tx.execute(
        "insert into person_address (id, person_id, email) values (:id, :person, :email)",
        id=address_id,
        person=person_id,
        email=email,
    )


async def remove(tx: Transaction, address_id: UUID, person_id: UUID) -> None:
    """It signs in nobody any more."""
    await tx.execute(
        "delete from person_address where id = :id and person_id = :person", id=address_id, person=person_id
    )


async def swap(tx: Transaction, address: Address, person_id: UUID, before: str) -> None:
    """Write to somebody at a further address of theirs from now on; the one from before stays as a further one."""
    await tx.execute("update person_address set email = :before where id = :id", id=address.id, before=before)
    await tx.execute("update person set email = :email where id = :person", person=person_id, email=address.email)
