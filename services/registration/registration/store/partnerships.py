"""Whether two companies have to do with each other. For the pipeline role."""

from uuid import UUID

from mesh.transaction import Transaction


async def exists(tx: Transaction, own: UUID, partner_id: UUID) -> bool:
    """They are connected or about to be, on either side, or `own` brought the partner as a customer."""
    found: bool = await tx.value(
        """select exists (select from connection where status in ('requested', 'active')
                and ((supplier_id = :own and buyer_id = :partner) or (supplier_id = :partner and buyer_id = :own)))
            or exists (select from prospect
                where company_id = :own and partner_id = :partner and state <> 'declined')""",
        own=own,
        partner=partner_id,
    )
    return found
