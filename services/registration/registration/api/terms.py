"""The terms of use, and the proof that a company accepted them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import ConfigDict

from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import NotFound
from mesh.problems import responses
from registration import errors
from registration.api import access
from registration.api.access import CurrentEnv
from registration.domain import consent, terms
from registration.store import acceptances

router = APIRouter(prefix="/v1", tags=["registration"])


class TermsView(Output):
    """A version of the terms; `texts` by language."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    version: str
    sha256: str
    texts: dict[str, str]


class ConsentText(Output):
    """What a customer agrees to who receives an issuer's invoices electronically; a proof names the digest."""

    version: str
    sha256: str
    texts: dict[str, str]


class AcceptanceView(Output):
    """Who accepted which text for the company."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    version: str
    sha256: str
    person_id: UUID
    person_name: str
    network: str
    at: datetime


@router.get("/registrations/terms/{version}", responses=responses(NotFound))
async def read_terms(version: Annotated[str, Path(max_length=20, description="Or `current`")]) -> TermsView:
    """The terms that whoever registers a company accepts."""
    found = terms.CURRENT if version == "current" else terms.VERSIONS.get(version)
    if found is None:
        raise errors.terms_unknown()
    return TermsView.model_validate(found)


@router.get("/registrations/consent")
async def read_consent_text() -> ConsentText:
    """The words of a consent, by link or through a connection."""
    return ConsentText(version=consent.VERSION, sha256=consent.sha256(), texts=consent.TEXT)


@router.get("/companies/{company_id}/acceptances", responses=responses(NotFound))
async def list_acceptances(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[AcceptanceView]:
    """Which terms your company accepted, by whom and when."""
    principal.require_person()
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        return [AcceptanceView.model_validate(each) for each in await acceptances.of_company(tx, company_id)]
