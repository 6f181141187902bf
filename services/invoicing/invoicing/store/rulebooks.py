"""What buyers' rulebooks want filled where an invoice lacks it; the newest version of each unit, read in `pairs`."""

from collections.abc import Sequence
from uuid import UUID

import orjson

from contracts.rulebooks import RulebookState
from mesh.transaction import Transaction


async def keep(tx: Transaction, states: Sequence[RulebookState]) -> None:
    """Take over published rulebooks; an older version never overwrites a newer one."""
    newest: dict[UUID, RulebookState] = {}
    for state in states:
        if state.unit_id not in newest or newest[state.unit_id].rulebook_version < state.rulebook_version:
            newest[state.unit_id] = state
    await tx.execute(
        """insert into rulebook (unit_id, version, enrichment)
        select * from unnest(cast(:units as uuid[]), cast(:versions as int[]), cast(:enrichments as jsonb[]))
        on conflict (unit_id) do update set version = excluded.version, enrichment = excluded.enrichment
        where rulebook.version < excluded.version""",
        units=list(newest),
        versions=[state.rulebook_version for state in newest.values()],
        enrichments=[
            orjson.dumps([wish.model_dump(mode="json") for wish in state.enrichment]).decode()
            for state in newest.values()
        ],
    )
