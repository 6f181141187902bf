"""Who may read the rules of a buyer's unit."""

from uuid import UUID

from mesh import directory
from mesh.transaction import Transaction


async def may_read(tx: Transaction, unit_id: UUID, company_id: UUID) -> bool:
    """The unit's own company, and suppliers who are connected to it."""
    return await owns(tx, unit_id, company_id) or await directory.connected(tx, company_id, unit_id)


async def owns(tx: Transaction, unit_id: UUID, company_id: UUID) -> bool:
    """Whether the unit is one of the company's."""
    unit = await directory.unit(tx, unit_id)
    return unit is not None and unit.company_id == company_id
