"""Rows of `challenge`: a right password waiting for its second factor, or a factor waiting for its first proof."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from mesh.transaction import Transaction
from registration.domain.second_factor import Method

LASTS: Final = timedelta(minutes=10)
Purpose = Literal["sign_in", "set_up"]


@dataclass(frozen=True)
class Challenge:
    """What somebody still has to prove. `code_sha256` is None when no code was sent, or it is too old."""

    person_id: UUID
    factor_id: UUID | None
    tries: int
    sent: int
    code_sha256: bytes | None
    code_kind: Method | None
    passkey_challenge: bytes | None


async def insert(
    tx: Transaction,
    digest: bytes,
    person_id: UUID,
    purpose: Purpose,
    *,
    factor_id: UUID | None = None,
    passkey_challenge: bytes | None = None,
) -> datetime:
    """Keep a challenge for ten minutes; returns when it ends."""
    ends: datetime = await tx.value(
        """insert into challenge (token_sha256, person_id, purpose, factor_id, passkey_challenge, expires_at)
        values (:digest, :person, :purpose, :factor, :passkey, now() + cast(:lasts as interval))
        returning expires_at""",
        digest=digest,
        person=person_id,
        purpose=purpose,
        factor=factor_id,
        passkey=passkey_challenge,
        lasts=LASTS,
    )
    return ends


async def read(tx: Transaction, digest: bytes, purpose: Purpose) -> Challenge | None:
    """The challenge of a token, held until the transaction ends; None when it is over."""
    row = await tx.row(
        """select person_id, factor_id, tries, sent, code_kind, passkey_challenge,
            case when code_expires_at > now() then code_sha256 end as code_sha256
        from challenge where token_sha256 = :digest and purpose = :purpose and expires_at > now() for update""",
        digest=digest,
        purpose=purpose,
    )
    if row is None:
        return None
    return Challenge(
        person_id=row["person_id"],
        factor_id=row["factor_id"],
        tries=row["tries"],
        sent=row["sent"],
        code_sha256=bytes(row["code_sha256"]) if row["code_sha256"] else None,
        code_kind=Method(row["code_kind"]) if row["code_kind"] else None,
        passkey_challenge=bytes(row["passkey_challenge"]) if row["passkey_challenge"] else None,
    )


async def count_try(tx: Transaction, digest: bytes) -> None:
    """One more wrong answer."""
    await tx.execute("update challenge set tries = tries + 1 where token_sha256 = :digest", digest=digest)


async def keep_code(tx: Transaction, digest: bytes, kind: Method, code_sha256: bytes, lasts: timedelta) -> datetime:
    """A code is on its way; one that was sent before ends. Returns until when it works."""
    ends: datetime = await tx.value(
        """update challenge set code_sha256 = :code, code_kind = :kind, sent = sent + 1,
            code_expires_at = least(now() + cast(:lasts as interval), expires_at)
        where token_sha256 = :digest returning code_expires_at""",
        digest=digest,
        code=code_sha256,
        kind=str(kind),
        lasts=lasts,
    )
    return ends


async def delete(tx: Transaction, digest: bytes) -> None:
    """It is proved, or given up."""
    await tx.execute("delete from challenge where token_sha256 = :digest", digest=digest)


async def forget_old(tx: Transaction) -> None:
    """Delete those that are over."""
    await tx.execute("delete from challenge where expires_at < now()")
