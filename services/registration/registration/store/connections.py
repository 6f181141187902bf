"""Rows of `connection`: how a supplier and a buyer's unit stand with each other."""

from datetime import datetime
from uuid import UUID

from contracts.registration import ConnectionStatus
from mesh.transaction import Transaction


async def insert(
    tx: Transaction,
    connection_id: UUID,
    *,
    supplier_id: UUID,
    buyer_id: UUID,
    unit_id: UUID,
    status: ConnectionStatus,
    since: datetime,
    supplier_number: str | None = None,
    consent: bool = False,
    message: str = "",
) -> bool:
    """Make a connection; False when the two have one, whatever its status."""
    result = await tx.execute(
        """insert into connection (id, supplier_id, buyer_id, unit_id, status, since, supplier_number, consent, message)
        values (:id, :supplier, :buyer, :unit, :status, :since, :number, :consent, :message) on conflict do nothing""",
        id=connection_id,
        supplier=supplier_id,
        buyer=buyer_id,
        unit=unit_id,
        status=str(status),
        since=since,
        number=supplier_number,
        consent=consent,
        message=message,
    )
    return result.rowcount == 1
