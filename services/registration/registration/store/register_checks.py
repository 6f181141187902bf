"""Columns `register_…` of `company`: what a public register says of its number. For the pipeline role."""

from collections.abc import Sequence
from uuid import UUID

from mesh.transaction import Transaction
from registration.domain.identifiers import Key
from registration.domain.register import ASKED_AGAIN_AFTER_HOURS, Entry
from registration.store import companies


async def due(tx: Transaction, limit: int) -> list[tuple[UUID, list[Key]]]:
    """Companies that no register was asked about yet, or that were asked about when it was away, with their keys."""
    rows = await tx.rows(
        """select c.id, (select coalesce(jsonb_agg(jsonb_build_array(k.scheme, k.value)), '[]')
            from company_key k where k.company_id = c.id) as keys
        from company c where c.active and not c.erased and (c.register_at is null
            or (c.register_state = 'unreachable' and c.register_at < now() - make_interval(hours => :hours)))
        order by c.register_at nulls first, c.id limit :limit""",
        hours=ASKED_AGAIN_AFTER_HOURS,
        limit=limit,
    )
    return [(row["id"], [Key(scheme, value) for scheme, value in row["keys"]]) for row in rows]


async def keep(tx: Transaction, company_id: UUID, asked: Sequence[Key], entry: Entry | None) -> None:
    """What was said; None where no register knows numbers of this kind. Nothing is kept when the company's keys are
    not those `asked` any more: they are asked about in turn."""
    await companies.lock(tx, company_id)
    await tx.execute(
        """update company set register_state = :state, register_name = :name, register_source = :source,
            register_at = now()
        from (select coalesce(array_agg(scheme || ' ' || value), '{}') as keys from company_key
            where company_id = :id) now_held
        where id = :id and now_held.keys @> cast(:asked as text[]) and now_held.keys <@ cast(:asked as text[])""",
        id=company_id,
        asked=[f"{key.scheme} {key.value}" for key in asked],
        state=entry.state if entry else "unchecked",
        name=entry.legal_name if entry else "",
        source=entry.register if entry else "",
    )
