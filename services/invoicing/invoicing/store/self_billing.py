"""Which buyers may bill themselves in a supplier's name, as the supplier agreed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mesh import directory, tenants
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


async def end(tx: Transaction, suppliers: Sequence[UUID], buyer_id: UUID) -> bool:
    """Take the agreement of two companies back, whichever of their accounts it names; False when there was none."""
    ended = await tx.values(
        f"""delete from self_billing where {tenants.own("supplier_id", suppliers)}
            and buyer_id = any ({directory.family("cast(:buyer as uuid)")}) returning true""",  # noqa: S608 - names of this module
        **tenants.named(suppliers),
        buyer=buyer_id,
    )
    return bool(ended)


async def agreed(tx: Transaction, suppliers: Sequence[UUID], buyers: Sequence[UUID]) -> bool:
    """Whether it stands between two companies, whichever of their accounts it names."""
    found = await tx.values(
        f"""select true from self_billing where {tenants.own("supplier_id", suppliers, "supplier")}
            and {tenants.own("buyer_id", buyers, "buyer")}""",  # noqa: S608 - names of this module
        **tenants.named(suppliers, "supplier"),
        **tenants.named(buyers, "buyer"),
    )
    return bool(found)


async def of_company(tx: Transaction, companies: Sequence[UUID]) -> list[RowMapping]:
    """A company's agreements on either side, the newest first."""
    return await tx.rows(
        f"""select supplier_id, buyer_id, agreed_at from self_billing
        where {tenants.own("supplier_id", companies)} or {tenants.own("buyer_id", companies)}
        order by agreed_at desc limit 500""",  # noqa: S608 - names of this module
        **tenants.named(companies),
    )
