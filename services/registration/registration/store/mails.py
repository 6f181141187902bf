"""Rows of `outgoing_mail`: mails that have to go, encrypted, since they hold links that open accounts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.paging import Keyset
from mesh.transaction import Transaction

State = Literal["sent", "refused"]


async def insert(tx: Transaction, mail_id: UUID, sealed: str) -> None:
    """Let a mail go once this transaction has committed."""
    await tx.execute("insert into outgoing_mail (id, sealed) values (:id, :sealed)", id=mail_id, sealed=sealed)


async def insert_many(tx: Transaction, ids: Sequence[UUID], sealed: Sequence[str]) -> None:
    """Let many mails go."""
    await tx.execute(
        """insert into outgoing_mail (id, sealed)
        select i, s from unnest(cast(:ids as uuid[]), cast(:sealed as text[])) t(i, s)""",
        ids=list(ids),
        sealed=list(sealed),
    )


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


async def settle(tx: Transaction, mail_id: UUID, state: State) -> None:
    """It has gone, or can never go; the log says which."""
    await tx.execute("delete from outgoing_mail where id = :id", id=mail_id)
    await tx.execute("update mail_log set state = :state where id = :id", id=mail_id, state=state)


async def log(tx: Transaction, mail_id: UUID, company_id: UUID, address: str, subject: str) -> None:
    """Remember that a company was written to; never what links the mail held."""
    await tx.execute(
        "insert into mail_log (id, company_id, address, subject) values (:id, :company, :address, :subject)",
        id=mail_id,
        company=company_id,
        address=address,
        subject=subject,
    )


async def log_page(tx: Transaction, company_id: UUID, keyset: Keyset) -> Sequence[RowMapping]:
    """One page of a company's mail log: id, address, subject, at, state."""
    return await tx.rows(
        f"""select id, address, subject, at, state from mail_log where company_id = :company and {keyset.where}
        order by {keyset.order} limit :page_size""",  # noqa: S608 - columns of a Sort
        company=company_id,
        **keyset.parameters,
    )


async def flag_address(tx: Transaction, address: str, why: str) -> None:
    """A server refuses mail to this address for good."""
    await tx.execute(
        """insert into bad_address (email, why) values (lower(:email), :why)
        on conflict (email) do update set since = now(), why = excluded.why""",
        email=address,
        why=why,
    )


async def came_back(tx: Transaction, mail_id: UUID, address: str, why: str) -> None:
    """A server took a mail and could not deliver it."""
    await flag_address(tx, address, why)
    await tx.execute("update mail_log set state = 'refused' where id = :id", id=mail_id)
