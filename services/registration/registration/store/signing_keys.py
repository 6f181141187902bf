"""Rows of `signing_key`."""

from collections.abc import Collection

from sqlalchemy import RowMapping

from mesh.transaction import Transaction
from registration.domain.key_times import KeyTimes


async def lock(tx: Transaction) -> None:
    """Let one replica at a time decide about keys."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('registration/signing_key', 0))")


async def times(tx: Transaction) -> list[KeyTimes]:
    """When each key lives."""
    rows = await tx.rows("select kid, created_at, signs_from from signing_key")
    return [KeyTimes(row["kid"], row["created_at"], row["signs_from"]) for row in rows]


async def read(tx: Transaction) -> list[RowMapping]:
    """Every key, oldest first: kid, sealed, created_at, signs_from."""
    return await tx.rows("select kid, sealed, created_at, signs_from from signing_key order by signs_from, kid")


async def insert(tx: Transaction, key: KeyTimes, sealed: str) -> None:
    """Keep a new key."""
    await tx.execute(
        """insert into signing_key (kid, sealed, created_at, signs_from)
        values (:kid, :sealed, :created_at, :signs_from)""",
        kid=key.kid,
        sealed=sealed,
        created_at=key.created_at,
        signs_from=key.signs_from,
    )


async def delete(tx: Transaction, kids: Collection[str]) -> None:
    """Forget retired keys."""
    if kids:
        await tx.execute("delete from signing_key where kid = any(cast(:kids as text[]))", kids=list(kids))
