"""Webhooks of companies, as the api role sees them and as the sender needs them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.paging import Keyset
from mesh.transaction import Transaction


async def add(
    tx: Transaction,
    webhook_id: UUID,
    company_id: UUID,
    *,
    url: str,
    description: str,
    types: Sequence[str],
    secret: str,
    at: datetime,
) -> None:
    """Add an active webhook; `secret` is encrypted."""
    await tx.execute(
        """insert into webhook (id, company_id, url, description, types, secret, created_at, changed_at)
        values (:id, :company, :url, :description, cast(:types as text[]), :secret, :at, :at)""",
        id=webhook_id,
        company=company_id,
        url=url,
        description=description,
        types=list(types),
        secret=secret,
        at=at,
    )


async def count(tx: Transaction, company_id: UUID) -> int:
    """How many webhooks a company has; the company's webhooks are locked against further ones until the end."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended(:name, 0))", name=f"webhooks/{company_id}")
    return await tx.value("select count(*) from webhook where company_id = :company", company=company_id)


async def one(tx: Transaction, webhook_id: UUID, *, lock: bool = False) -> RowMapping | None:
    """One webhook, as far as the role sees."""
    return await tx.row(f"select * from webhook where id = :id{' for update' if lock else ''}", id=webhook_id)  # noqa: S608 - two constants


async def listed(tx: Transaction, keyset: Keyset) -> list[RowMapping]:
    """A page of webhooks, as far as the role sees."""
    return await tx.rows(
        f"select * from webhook where {keyset.where} order by {keyset.order} limit :page_size",  # noqa: S608 - constants of the sort
        **keyset.parameters,
    )


async def change(
    tx: Transaction, webhook_id: UUID, *, url: str, description: str, types: Sequence[str], at: datetime
) -> None:
    """Set what may be changed freely."""
    await tx.execute(
        """update webhook set url = :url, description = :description, types = cast(:types as text[]), changed_at = :at
        where id = :id""",
        id=webhook_id,
        url=url,
        description=description,
        types=list(types),
        at=at,
    )


async def enable(tx: Transaction, webhook_id: UUID, at: datetime) -> None:
    """Send to it from now on."""
    await tx.execute(
        """update webhook set state = 'active', disabled_reason = null, failing_since = null, changed_at = :at
        where id = :id""",
        id=webhook_id,
        at=at,
    )


async def disable(tx: Transaction, webhook_id: UUID, reason: str, at: datetime) -> bool:
    """Send nothing more to it; False when it was disabled or is gone."""
    found = await tx.value(
        """update webhook set state = 'disabled', disabled_reason = :reason, changed_at = :at
        where id = :id and state = 'active' returning id""",
        id=webhook_id,
        reason=reason,
        at=at,
    )
    return found is not None


async def untouched_since(tx: Transaction, company_id: UUID, at: datetime) -> list[UUID]:
    """A company's active webhooks that nobody has changed since a moment."""
    rows = await tx.rows(
        "select id from webhook where company_id = :company and state = 'active' and changed_at < :at order by id",
        company=company_id,
        at=at,
    )
    return [row["id"] for row in rows]


async def rotate(tx: Transaction, webhook_id: UUID, secret: str, previous_until: datetime, at: datetime) -> None:
    """Give it a new secret; the one before also signs until `previous_until`."""
    await tx.execute(
        """update webhook set previous_secret = secret, previous_until = :until, secret = :secret, changed_at = :at
        where id = :id""",
        id=webhook_id,
        secret=secret,
        until=previous_until,
        at=at,
    )


async def remove(tx: Transaction, webhook_id: UUID) -> None:
    """Delete it with its deliveries."""
    await tx.execute("delete from webhook where id = :id", id=webhook_id)


async def any_takes(tx: Transaction, item_type: str) -> bool:
    """Whether an active webhook takes items of a type, as far as the role sees."""
    return await tx.value(
        """select exists (select 1 from webhook
        where state = 'active' and (types = '{}' or :type = any(types)))""",
        type=item_type,
    )


async def failing(tx: Transaction, webhook_id: UUID, at: datetime) -> datetime | None:
    """Note a failure; returns since when every attempt failed, None when the webhook is gone."""
    return await tx.value(
        "update webhook set failing_since = coalesce(failing_since, :at) where id = :id returning failing_since",
        id=webhook_id,
        at=at,
    )


async def well(tx: Transaction, webhook_id: UUID) -> None:
    """Note that it answers."""
    await tx.execute(
        "update webhook set failing_since = null where id = :id and failing_since is not null", id=webhook_id
    )
