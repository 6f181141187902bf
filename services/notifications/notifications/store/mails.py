"""The queue of mails: whom, about what; the address and the words are found when it is sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction
from notifications.domain.mails import MailKind


@dataclass(frozen=True)
class Letter:
    """A mail to be sent to a person of a company about an item."""

    id: UUID
    user_id: UUID
    company_id: UUID
    item_id: UUID
    kind: MailKind
    invoice_id: UUID | None


async def add(tx: Transaction, letters: Sequence[Letter], at: datetime, give_up_at: datetime) -> None:
    """Queue mails; one that is there already stays as it is."""
    if not letters:
        return
    await tx.execute(
        """insert into mail (id, user_id, company_id, item_id, kind, invoice_id, next_at, give_up_at, created_at)
        select id, user_id, company_id, item_id, kind, invoice_id, :at, :give_up_at, :at
        from unnest(cast(:ids as uuid[]), cast(:users as uuid[]), cast(:companies as uuid[]),
            cast(:items as uuid[]), cast(:kinds as text[]), cast(:invoices as uuid[]))
            t(id, user_id, company_id, item_id, kind, invoice_id)
        on conflict do nothing""",
        ids=[letter.id for letter in letters],
        users=[letter.user_id for letter in letters],
        companies=[letter.company_id for letter in letters],
        items=[letter.item_id for letter in letters],
        kinds=[letter.kind.value for letter in letters],
        invoices=[letter.invoice_id for letter in letters],
        at=at,
        give_up_at=give_up_at,
    )


async def due(tx: Transaction, now: datetime, *, busy: Collection[UUID], limit: int) -> list[RowMapping]:
    """Mails to be sent now, with the data of their item."""
    return await tx.rows(
        """select m.*, i.data from mail m join feed_item i on i.id = m.item_id
        where m.state = 'pending' and m.next_at <= :now and not m.id = any(cast(:busy as uuid[]))
        order by m.next_at, m.id limit :limit""",
        now=now,
        busy=list(busy),
        limit=limit,
    )


async def settle(tx: Transaction, mail_id: UUID, state: str, at: datetime, error: str | None = None) -> None:
    """It was taken by the server, is given up, or is not wanted any more."""
    await tx.execute(
        """update mail set state = :state, next_at = null, settled_at = :at, last_error = :error,
            attempts = attempts + cast(:tried as int) where id = :id""",
        id=mail_id,
        state=state,
        at=at,
        error=error,
        tried=int(state != "skipped"),
    )


async def postpone(tx: Transaction, mail_id: UUID, until: datetime, error: str, *, counts: bool) -> None:
    """Try again then; `counts`: an attempt was spent."""
    await tx.execute(
        """update mail set next_at = :until, last_error = :error, attempts = attempts + cast(:spent as int)
        where id = :id""",
        id=mail_id,
        until=until,
        error=error,
        spent=int(counts),
    )


async def of_invoice(tx: Transaction, invoice_id: UUID) -> list[RowMapping]:
    """Mails about an invoice, as far as the role sees."""
    return await tx.rows(
        """select id, kind, state, attempts, next_at, created_at, settled_at from mail
        where invoice_id = :invoice order by created_at, id""",
        invoice=invoice_id,
    )
