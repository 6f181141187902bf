"""Rows of `unit`: the parts of a buyer that order, each with its own settings."""

from uuid import UUID

from mesh.db import jsonb
from mesh.transaction import Transaction
from registration.domain.unit import UnitSettings


async def insert(tx: Transaction, unit_id: UUID, company_id: UUID, name: str, settings: UnitSettings) -> bool:
    """Make a unit; False when the company has one of this name, or there is one of this id."""
    result = await tx.execute(
        """insert into unit (id, company_id, name, settings)
        values (:id, :company, :name, cast(:settings as jsonb)) on conflict do nothing""",
        id=unit_id,
        company=company_id,
        name=name,
        settings=jsonb(settings.model_dump(mode="json")),
    )
    return result.rowcount == 1
