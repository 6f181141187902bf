"""Signing in to the portal in two steps, signing out, and who one is."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from contracts.registration import Right, Role
from mesh.bodies import Input, Output
from mesh.errors import Forbidden, Invalid, TooMany, Unauthenticated
from mesh.problems import responses
from registration import cookies, errors
from registration.api.access import CurrentEnv
from registration.api.browser_session import BrowserSession, browser_of, cookie_header, from_the_portal
from registration.api.shapes import Email, Password
from registration.domain.second_factor import Method
from registration.env import Env
from registration.second_factor import Pending, Proof
from registration.sign_in import SignedIn
from registration.store import people

router = APIRouter(prefix="/v1/session", tags=["session"])

Challenge = Annotated[str, Field(max_length=128, description="`challenge` of the step before")]
Code = Annotated[str, Field(max_length=64)]
Credential = Annotated[
    dict[str, Any], Field(max_length=20, description="PublicKeyCredential of the browser, `toJSON()` (WebAuthn)")
]


class Credentials(Input):
    """What a person signs in with."""

    email: Email
    password: Password


class ActsFor(Output):
    """A company that a person acts for; its id goes into Navette-Company."""

    id: UUID
    legal_name: str
    roles: list[Role]
    rights: Annotated[list[Right], Field(description="What the person may do for it: by the roles, and singly")]
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
    limited: Annotated[
        bool, Field(description="Nothing is reached but `/v1/session/…` before a second factor is set up there")
    ] = False


class SecondFactor(Output):
    """The password is right; the second factor is still to be proved, before `expires_at`."""

    challenge: str
    methods: Annotated[list[Method], Field(description="Each of them finishes the sign-in; the usual one first")]
    set_up: Annotated[bool, Field(description="The company asks for a method that is still to be set up, after this")]
    expires_at: datetime
    passkey: Annotated[dict[str, Any] | None, Field(description="PublicKeyCredentialRequestOptionsJSON")] = None
    email_hint: str
    phone_hint: str | None = None


class CodeRequest(Input):
    """Send a code by mail or by message."""

    challenge: Challenge
    method: Method


class CodeSent(Output):
    """A code is on its way; an older one ends."""

    sent_to: str
    expires_at: datetime


class ProofOfFactor(Input):
    """The second factor: `code`, or `credential` for a passkey."""

    challenge: Challenge
    method: Method
    code: Code = ""
    credential: Credential | None = None


async def _whoami(env: Env, person_id: UUID, expires_at: datetime, *, limited: bool) -> Whoami:
    async with env.pipeline.transaction() as tx:
        found = await people.about(tx, person_id)
    if found is None:
        raise errors.session_invalid()
    return Whoami.model_validate(found | {"user_id": person_id, "expires_at": expires_at, "limited": limited})


def _json(model: BaseModel, status: int) -> Response:
    return Response(model.model_dump_json(), status, media_type="application/json")


async def _opened(request: Request, env: Env, signed_in: SignedIn) -> Response:
    if before := cookies.session_token(cookie_header(request)):
        await env.sign_in.close(before)
    body = await _whoami(env, signed_in.person_id, signed_in.expires_at, limited=signed_in.limited)
    response = _json(body, 201)
    cookies.put(response, session=signed_in.token, device=signed_in.device)
    return response


@router.post(
    "",
    status_code=201,
    response_model=Whoami,
    responses={
        202: {"model": SecondFactor, "description": "The second factor is asked for; no session yet"},
        **responses(Unauthenticated, Forbidden, TooMany),
    },
)
async def sign_in(credentials: Credentials, request: Request, env: CurrentEnv) -> Response:
    """Sign in by e-mail and password. 202 asks for the second factor; 201 sets the session's cookie.

    Who was signed in in this browser is signed out.
    """
    from_the_portal(request, env)
    begun = await env.sign_in.begin(credentials.email, credentials.password.get_secret_value(), browser_of(request))
    if isinstance(begun, Pending):
        return _json(
            SecondFactor(
                challenge=begun.token,
                methods=list(begun.ways.methods),
                set_up=begun.ways.set_up,
                expires_at=begun.expires_at,
                passkey=begun.passkey,
                email_hint=begun.email_hint,
                phone_hint=begun.phone_hint,
            ),
            202,
        )
    return await _opened(request, env, begun)


@router.post("/code", status_code=202, responses=responses(Unauthenticated, Forbidden, Invalid, TooMany))
async def send_code(wanted: CodeRequest, request: Request, env: CurrentEnv) -> CodeSent:
    """Send a code of six digits, for ten minutes."""
    from_the_portal(request, env)
    sent = await env.sign_in.second_factors.send(wanted.challenge, wanted.method)
    return CodeSent(sent_to=sent.sent_to, expires_at=sent.expires_at)


@router.post(
    "/second-factor",
    status_code=201,
    response_model=Whoami,
    responses=responses(Unauthenticated, Forbidden, Invalid, TooMany),
)
async def prove_second_factor(proof: ProofOfFactor, request: Request, env: CurrentEnv) -> Response:
    """Finish signing in: sets the session's cookie. Five wrong answers end the challenge."""
    from_the_portal(request, env)
    given = Proof(proof.method, proof.code, proof.credential)
    return await _opened(request, env, await env.sign_in.finish(proof.challenge, given, browser_of(request)))


@router.get("", responses=responses(Unauthenticated, Forbidden))
async def who_am_i(session: BrowserSession, env: CurrentEnv) -> Whoami:
    """Who is signed in with this browser's cookie, and for which companies they may act."""
    return await _whoami(env, session.person_id, session.expires_at, limited=session.limited)


@router.delete("", status_code=204, responses=responses(Forbidden))
async def sign_out(request: Request, env: CurrentEnv) -> Response:
    """Sign out, at once and everywhere this session was known."""
    from_the_portal(request, env)
    if token := cookies.session_token(cookie_header(request)):
        await env.sign_in.close(token)
    response = Response(status_code=204)
    cookies.clear(response)
    return response
