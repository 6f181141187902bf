"""Reads of the audit trail for a company."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction


async def of_company(tx: Transaction, company_id: UUID, after: int, limit: int) -> Sequence[RowMapping]:
    """Chained rows of a company after a number; the transaction must act for it."""
    return await tx.rows(
        "select * from audit_of(:company, :after, :limit)", company=company_id, after=after, limit=limit
    )
