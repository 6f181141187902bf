"""What a company did with documents in its own view: read them, threw them away. The other side sees none of it."""

from datetime import datetime
from uuid import UUID

from mesh.transaction import Transaction


async def read(tx: Transaction, company_id: UUID, invoice_id: UUID, at: datetime | None) -> None:
    """Read, or (None) unread again."""
    await tx.execute(
        """insert into mark (company_id, invoice_id, read_at) values (:company, :invoice, :at)
        on conflict (company_id, invoice_id) do update set read_at = excluded.read_at""",
        company=company_id,
        invoice=invoice_id,
        at=at,
    )


async def trash(tx: Transaction, company_id: UUID, invoice_id: UUID, at: datetime | None) -> None:
    """Into the trash, or (None) back to where it came from."""
    await tx.execute(
        """insert into mark (company_id, invoice_id, trashed_at) values (:company, :invoice, :at)
        on conflict (company_id, invoice_id) do update set trashed_at = excluded.trashed_at""",
        company=company_id,
        invoice=invoice_id,
        at=at,
    )
