"""The contacts of a partner."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Forbidden
from mesh.problems import responses
from registration.api.access import CurrentEnv
from registration.errors import partners as partner_errors
from registration.store import partner_contacts

router = APIRouter(prefix="/v1/partners", tags=["partners"])


class PartnerContactView(Output):
    """Somebody to turn to: `administrator`, or what the partner's profile says they are for."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    name: str
    email: str
    phone: str
    purpose: str
    since: Annotated[datetime, Field(description="When they came, or when the profile last changed")]
    refused_since: Annotated[datetime | None, Field(description="Mail to them has come back since then")]


@router.get("/{company_id}/contacts", responses=responses(Forbidden))
async def list_partner_contacts(
    company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv
) -> list[PartnerContactView]:
    """Whom to turn to at a company that you are connected with: who runs its account, then who its profile names."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        found = await partner_contacts.of(tx, company_id)
    if not found:
        raise partner_errors.not_a_partner()
    return [PartnerContactView.model_validate(each) for each in found]
