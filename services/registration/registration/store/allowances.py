"""Rows of `allowance`."""

from dataclasses import dataclass
from uuid import UUID

from mesh.transaction import Transaction


@dataclass(frozen=True)
class Allowance:
    """What a company may send in all; None is no limit."""

    granted: int | None


async def read(tx: Transaction, company_id: UUID) -> Allowance | None:
    """What was granted; None when nothing was ever said."""
    row = await tx.row("select granted from allowance where company_id = :company", company=company_id)
    return Allowance(row["granted"]) if row else None
