"""`/v1/ops/archive/evidence`: whether every original is proved, for how long, and what operators can do about it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from archive import evidencing
from archive.env import Env
from archive.store import evidence
from mesh import audit
from mesh.auth import CurrentOperator
from mesh.bodies import Input, Output
from mesh.errors import Forbidden
from mesh.problems import responses

routes = APIRouter(prefix="/v1/ops/archive/evidence", tags=["operations"], responses=responses(Forbidden))


class UnrenewedToken(Output):
    """A time-stamp that no other renews: it proves so many deposits until its authority's certificate ends."""

    id: UUID
    authority: str
    stamped_at: datetime
    expires_at: datetime
    batches: int
    deposits: int


class EvidenceStanding(Output):
    """`waiting` deposits have no evidence record, the oldest since `waiting_since`."""

    configured: bool
    waiting: int
    waiting_since: datetime | None
    tokens: list[UnrenewedToken]


class Why(Input):
    """Why an operator does not wait for the time of it."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Stamped(Output):
    """How many deposits were covered."""

    deposits: int


class Renewed(Output):
    """How many time-stamps of how many batches were renewed; `refused` names those that do not hold any more."""

    tokens: int
    batches: int
    refused: tuple[str, ...]


@routes.get("")
async def evidence_standing(request: Request, _: CurrentOperator) -> EvidenceStanding:
    """Time-stamps that nothing renews, the first to end first, and what waits for one."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        count = await evidence.count_waiting(tx)
        rows = await evidence.standing(tx)
    return EvidenceStanding(
        configured=env.stamps.is_configured,
        waiting=count["deposits"],
        waiting_since=count["since"],
        tokens=[UnrenewedToken(**row) for row in rows],
    )


@routes.post("/stamp")
async def stamp_evidence(request: Request, operator: CurrentOperator, why: Why) -> Stamped:
    """Time-stamp what waits, now."""
    env: Env = request.app.state.env
    await _note(env, operator.actor, "evidence.stamp", why.reason)
    return Stamped(deposits=await evidencing.stamp_batch(env))


@routes.post("/renew")
async def renew_evidence(request: Request, operator: CurrentOperator, why: Why) -> Renewed:
    """Renew every time-stamp now: an authority is about to end, or an algorithm is."""
    env: Env = request.app.state.env
    await _note(env, operator.actor, "evidence.renew", why.reason)
    done = await evidencing.renew(env, None)
    return Renewed(tokens=done.tokens, batches=done.batches, refused=done.refused)


async def _note(env: Env, actor: str, action: str, reason: str) -> None:
    async with env.pipeline.transaction() as tx:
        audit.note(tx, actor=actor, action=action, subject="archive", detail={"reason": reason})
