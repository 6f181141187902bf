"""What a company keeps of itself beside its legal data; everybody of it reads, administrators change."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict

from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.errors import Forbidden, NotFound, PreconditionRequired, StaleVersion
from mesh.preconditions import ExpectedVersion, current, etag
from mesh.problems import responses
from registration import states
from registration.api import access
from registration.api.access import CurrentEnv
from registration.domain.profile import Profile
from registration.store import companies, profiles

router = APIRouter(prefix="/v1/companies/{company_id}/profile", tags=["companies"])


class ProfileVersion(Output):
    """A version of the profile: who wrote it and when."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    version: int
    profile: Profile
    changed_at: datetime
    person_id: UUID | None
    person_name: str | None


@router.get("", response_model=Profile, responses=responses(Forbidden, NotFound))
async def read_profile(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Response:
    """Billing addresses, bank accounts and contacts, with their version as ETag."""
    principal.require_person()
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        profile, version = await profiles.latest(tx, company_id)
    headers = {"etag": etag(version)}
    return Response(profile.model_dump_json(), headers=headers, media_type="application/json")


@router.put(
    "",
    response_model=Profile,
    responses=responses(Forbidden, NotFound, StaleVersion, PreconditionRequired),
)
async def change_profile(
    company_id: UUID, profile: Profile, principal: CurrentPrincipal, command: CurrentCommand, version: ExpectedVersion
) -> Response:
    """Write all of it anew; the version before stays to be read."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    assert isinstance(principal.subject, UUID)
    async with command.transaction() as tx:
        await companies.lock(tx, company_id)
        before, actual = await profiles.latest(tx, company_id)
        current(version, actual)
        await profiles.append(tx, company_id, actual + 1, profile, principal.subject)
        if profile.accent != before.accent:
            await states.company(tx, company_id)
        changed = [name for name in Profile.model_fields if getattr(before, name) != getattr(profile, name)]
        audit.note(
            tx,
            actor=principal.actor,
            action="company.profile",
            subject=str(company_id),
            company_id=company_id,
            detail={"fields": changed, "version": actual + 1},
        )
        return await command.answer(tx, 200, profile, headers={"etag": etag(actual + 1)})


@router.get("/versions", responses=responses(Forbidden, NotFound))
async def list_profile_versions(
    company_id: UUID,
    principal: CurrentPrincipal,
    env: CurrentEnv,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[ProfileVersion]:
    """Who changed what and when, the newest first."""
    principal.require_person()
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        found = await profiles.versions(tx, company_id, limit)
    return [ProfileVersion.model_validate(each) for each in found]
