"""Main contacts that one company proposes to another; its administrator decides as about any request for access."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from mesh.auth import CurrentOperator, CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.errors import Forbidden, NotFound, TooMany
from mesh.problems import responses
from registration import contact_proposals, errors
from registration.api import access
from registration.api.access import CurrentEnv
from registration.api.shapes import Email, Language, Name
from registration.domain import throttling
from registration.invitations import Invitee
from registration.store import access_requests, attempts

router = APIRouter(prefix="/v1", tags=["partners"])


class NewContact(Input):
    """Who could be the main contact, and a word to those who decide."""

    email: Email
    name: Name
    language: Language = "fr"
    message: Annotated[str, Field(max_length=500)] = ""


class ProposalView(Output):
    """A contact that your company proposed, and what became of it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    email: str
    name: str
    asked_at: datetime
    state: Literal["open", "accepted", "refused"]


class OpenRequestView(Output):
    """Somebody who asks for access to a company, or was proposed to it by another one."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    company_id: UUID
    email: str
    name: str
    language: str
    message: str
    asked_at: datetime
    proposed_by: UUID | None


@router.post(
    "/partners/{company_id}/contact-proposals", status_code=202, responses=responses(Forbidden, NotFound, TooMany)
)
async def propose_contact(
    company_id: UUID, wanted: NewContact, principal: CurrentPrincipal, env: CurrentEnv
) -> Response:
    """Propose a new main contact of a partner. Its administrators are asked by mail; nothing changes before they agree,
    or two operators do."""
    access.trades(principal)
    async with env.pipeline.transaction() as tx:
        wait = await attempts.count(tx, throttling.mail_buckets(wanted.email, principal.company_id))
    if wait:
        raise errors.too_many_tries(wait)
    contact = Invitee(wanted.email, wanted.name, wanted.language)
    async with env.pipeline.transaction() as tx:
        await contact_proposals.propose(
            tx,
            env,
            own=principal.company_id,
            partner_id=company_id,
            contact=contact,
            message=wanted.message,
            actor=principal.actor,
        )
    return Response(status_code=202)


@router.get("/partners/{company_id}/contact-proposals", responses=responses(Forbidden))
async def list_contact_proposals(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[ProposalView]:
    """Whom your company proposed to this partner, the latest first."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        found = await access_requests.proposed(tx, principal.company_id, company_id)
    return [ProposalView.model_validate(each) for each in found]


@router.get("/ops/registration/access-requests", responses=responses(Forbidden))
async def list_all_access_requests(_operator: CurrentOperator, env: CurrentEnv) -> list[OpenRequestView]:
    """Requests that no administrator has answered, the oldest first. Access is given by the act `access_grant`."""
    async with env.pipeline.transaction() as tx:
        return [OpenRequestView.model_validate(each) for each in await access_requests.unanswered(tx)]
