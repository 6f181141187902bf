"""Rows of `activation`: links on their way. Only a digest of a link's token is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from mesh.db import jsonb
from mesh.transaction import Transaction
from registration import errors

NOBODY: Final = UUID(int=0)
"""The company of a link that comes before there is one."""
LASTS: Final = timedelta(days=3)
_KEPT: Final = timedelta(days=30)
Purpose = Literal["account", "password", "address", "consent"]


@dataclass(frozen=True)
class Activation:
    """A link that somebody was sent. `company_id` is nil for a registration, whose company comes with it."""

    activation_id: UUID
    purpose: Purpose
    email: str
    company_id: UUID
    request: dict[str, Any]
    over: bool


async def insert(
    tx: Transaction,
    activation_id: UUID,
    digest: bytes,
    *,
    email: str,
    company_id: UUID,
    request: dict[str, Any],
    purpose: Purpose = "account",
    lasts: timedelta = LASTS,
) -> None:
    """Keep a link, for three days unless said otherwise."""
    await tx.execute(
        """insert into activation (id, token_sha256, email, company_id, purpose, request, expires_at)
        values (:id, :digest, :email, :company, :purpose, cast(:request as jsonb),
            now() + cast(:lasts as interval))""",
        id=activation_id,
        digest=digest,
        email=email,
        company=company_id,
        purpose=purpose,
        request=jsonb(request),
        lasts=lasts,
    )


@dataclass(frozen=True)
class NewLink:
    """A link to be kept, of a company that is not there yet."""

    activation_id: UUID
    digest: bytes
    email: str
    request: dict[str, Any]


async def insert_many(tx: Transaction, links: Sequence[NewLink], *, purpose: Purpose, lasts: timedelta) -> None:
    """Keep many links at once. For the pipeline role."""
    await tx.execute(
        """insert into activation (id, token_sha256, email, company_id, purpose, request, expires_at)
        select i, d, e, :company, :purpose, r, now() + cast(:lasts as interval)
        from unnest(cast(:ids as uuid[]), cast(:digests as bytea[]), cast(:emails as text[]),
            cast(:requests as jsonb[])) t(i, d, e, r)""",
        ids=[link.activation_id for link in links],
        digests=[link.digest for link in links],
        emails=[link.email for link in links],
        requests=[jsonb(link.request) for link in links],
        company=NOBODY,
        purpose=purpose,
        lasts=lasts,
    )


async def read(tx: Transaction, digest: bytes, *, lock: bool = False) -> Activation | None:
    """The link of a token; `lock` lets others wait who use it at this moment. For the pipeline role."""
    if lock:
        await tx.execute("select 1 from activation where token_sha256 = :digest for update", digest=digest)
    row = await tx.row(
        """select id, purpose, email, company_id, request, used_at is not null or expires_at <= now() as over
        from activation where token_sha256 = :digest""",
        digest=digest,
    )
    if row is None:
        return None
    return Activation(row["id"], row["purpose"], row["email"], row["company_id"], row["request"], row["over"])


def living(found: Activation | None) -> Activation:
    """The link, if it can still be used. Raises NotFound (`ACTIVATION_UNKNOWN`), Gone (`ACTIVATION_OVER`)."""
    if found is None:
        raise errors.activation_unknown()
    if found.over:
        raise errors.activation_over()
    return found


async def use(tx: Transaction, activation_id: UUID) -> None:
    """It opens nothing any more. For the pipeline role."""
    await tx.execute("update activation set used_at = now() where id = :id", id=activation_id)


async def renew(tx: Transaction, email: str, digest: bytes) -> dict[str, Any] | None:
    """Give the newest link to an account that an address never used another token, and time anew; what it asked for.

    None: there is none. For the pipeline role.
    """
    return await tx.value(
        """update activation set token_sha256 = :digest,
            expires_at = greatest(expires_at, now() + cast(:lasts as interval))
        where id = (select id from activation where lower(email) = lower(:email) and purpose = 'account'
            and used_at is null order by created_at desc, id desc limit 1 for update)
        returning request""",
        digest=digest,
        lasts=LASTS,
        email=email,
    )


async def invited(tx: Transaction, company_id: UUID) -> list[tuple[UUID, str, dict[str, Any], datetime]]:
    """Those whom a company has asked in and who have not come yet: id, e-mail, request, until when."""
    rows = await tx.rows(
        """select id, email, request, expires_at from activation
        where company_id = :company and purpose = 'account' and used_at is null and expires_at > now() order by id""",
        company=company_id,
    )
    return [(row["id"], row["email"], row["request"], row["expires_at"]) for row in rows]


async def withdraw(tx: Transaction, company_id: UUID, *, activation_id: UUID | None = None, email: str = "") -> bool:
    """Take back the link of this id, or all to an e-mail; False when there was none."""
    result = await tx.execute(
        """delete from activation where company_id = :company and purpose = 'account' and used_at is null
            and (id = cast(:id as uuid) or lower(email) = lower(:email))""",
        company=company_id,
        id=activation_id,
        email=email,
    )
    return result.rowcount > 0


async def forget_address(tx: Transaction, person_id: UUID, email: str) -> None:
    """Delete what was sent to an address that is no longer this person's. For the pipeline role."""
    await tx.execute(
        """delete from activation where purpose in ('password', 'address') and used_at is null
            and lower(email) = lower(:email) and request ->> 'person_id' = :person""",
        email=email,
        person=str(person_id),
    )


async def forget_old(tx: Transaction) -> None:
    """Delete links that ended a month ago, and with them what people typed who never came."""
    await tx.execute("delete from activation where expires_at < now() - cast(:kept as interval)", kept=_KEPT)
