"""Rows of `outgoing_mail`: mails that have to go, encrypted, since they hold links that open accounts."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction


async def insert(tx: Transaction, mail_id: UUID, sealed: str) -> None:
    """Let a mail go once this transaction has committed."""
    await tx.execute("insert into outgoing_mail (id, sealed) values (:id, :sealed)", id=mail_id, sealed=sealed)


async def take(tx: Transaction, *, limit: int, patience: timedelta) -> Sequence[RowMapping]:
    """Mails that are due (id, sealed, attempts, created_at); if they are not deleted within `patience` they are due
    again.
    """
    return await tx.rows(
        """update outgoing_mail set attempts = attempts + 1, next_at = now() + cast(:patience as interval)
        where id = any (array(select id from outgoing_mail where next_at <= now()
            order by next_at, id limit :limit for update skip locked))
        returning id, sealed, attempts, created_at""",
        limit=limit,
        patience=patience,
    )


async def later(tx: Transaction, mail_id: UUID, wait: timedelta) -> None:
    """Try again after a while."""
    await tx.execute(
        "update outgoing_mail set next_at = now() + cast(:wait as interval) where id = :id", id=mail_id, wait=wait
    )


async def delete(tx: Transaction, mail_id: UUID) -> None:
    """It has gone, or can never go."""
    await tx.execute("delete from outgoing_mail where id = :id", id=mail_id)
