"""Rows of `allowance`."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from mesh.transaction import Transaction


@dataclass(frozen=True)
class Allowance:
    """What a company may send in all; None is no limit. `free_until`: when free transactions are granted again.

    `archive_ends_at`: when the archive option ends; None is never.
    """

    granted: int | None
    plan: str
    free_until: date | None
    archive_ends_at: datetime | None


async def read(tx: Transaction, company_id: UUID) -> Allowance | None:
    """What was granted; None when nothing was ever said."""
    row = await tx.row(
        "select granted, plan, free_until, archive_ends_at from allowance where company_id = :company",
        company=company_id,
    )
    return Allowance(**row) if row else None


async def lock(tx: Transaction, company_id: UUID) -> Allowance | None:
    """The same, held until the transaction ends. For the pipeline role."""
    await tx.execute("select 1 from allowance where company_id = :company for update", company=company_id)
    return await read(tx, company_id)
