"""`/v1/ops/archive/holds`: what is kept whatever its term, by whom and why."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field

from archive import holding
from archive.env import Env
from archive.store import holds
from mesh.auth import CurrentOperator
from mesh.bodies import Input, Output
from mesh.errors import Conflict, Forbidden, Gone, NotFound
from mesh.problems import responses

routes = APIRouter(
    prefix="/v1/ops/archive/holds", tags=["operations"], responses=responses(Forbidden, NotFound, Conflict, Gone)
)
_SHOWN = 200
Reason = Annotated[str, Field(min_length=3, max_length=500)]


class HoldWanted(Input):
    """Which invoice, and on whose demand: a court's file number, an authority's letter."""

    invoice_id: UUID
    reason: Reason


class HoldLifted(Input):
    """Why nothing is to be held any more."""

    reason: Reason


class Hold(Output):
    """One hold; it lies on the invoice until `lifted_at`."""

    id: UUID
    invoice_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    reason: str
    placed_by: str
    placed_at: datetime
    lift_reason: str | None
    lifted_by: str | None
    lifted_at: datetime | None


@routes.get("")
async def legal_holds(
    request: Request, _: CurrentOperator, invoice_id: Annotated[UUID | None, Query()] = None
) -> list[Hold]:
    """Holds that lie, then those that were lifted; the newest first."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        return [Hold(**row) for row in await holds.newest(tx, invoice_id, _SHOWN)]


@routes.post("", status_code=201)
async def place_hold(request: Request, operator: CurrentOperator, wanted: HoldWanted) -> Hold:
    """Hold every original of an invoice, in the store too."""
    env: Env = request.app.state.env
    return await _shown(env, await holding.place(env, wanted.invoice_id, operator.actor, wanted.reason))


@routes.post("/{hold_id}/lift")
async def lift_hold(request: Request, operator: CurrentOperator, hold_id: UUID, lifted: HoldLifted) -> Hold:
    """Take a hold away. Another one on the same invoice holds on."""
    env: Env = request.app.state.env
    await holding.lift(env, hold_id, operator.actor, lifted.reason)
    return await _shown(env, hold_id)


async def _shown(env: Env, hold_id: UUID) -> Hold:
    async with env.pipeline.transaction() as tx:
        row = await holds.one(tx, hold_id)
    assert row is not None, "holds are never removed"
    return Hold(**row)
