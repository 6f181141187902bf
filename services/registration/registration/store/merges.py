"""The column `company.merged_into`, and what follows it. For the pipeline role."""

from uuid import UUID

from mesh.transaction import Transaction


async def merged_into(tx: Transaction, company_id: UUID) -> UUID | None:
    """The account that this one was joined to."""
    found: UUID | None = await tx.value("select merged_into from company where id = :id", id=company_id)
    return found


async def of(tx: Transaction, company_id: UUID) -> list[UUID]:
    """The accounts that were joined to this one."""
    return [row["id"] for row in await tx.rows("select id from company where merged_into = :id", id=company_id)]


async def move(tx: Transaction, gone: UUID, kept: UUID) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """Let everything of `gone` be `kept`'s; returns units, connections, and connections that ended, as both had one."""
    both = {"gone": gone, "kept": kept}
    units = await tx.rows(
        """update unit u set company_id = :kept, name = case when exists (select from unit o
                where o.company_id = :kept and lower(o.name) = lower(u.name)) then left(u.name, 100) || ' (2)'
            else u.name end
        where company_id = :gone returning id""",
        **both,
    )
    ended = await tx.rows(
        """update connection n set status = 'disconnected', since = now(), consent = false
        where (n.supplier_id = :gone and exists (select from connection o
                where o.supplier_id = :kept and o.unit_id = n.unit_id))
            or (n.supplier_id = :gone and n.buyer_id = :kept) or (n.supplier_id = :kept and n.buyer_id = :gone)
        returning n.id""",
        **both,
    )
    skipped = [row["id"] for row in ended]
    moved = await tx.rows(
        """update connection set supplier_id = case when supplier_id = :gone then :kept else supplier_id end,
            buyer_id = case when buyer_id = :gone then :kept else buyer_id end
        where (supplier_id = :gone or buyer_id = :gone) and id <> all (cast(:skipped as uuid[])) returning id""",
        **both,
        skipped=skipped,
    )
    await tx.execute("update company_key set company_id = :kept, joined = true where company_id = :gone", **both)
    await tx.execute("update client_secret set company_id = :kept where company_id = :gone", **both)
    await tx.execute("update client set company_id = :kept where company_id = :gone", **both)
    await tx.execute("update company set merged_into = :kept where merged_into = :gone", **both)
    await tx.execute("update company set merged_into = :kept, active = false where id = :gone", **both)
    return [row["id"] for row in units], [row["id"] for row in moved], skipped
