"""`/v1/ops/archive/checks`: everything that is kept, read again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from archive import checking
from archive.env import Env
from archive.store import checks
from mesh import audit
from mesh.auth import CurrentOperator
from mesh.bodies import Input, Output
from mesh.errors import Forbidden
from mesh.problems import responses

routes = APIRouter(prefix="/v1/ops/archive/checks", tags=["operations"], responses=responses(Forbidden))
_SHOWN = 20
_PROBLEMS = 200


class CheckWanted(Input):
    """Why not to wait for the regular one."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class CheckAsked(Output):
    """The check that was asked for."""

    id: UUID


class FoundProblem(Output):
    """What is not as it was: `code` for machines, `detail` for people."""

    code: str
    detail: str
    entry_id: UUID | None


class ArchiveCheck(Output):
    """One check: how many rows, objects and bytes it read; `found` has the first 200 problems."""

    id: UUID
    asked_by: str
    reason: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    entries: int
    objects: int
    bytes: int
    problems: int
    found: list[FoundProblem]


@routes.get("")
async def archive_checks(request: Request, _: CurrentOperator) -> list[ArchiveCheck]:
    """The newest checks first."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        return [
            ArchiveCheck(
                **row, found=[FoundProblem(**problem) for problem in await checks.problems_of(tx, row["id"], _PROBLEMS)]
            )
            for row in await checks.latest(tx, _SHOWN)
        ]


@routes.post("", status_code=202)
async def ask_for_check(request: Request, operator: CurrentOperator, wanted: CheckWanted) -> CheckAsked:
    """Read everything again, as fast as it goes."""
    env: Env = request.app.state.env
    check_id = await checking.ask(env, operator.actor, wanted.reason)
    why = {"reason": wanted.reason}
    async with env.pipeline.transaction() as tx:
        audit.note(tx, actor=operator.actor, action="check.ask", subject=str(check_id), detail=why)
    return CheckAsked(id=check_id)
