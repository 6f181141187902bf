"""How companies want their invoices, and which mails people switched off."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from contracts.invoices import Channel
from mesh.transaction import Transaction

DEFAULT_CHANNEL = Channel.PORTAL


async def channel(tx: Transaction, company_id: UUID) -> Channel:
    """How a company wants the invoices it gets."""
    found = await tx.value("select channel from company_preference where company_id = :company", company=company_id)
    return Channel(found) if found else DEFAULT_CHANNEL


async def channels(tx: Transaction, companies: Collection[UUID]) -> dict[UUID, Channel]:
    """The same for several companies; those that chose nothing have the default."""
    rows = await tx.rows(
        "select company_id, channel from company_preference where company_id = any(cast(:ids as uuid[]))",
        ids=list(companies),
    )
    chosen = {row["company_id"]: Channel(row["channel"]) for row in rows}
    return {company_id: chosen.get(company_id, DEFAULT_CHANNEL) for company_id in companies}


async def choose(tx: Transaction, company_id: UUID, wanted: Channel, at: datetime) -> None:
    """Set a company's channel; it holds for the next invoices."""
    await tx.execute(
        """insert into company_preference values (:company, :channel, :at)
        on conflict (company_id) do update set channel = excluded.channel, changed_at = excluded.changed_at""",
        company=company_id,
        channel=wanted.value,
        at=at,
    )


async def forget_channel(tx: Transaction, company_id: UUID, at: datetime) -> None:
    """What was chosen before a moment holds no more. For the pipeline role."""
    await tx.execute(
        "delete from company_preference where company_id = :company and changed_at < :at", company=company_id, at=at
    )


async def switched_off(tx: Transaction, company_id: UUID, user_id: UUID) -> frozenset[str]:
    """The kinds of mail that a person does not want about a company."""
    found = await tx.value(
        "select unwanted from mail_preference where company_id = :company and user_id = :user",
        company=company_id,
        user=user_id,
    )
    return frozenset(found or ())


async def who_switched_off(tx: Transaction, company_id: UUID, kind: str) -> set[UUID]:
    """The people of a company who do not want a kind of mail."""
    rows = await tx.rows(
        "select user_id from mail_preference where company_id = :company and :kind = any(unwanted)",
        company=company_id,
        kind=kind,
    )
    return {row["user_id"] for row in rows}


async def switch(tx: Transaction, company_id: UUID, user_id: UUID, off: Collection[str], at: datetime) -> None:
    """Set the kinds of mail that a person does not want about a company."""
    await tx.execute(
        """insert into mail_preference values (:company, :user, cast(:off as text[]), :at)
        on conflict (company_id, user_id) do update
            set unwanted = excluded.unwanted, changed_at = excluded.changed_at""",
        company=company_id,
        user=user_id,
        off=sorted(off),
        at=at,
    )
