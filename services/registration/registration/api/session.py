"""Signing in to the portal, signing out, and who one is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from contracts.registration import Role
from mesh.bodies import Input, Output
from mesh.errors import Forbidden, TooMany, Unauthenticated
from mesh.problems import responses
from registration import cookies, errors
from registration.api.access import CurrentEnv, client_address
from registration.api.shapes import Email, Password
from registration.env import Env
from registration.store import people

router = APIRouter(prefix="/v1/session", tags=["session"])


class Credentials(Input):
    """What a person signs in with."""

    email: Email
    password: Password


class ActsFor(Output):
    """A company that a person acts for; its id goes into Navette-Company."""

    id: UUID
    legal_name: str
    roles: list[Role]
    supplier: bool
    buyer: bool


class Whoami(Output):
    """Who is signed in."""

    user_id: UUID
    email: str
    name: str
    language: str
    companies: Annotated[list[ActsFor], Field(description="By name")]
    expires_at: datetime


def _from_the_portal(request: Request, env: Env, method: str) -> None:
    """Raises Forbidden (`CSRF_…`); on sign-in it keeps others from signing a browser in as themselves."""
    if why := env.portal.foreign(method, dict(request.scope["headers"])):
        raise errors.foreign_request(why)


def _cookie_header(request: Request) -> bytes:
    return dict(request.scope["headers"]).get(b"cookie", b"")


async def _whoami(env: Env, person_id: UUID, expires_at: datetime) -> Whoami:
    async with env.pipeline.transaction() as tx:
        found = await people.about(tx, person_id)
    if found is None:
        raise errors.session_invalid()
    return Whoami.model_validate(found | {"user_id": person_id, "expires_at": expires_at})


@router.post("", status_code=201, response_model=Whoami, responses=responses(Unauthenticated, Forbidden, TooMany))
async def sign_in(credentials: Credentials, request: Request, env: CurrentEnv) -> Response:
    """Sign in by e-mail and password: sets the session's cookie. Who was signed in in this browser is signed out."""
    _from_the_portal(request, env, "POST")
    header = _cookie_header(request)
    signed_in = await env.sign_in.open(
        credentials.email,
        credentials.password.get_secret_value(),
        address=client_address(request),
        device=cookies.device_token(header),
    )
    if before := cookies.session_token(header):
        await env.sign_in.close(before)
    body = await _whoami(env, signed_in.person_id, signed_in.expires_at)
    response = Response(body.model_dump_json(), 201, media_type="application/json")
    cookies.put(response, session=signed_in.token, device=signed_in.device)
    return response


@router.get("", responses=responses(Unauthenticated, Forbidden))
async def who_am_i(request: Request, env: CurrentEnv) -> Whoami:
    """Who is signed in with this browser's cookie, and for which companies they may act."""
    _from_the_portal(request, env, "GET")
    token = cookies.session_token(_cookie_header(request))
    session = await env.sign_in.read(token) if token else None
    if session is None:
        raise errors.session_invalid()
    return await _whoami(env, session.person_id, session.expires_at)


@router.delete("", status_code=204, responses=responses(Forbidden))
async def sign_out(request: Request, env: CurrentEnv) -> Response:
    """Sign out, at once and everywhere this session was known."""
    _from_the_portal(request, env, "DELETE")
    if token := cookies.session_token(_cookie_header(request)):
        await env.sign_in.close(token)
    response = Response(status_code=204)
    cookies.clear(response)
    return response
