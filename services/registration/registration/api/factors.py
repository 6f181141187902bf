"""A person's own second factors and recovery codes."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, ConfigDict, Field

from mesh.bodies import Input, Output
from mesh.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from mesh.problems import responses
from registration.api.access import CurrentEnv
from registration.api.browser_session import BrowserSession
from registration.api.session import Challenge, Code, Credential
from registration.api.shapes import Name, Password
from registration.domain import phone as phone_number
from registration.domain import second_factor
from registration.domain.second_factor import Method

router = APIRouter(prefix="/v1/session", tags=["session"])

Confirmed = Annotated[Password, Field(description="Your password, so that an unlocked screen is not enough")]


class FactorView(Output):
    """A second factor; `confirmed_at` is null as long as it was not proved."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    kind: Method
    name: str
    created_at: datetime
    confirmed_at: datetime | None
    used_at: datetime | None


class Factors(Output):
    """What you sign in with beside your password."""

    factors: list[FactorView]
    recovery_codes_left: int
    allowed: Annotated[list[Method], Field(description="What your companies allow")]


class NewFactor(Input):
    """A factor to set up. `phone` is needed for `sms`: international, for example +33612345678."""

    kind: Literal["totp", "passkey", "sms", "email"]
    name: Name
    password: Confirmed
    phone: Annotated[str, AfterValidator(phone_number.checked)] | None = None


class FactorBegun(Output):
    """What is needed to prove it. `secret` and `uri` (for a QR code) are shown this once; nothing is left for email."""

    id: UUID
    challenge: str | None
    secret: str | None = None
    uri: str | None = None
    passkey: Annotated[dict[str, Any] | None, Field(description="PublicKeyCredentialCreationOptionsJSON")] = None
    sent_to: str | None = None


class FactorProof(Input):
    """`code` of the application or message, or `credential` for a passkey."""

    challenge: Challenge
    code: Code = ""
    credential: Credential | None = None


class RecoveryCodes(Output):
    """Codes that work once each, shown this once; null when the ones from before go on."""

    recovery_codes: list[str] | None


class PasswordGiven(Input):
    """Your password."""

    password: Confirmed


@router.get("/factors", responses=responses(Unauthenticated, Forbidden))
async def list_factors(session: BrowserSession, env: CurrentEnv) -> Factors:
    """Your second factors, and how many recovery codes are left."""
    standing = await env.factor_setup.standing(session.person_id)
    allowed = second_factor.allowed(standing.companies)
    return Factors(
        factors=[FactorView.model_validate(each) for each in standing.factors],
        recovery_codes_left=standing.recovery_codes,
        allowed=[method for method in second_factor.CHOICES if method in allowed],
    )


@router.post("/factors", status_code=201, responses=responses(Unauthenticated, Forbidden, Invalid))
async def set_up_factor(factor: NewFactor, session: BrowserSession, env: CurrentEnv) -> FactorBegun:
    """Begin to set up a factor; it counts once it is proved."""
    await env.password_change.check(session.person_id, factor.password.get_secret_value())
    kind = Method(factor.kind)
    begun = await env.factor_setup.begin(session.person_id, kind, factor.name, factor.phone or "")
    return FactorBegun(
        id=begun.factor_id,
        challenge=begun.token,
        secret=begun.secret,
        uri=begun.uri,
        passkey=begun.passkey,
        sent_to=begun.sent_to,
    )


@router.post("/factors/{factor_id}/confirm", responses=responses(Unauthenticated, Forbidden, Invalid))
async def confirm_factor(
    factor_id: UUID, proof: FactorProof, session: BrowserSession, env: CurrentEnv
) -> RecoveryCodes:
    """Prove a new factor once. The first one brings ten recovery codes."""
    codes = await env.factor_setup.confirm(
        session.person_id, session.id, factor_id, proof.challenge, code=proof.code, credential=proof.credential
    )
    return RecoveryCodes(recovery_codes=codes)


@router.post(
    "/factors/{factor_id}/remove",
    status_code=204,
    responses=responses(Unauthenticated, Forbidden, NotFound, Conflict),
)
async def remove_factor(factor_id: UUID, given: PasswordGiven, session: BrowserSession, env: CurrentEnv) -> Response:
    """Take a factor away; not the last one that a company takes."""
    await env.password_change.check(session.person_id, given.password.get_secret_value())
    await env.factor_setup.remove(session.person_id, factor_id)
    return Response(status_code=204)


@router.post("/recovery-codes", status_code=201, responses=responses(Unauthenticated, Forbidden))
async def renew_recovery_codes(given: PasswordGiven, session: BrowserSession, env: CurrentEnv) -> RecoveryCodes:
    """Ten new recovery codes, shown this once; the older ones end."""
    await env.password_change.check(session.person_id, given.password.get_secret_value())
    return RecoveryCodes(recovery_codes=await env.factor_setup.renew_codes(session.person_id))
