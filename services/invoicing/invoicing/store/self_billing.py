"""Which buyers may bill themselves in a supplier's name, as the supplier agreed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction


async def agree(tx: Transaction, supplier_id: UUID, buyer_id: UUID, actor: str, now: datetime) -> None:
    """Keep the agreement; the same twice changes nothing."""
    await tx.execute(
        """insert into self_billing (supplier_id, buyer_id, agreed_by, agreed_at)
        values (:supplier, :buyer, :actor, :now) on conflict do nothing""",
        supplier=supplier_id,
        buyer=buyer_id,
        actor=actor,
        now=now,
    )


async def end(tx: Transaction, supplier_id: UUID, buyer_id: UUID) -> bool:
    """Take the agreement back; False when there was none."""
    ended = await tx.value(
        "delete from self_billing where supplier_id = :supplier and buyer_id = :buyer returning true",
        supplier=supplier_id,
        buyer=buyer_id,
    )
    return bool(ended)


async def agreed(tx: Transaction, supplier_id: UUID, buyer_id: UUID) -> bool:
    """Whether it stands."""
    found = await tx.value(
        "select true from self_billing where supplier_id = :supplier and buyer_id = :buyer",
        supplier=supplier_id,
        buyer=buyer_id,
    )
    return bool(found)


async def of_company(tx: Transaction, company_id: UUID) -> list[RowMapping]:
    """A company's agreements on either side, the newest first."""
    return await tx.rows(
        """select supplier_id, buyer_id, agreed_at from self_billing
        where supplier_id = :company or buyer_id = :company order by agreed_at desc limit 500""",
        company=company_id,
    )
