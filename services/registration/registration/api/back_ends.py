"""The systems that a company is connected with: it reads them, the operator sets them up."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from mesh import audit
from mesh.auth import CurrentOperator, CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.errors import Forbidden, NotFound, PreconditionRequired, StaleVersion
from mesh.preconditions import ExpectedVersion, current, etag
from mesh.problems import responses
from registration import errors
from registration.api import access
from registration.api.access import CurrentEnv
from registration.domain.back_end import System, Systems
from registration.store import back_ends, companies

router = APIRouter(prefix="/v1", tags=["companies"])
_SHOWN = 50


class BackEnd(Input):
    """All systems of a company; what is left out is gone, and stays in the versions before."""

    systems: Systems


class BackEndView(Output):
    """A version of it, by whom and when. `version` goes into If-Match as `"v<version>"`."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    version: int
    systems: tuple[System, ...]
    actor: str
    changed_at: datetime


@router.get("/companies/{company_id}/back-end", responses=responses(Forbidden, NotFound))
async def read_back_end(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[BackEndView]:
    """The systems your company is connected with, the newest version first; support changes them."""
    principal.require_person()
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        return [BackEndView.model_validate(each) for each in await back_ends.versions(tx, company_id, _SHOWN)]


@router.get("/ops/registration/companies/{company_id}/back-end", responses=responses(Forbidden))
async def read_any_back_end(company_id: UUID, _operator: CurrentOperator, env: CurrentEnv) -> list[BackEndView]:
    """The systems of any company, the newest version first."""
    async with env.pipeline.transaction() as tx:
        return [BackEndView.model_validate(each) for each in await back_ends.versions(tx, company_id, _SHOWN)]


@router.put(
    "/ops/registration/companies/{company_id}/back-end",
    response_model=BackEndView,
    responses=responses(Forbidden, NotFound, StaleVersion, PreconditionRequired),
)
async def set_back_end(
    company_id: UUID, wanted: BackEnd, operator: CurrentOperator, env: CurrentEnv, version: ExpectedVersion
) -> Response:
    """Set up a company's systems; the first version follows `"v0"`."""
    async with env.pipeline.transaction() as tx:
        await companies.lock(tx, company_id)
        if await companies.read(tx, company_id) is None:
            raise errors.company_unknown()
        before = await back_ends.versions(tx, company_id, 1)
        actual = before[0].version if before else 0
        current(version, actual)
        await back_ends.append(tx, company_id, actual + 1, wanted.systems, operator.actor)
        audit.note(
            tx,
            actor=operator.actor,
            action="company.back_end",
            subject=str(company_id),
            company_id=company_id,
            detail={"version": actual + 1, "systems": [each.name for each in wanted.systems]},
        )
        (kept, *_) = await back_ends.versions(tx, company_id, 1)
    view = BackEndView.model_validate(kept)
    return Response(view.model_dump_json(), headers={"etag": etag(kept.version)}, media_type="application/json")
