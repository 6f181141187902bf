"""Rows of `act`: what one operator asks for and another one decides. For the pipeline role."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from mesh.db import jsonb
from mesh.transaction import Transaction

Kind = Literal[
    "second_factor_reset", "company_merge", "access_grant", "company_confirm", "company_reclaim", "person_erase"
]


@dataclass(frozen=True)
class Act:
    """An act of the operator. `subject` is the person or company that it is about."""

    id: UUID
    kind: Kind
    subject: str
    company_id: UUID | None
    params: dict[str, Any]
    reason: str
    asked_by: str
    asked_at: datetime
    state: Literal["asked", "done", "refused"]
    decided_by: str | None
    decided_at: datetime | None
    note: str


_COLUMNS = "id, kind, subject, company_id, params, reason, asked_by, asked_at, state, decided_by, decided_at, note"


async def insert(
    tx: Transaction,
    act_id: UUID,
    kind: Kind,
    *,
    subject: str,
    company_id: UUID | None,
    params: dict[str, Any],
    reason: str,
    actor: str,
) -> None:
    """Ask for an act."""
    await tx.execute(
        """insert into act (id, kind, subject, company_id, params, reason, asked_by)
        values (:id, :kind, :subject, :company, cast(:params as jsonb), :reason, :actor)""",
        id=act_id,
        kind=kind,
        subject=subject,
        company=company_id,
        params=jsonb(params),
        reason=reason,
        actor=actor,
    )


async def read(tx: Transaction, act_id: UUID) -> Act | None:
    """An act, held until the transaction ends."""
    row = await tx.row(f"select {_COLUMNS} from act where id = :id for update", id=act_id)  # noqa: S608 - own columns
    return Act(**row) if row else None


async def latest(tx: Transaction, state: str | None) -> list[Act]:
    """The latest acts, the newest first."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from act where cast(:state as text) is null or state = :state
        order by asked_at desc, id limit 200""",  # noqa: S608 - columns of this module
        state=state,
    )
    return [Act(**row) for row in rows]


async def decide(tx: Transaction, act_id: UUID, state: str, actor: str, note: str) -> None:
    """Note who decided what."""
    await tx.execute(
        "update act set state = :state, decided_by = :actor, decided_at = now(), note = :note where id = :id",
        id=act_id,
        state=state,
        actor=actor,
        note=note,
    )
