"""The column `company.merged_into`, and what follows it. For the pipeline role."""

from typing import Final
from uuid import UUID

from mesh.transaction import Transaction


async def merged_into(tx: Transaction, company_id: UUID) -> UUID | None:
    """The account that this one was joined to."""
    found: UUID | None = await tx.value("select merged_into from company where id = :id", id=company_id)
    return found


async def of(tx: Transaction, company_id: UUID) -> list[UUID]:
    """The accounts that were joined to this one."""
    return [row["id"] for row in await tx.rows("select id from company where merged_into = :id", id=company_id)]


_FOLLOW: Final = (
    ("ticket", "company_id"),
    ("ticket", "desk_company_id"),
    ("ticket_entry", "company_id"),
    ("ticket_file", "company_id"),
    ("campaign", "company_id"),
    ("campaign_error", "company_id"),
    ("prospect", "company_id"),
    ("prospect", "partner_id"),
    ("purchase", "company_id"),
    ("mail_log", "company_id"),
    ("access_request", "company_id"),
    ("access_request", "proposed_by"),
    ("group_entity", "head_id"),
    ("group_entity", "entity_id"),
)
"""What an account asked, brought, bought and was written: its company goes on with it."""
_VERSIONED: Final = ("company_profile", "back_end")
"""What an account says of itself: it follows where the one that stays has said nothing."""


async def follow(tx: Transaction, gone: UUID, kept: UUID) -> None:
    """Let the history of `gone` be `kept`'s. Of an entity that both brought, the one that stays goes on waiting.

    Proofs of the terms stay where they were given: they may not be changed.
    """
    both = {"gone": gone, "kept": kept}
    await tx.execute(
        """update prospect g set replaced_at = now() where company_id = :gone and replaced_at is null
            and exists (select from prospect k where k.company_id = :kept and k.replaced_at is null and k.side = g.side
                and k.unit_id is not distinct from g.unit_id and (k.scheme, k.value) = (g.scheme, g.value))""",
        **both,
    )
    # A company is in one group: the one that stays keeps its own, if it has any.
    await tx.execute(
        """delete from group_entity where :gone in (head_id, entity_id) and exists (
            select from group_entity k where :kept in (k.head_id, k.entity_id))""",
        **both,
    )
    for table, column in _FOLLOW:
        await tx.execute(f"update {table} set {column} = :kept where {column} = :gone", **both)  # noqa: S608 - names of this module
    for table in _VERSIONED:
        await tx.execute(
            f"""update {table} set company_id = :kept where company_id = :gone
                and not exists (select from {table} k where k.company_id = :kept)""",  # noqa: S608 - names of this module
            **both,
        )
    await tx.execute(
        """update company_logo set company_id = :kept where company_id = :gone
            and not exists (select from company_logo k where k.company_id = :kept)""",
        **both,
    )
    await tx.execute(
        """update activation set company_id = :kept
        where company_id = :gone and purpose = 'account' and used_at is null""",
        **both,
    )


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
