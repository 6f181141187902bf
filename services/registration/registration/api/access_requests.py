"""One company, one account: whoever finds it taken asks its administrators, or the operator when none answers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from contracts import rights
from contracts.ids import new_id
from contracts.registration import Identifier, Role
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Forbidden, Invalid, NotFound, TooMany
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import contact_proposals, errors, notices
from registration.api import access
from registration.api.access import CurrentEnv, client_address
from registration.api.shapes import Email, Language, Name
from registration.domain import identifiers, throttling
from registration.invitations import Invitee
from registration.mail_texts import support as texts
from registration.store import access_requests, attempts, companies

router = APIRouter(prefix="/v1", tags=["registration"])


class NewAccessRequest(Input):
    """Who asks, and for which company: one of its numbers, scheme `VAT`, `0002` (SIREN) or `0009` (SIRET)."""

    company: Identifier
    email: Email
    name: Name
    language: Language = "fr"
    message: Annotated[str, Field(max_length=500)] = ""


class AccessRequestView(Output):
    """Somebody who asks to act for your company."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    email: str
    name: str
    language: str
    message: str
    asked_at: datetime
    proposed_by: Annotated[UUID | None, Field(description="The partner that proposes them as your main contact")]


class Accepted(Input):
    """As what they may act."""

    roles: Annotated[frozenset[Role], Field(min_length=1)]


@router.post("/registrations/access-requests", status_code=202, responses=responses(Invalid, TooMany))
async def request_access(wanted: NewAccessRequest, request: Request, env: CurrentEnv) -> Response:
    """Ask the administrators of a company for access. The answer is the same whether it has an account or not."""
    value = identifiers.plain(wanted.company.value)
    async with env.pipeline.transaction() as tx:
        wait = await attempts.count(tx, throttling.mail_buckets(value, client_address(request)))
    if wait:
        raise errors.too_many_tries(wait)
    async with env.pipeline.transaction() as tx:
        keys = [identifiers.Key(wanted.company.scheme, value)]
        company_id = next(iter((await companies.taken(tx, keys)).values()), None)
        company = await companies.read(tx, company_id) if company_id else None
        if company_id is not None and company is not None:
            asked = {"email": wanted.email, "name": wanted.name, "message": wanted.message}
            request_id = new_id()
            await access_requests.insert(
                tx, request_id, company_id, language=wanted.language, proposed_by=None, **asked
            )
            link = env.portal.link("/settings/users")
            await notices.tell(
                tx, env.mails, company_id, texts.ACCESS_ASKED, link=link, company=company[0].legal_name, **asked
            )
            audit.note(tx, actor="anybody", action="access.request", subject=str(request_id), company_id=company_id)
    return Response(status_code=202)


@router.get("/users/access-requests", responses=responses(Forbidden))
async def list_access_requests(principal: CurrentPrincipal, env: CurrentEnv) -> list[AccessRequestView]:
    """Who asks to act for your company."""
    access.administrates(principal)
    async with env.api.transaction(principal.tenants) as tx:
        found = await access_requests.of_company(tx, principal.company_id)
    return [AccessRequestView.model_validate(each) for each in found]


@router.post("/users/access-requests/{request_id}/accept", status_code=204, responses=responses(Forbidden, NotFound))
async def accept_access_request(
    request_id: UUID, accepted: Accepted, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Let them in: a link is sent to them."""
    access.administrates(principal)
    access.gives(principal, frozenset(), rights.of_roles(accepted.roles))
    async with command.transaction() as tx:
        found = await access_requests.decide(tx, principal.company_id, request_id, "accepted")
        company = await companies.read(tx, principal.company_id)
        if found is None or company is None:
            raise errors.user_unknown()
        invitee = Invitee(found.email, found.name, found.language)
        await env.invitations.invite(tx, principal.company_id, company[0].legal_name, invitee, accepted.roles)
        await contact_proposals.decided(tx, env, found, company[0].legal_name, accepted=True)
        _note(tx, principal, "access.accept", request_id)
        return await command.answer(tx, 204)


@router.post("/users/access-requests/{request_id}/refuse", status_code=204, responses=responses(Forbidden, NotFound))
async def refuse_access_request(
    request_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Do not let them in; they are told nothing. A partner that proposed them is told."""
    access.administrates(principal)
    async with command.transaction() as tx:
        found = await access_requests.decide(tx, principal.company_id, request_id, "refused")
        company = await companies.read(tx, principal.company_id)
        if found is None or company is None:
            raise errors.user_unknown()
        await contact_proposals.decided(tx, env, found, company[0].legal_name, accepted=False)
        _note(tx, principal, "access.refuse", request_id)
        return await command.answer(tx, 204)


def _note(tx: Transaction, principal: Principal, action: str, request_id: UUID) -> None:
    audit.note(tx, actor=principal.actor, action=action, subject=str(request_id), company_id=principal.company_id)
