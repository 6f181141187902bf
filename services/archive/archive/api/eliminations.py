"""`/v1/ops/archive/eliminations`: what outlived its term goes when two persons say so."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlalchemy import RowMapping

from archive import eliminating
from archive.env import Env
from archive.errors import no_such_elimination
from archive.store import eliminations
from mesh.auth import CurrentOperator
from mesh.bodies import Input, Output
from mesh.errors import Conflict, Forbidden, NotFound
from mesh.principal import Identity
from mesh.problems import responses

routes = APIRouter(
    prefix="/v1/ops/archive/eliminations", tags=["operations"], responses=responses(Forbidden, NotFound, Conflict)
)
_SHOWN = 50
Reason = Annotated[str, Field(min_length=3, max_length=500)]


class EliminationWanted(Input):
    """Why, and whose originals: one supplier's, or all."""

    reason: Reason
    supplier_id: UUID | None = None


class EliminationApproved(Input):
    """Why, and the digest of the plan that was looked at."""

    reason: Reason
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class EliminationRefused(Input):
    """Why not."""

    reason: Reason


class Elimination(Output):
    """A plan and what became of it. `digest` is over the entries that it names; `kept` of them stayed after all."""

    id: UUID
    supplier_id: UUID | None
    term_before: datetime
    state: Literal["proposed", "refused", "running", "done"]
    items: int
    done: int = 0
    kept: int = 0
    digest: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    ended_at: datetime | None


class EliminationItem(Output):
    """One original of a plan; `why` it was kept."""

    entry_id: UUID
    invoice_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    sequence: int
    retain_until: datetime
    sha256: str
    state: Literal["waiting", "under_way", "done", "kept"]
    why: str | None
    ended_at: datetime | None


@routes.get("")
async def list_eliminations(request: Request, _: CurrentOperator) -> list[Elimination]:
    """The newest first."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        rows = await eliminations.newest(tx, _SHOWN)
    return [_read(row) for row in rows]


@routes.get("/{elimination_id}/items")
async def elimination_items(
    request: Request,
    _: CurrentOperator,
    elimination_id: UUID,
    after: Annotated[UUID | None, Query(description="Only entries after this one")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[EliminationItem]:
    """What a plan names."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        return [EliminationItem(**row) for row in await eliminations.items_of(tx, elimination_id, after, limit)]


@routes.post("", status_code=201)
async def propose_elimination(request: Request, operator: CurrentOperator, wanted: EliminationWanted) -> Elimination:
    """Name what has outlived its term and is not held, at most 10,000 originals. Nothing happens before a second
    person approves."""
    env: Env = request.app.state.env
    _must_be_person(operator)
    return await _shown(env, await eliminating.propose(env, operator.actor, wanted.reason, wanted.supplier_id))


@routes.post("/{elimination_id}/approve", status_code=202)
async def approve_elimination(
    request: Request, operator: CurrentOperator, elimination_id: UUID, approved: EliminationApproved
) -> Elimination:
    """The second person's word: what is named goes, one by one, each with its certificate."""
    env: Env = request.app.state.env
    _must_be_person(operator)
    await eliminating.approve(env, elimination_id, operator.actor, approved.reason, approved.digest)
    return await _shown(env, elimination_id)


@routes.post("/{elimination_id}/refuse")
async def refuse_elimination(
    request: Request, operator: CurrentOperator, elimination_id: UUID, refused: EliminationRefused
) -> Elimination:
    """Nothing of it goes."""
    env: Env = request.app.state.env
    await eliminating.refuse(env, elimination_id, operator.actor, refused.reason)
    return await _shown(env, elimination_id)


def _must_be_person(operator: Identity) -> None:
    if operator.kind != "user":
        raise Forbidden("PERSON_REQUIRED", "Two persons decide about an elimination; a program may not.")


async def _shown(env: Env, elimination_id: UUID) -> Elimination:
    async with env.pipeline.transaction() as tx:
        row = await eliminations.locked(tx, elimination_id)
    if row is None:
        raise no_such_elimination()
    return _read(row)


def _read(row: RowMapping) -> Elimination:
    shown: dict[str, Any] = {**row, "digest": bytes(row["digest"]).hex()}
    return Elimination(**shown)
