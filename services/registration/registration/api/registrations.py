"""A company registers itself, and people use the links they were sent."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from mesh import audit
from mesh.bodies import Input, Output
from mesh.commands import OpenCommand
from mesh.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany, Unauthenticated
from mesh.problems import responses
from registration import cookies, errors
from registration.api.access import CurrentEnv, client_address
from registration.api.shapes import Email, Language, Name, Password
from registration.domain import consent, throttling
from registration.domain.company import Company
from registration.invitations import Invitee
from registration.store import activations, attempts

router = APIRouter(prefix="/v1", tags=["registration"])

Token = Annotated[str, Path(max_length=128, description="What stands behind the # of the link")]


class Person(Input):
    """Who registers; they become the company's first administrator."""

    email: Email
    name: Name
    language: Language = "fr"


class Registration(Input):
    """A company and who registers it."""

    company: Company
    person: Person


class Pending(Output):
    """A link is on its way."""

    registration_id: UUID
    email: str
    expires_at: datetime


class ChosenPassword(Input):
    """The password to sign in with from now on, or the one that the person has; and what they correct of `company`."""

    password: Password
    terms: Annotated[str | None, Field(max_length=20, description="The version of the terms that is accepted")] = None
    company: Annotated[Company | None, Field(description="Instead of `company_given`; the sides stay as given")] = None
    name: Annotated[Name | None, Field(description="The person's own name, instead of the one given")] = None


class Offered(Output):
    """What a link opens. `purpose` says what is asked: an account's password, a new one for a forgotten
    one, or for `address` the one that the person has."""

    purpose: activations.Purpose
    email: str
    company: str
    has_password: Annotated[bool, Field(description="The person enters the password they have, and chooses none")]
    terms: Annotated[str | None, Field(description="The version to accept, where the link makes a company")] = None
    issuer: Annotated[str, Field(description="Who brings the company: whose invoices a consent is about")] = ""
    consent: Annotated[dict[str, str] | None, Field(description="What is agreed to, by language")] = None
    company_given: Annotated[
        Company | None, Field(description="What the issuer said of a company without account; correct it when using")
    ] = None
    name: Annotated[str, Field(description="The person that the issuer named")] = ""
    national_number: Annotated[
        str, Field(description="A natural person's number as the issuer gave it, masked; it stays unless given anew")
    ] = ""


class Activated(Output):
    """Who can sign in now."""

    user_id: UUID
    company_id: UUID | None


@router.post("/registrations", status_code=202, response_model=Pending, responses=responses(Conflict, TooMany))
async def register_company(
    registration: Registration, request: Request, command: OpenCommand, env: CurrentEnv
) -> Response:
    """Ask for a company's account. A mail brings a link; nothing exists, and nothing is claimed, until it is used.

    The answer is the same whether the e-mail has access already or not.
    """
    person = registration.person
    async with env.pipeline.transaction() as tx:
        wait = await attempts.count(tx, throttling.mail_buckets(person.email, client_address(request)))
    if wait:
        raise errors.too_many_tries(wait)
    async with command.transaction() as tx:
        invitee = Invitee(person.email, person.name, person.language)
        registration_id = await env.invitations.register(tx, registration.company, invitee)
        audit.note(tx, actor="anybody", action="company.register", subject=str(registration_id))
        expires_at = env.clock.now() + activations.LASTS
        pending = Pending(registration_id=registration_id, email=person.email, expires_at=expires_at)
        return await command.answer(tx, 202, pending)


@router.get("/activations/{token}", responses=responses(NotFound, Gone))
async def read_activation(token: Token, env: CurrentEnv) -> Offered:
    """What a link opens, so that the page can ask for the right thing."""
    offered = await env.invitations.offer(token)
    return Offered(**vars(offered), consent=consent.TEXT if offered.purpose == "consent" else None)


@router.post("/activations/{token}/begin", status_code=204, responses=responses(NotFound, Gone))
async def begin_activation(token: Token, env: CurrentEnv) -> Response:
    """Say that somebody fills in what the link asks: whoever sent it sees how far its campaign is."""
    await env.invitations.begun(token)
    return Response(status_code=204)


@router.post("/activations/{token}/decline", status_code=204, responses=responses(NotFound, Gone, Conflict))
async def decline_consent(token: Token, request: Request, env: CurrentEnv) -> Response:
    """Refuse electronic invoices from the issuer that a consent's link names; nothing else is asked."""
    await env.invitations.decline(token, address=client_address(request))
    return Response(status_code=204)


@router.post(
    "/activations/{token}",
    responses=responses(NotFound, Gone, Forbidden, Invalid, Unauthenticated, Conflict, TooMany),
)
async def activate(token: Token, chosen: ChosenPassword, request: Request, env: CurrentEnv) -> Activated:
    """Use a link: choose a password, or enter the one you have, then sign in. A link works once."""
    offered = await env.invitations.offer(token)
    if offered.purpose == "password":
        user_id = await env.password_change.use(token, chosen.password.get_secret_value())
        return Activated(user_id=user_id, company_id=None)
    if offered.purpose == "address":
        user_id = await env.addresses.confirm(token, chosen.password.get_secret_value())
        return Activated(user_id=user_id, company_id=None)
    activated = await env.invitations.use(
        token,
        chosen.password.get_secret_value(),
        address=client_address(request),
        device=cookies.device_token(dict(request.scope["headers"]).get(b"cookie", b"")),
        terms=chosen.terms,
        company=chosen.company,
        name=chosen.name,
    )
    return Activated(**vars(activated))
