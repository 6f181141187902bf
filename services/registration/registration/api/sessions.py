"""Where a person is signed in, and their password."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict

from contracts.registration import Identifier
from mesh import audit
from mesh.bodies import Input, Output
from mesh.errors import Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from mesh.problems import responses
from registration import errors, name_reminder
from registration.api.access import CurrentEnv, client_address
from registration.api.browser_session import BrowserSession, browser_of
from registration.api.shapes import Email, Language, Name, Password
from registration.domain import identifiers, throttling
from registration.domain.search_text import folded
from registration.store import attempts, sessions

router = APIRouter(prefix="/v1/session", tags=["session"])


class SessionView(Output):
    """A browser in which you are signed in."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    browser: str
    network: str
    current: bool = False


class PasswordChanged(Input):
    """The password you have and the one you want."""

    current: Password
    new: Password


class Forgotten(Input):
    """The address you sign in with. `language`: of the mail, when we do not know you."""

    email: Email
    language: Language = "fr"


class ForgottenName(Input):
    """Who somebody is, by a number of their company (scheme `VAT`, `0002`, `0009`) and their own name."""

    company: Identifier
    name: Name


@router.get("/sessions", responses=responses(Unauthenticated, Forbidden))
async def list_sessions(session: BrowserSession, env: CurrentEnv) -> list[SessionView]:
    """Your sessions, the latest used first."""
    async with env.pipeline.transaction() as tx:
        found = await sessions.of_person(tx, session.person_id, idle=env.sign_in.idle)
    return [SessionView.model_validate({**vars(each), "current": each.id == session.id}) for each in found]


@router.delete("/sessions", status_code=204, responses=responses(Unauthenticated, Forbidden))
async def end_other_sessions(session: BrowserSession, env: CurrentEnv) -> Response:
    """Sign out everywhere but here."""
    async with env.pipeline.transaction() as tx:
        await sessions.end_others(tx, session.person_id, session.id)
        audit.note(tx, actor=f"user:{session.person_id}", action="session.end_others", subject=str(session.person_id))
    return Response(status_code=204)


@router.delete("/sessions/{session_id}", status_code=204, responses=responses(Unauthenticated, Forbidden, NotFound))
async def end_session(session_id: UUID, session: BrowserSession, env: CurrentEnv) -> Response:
    """Sign one browser out."""
    async with env.pipeline.transaction() as tx:
        if not await sessions.end_one(tx, session.person_id, session_id):
            raise errors.session_unknown()
        audit.note(tx, actor=f"user:{session.person_id}", action="session.end", subject=str(session_id))
    return Response(status_code=204)


@router.post("/password", status_code=204, responses=responses(Unauthenticated, Forbidden, Invalid))
async def change_password(changed: PasswordChanged, session: BrowserSession, env: CurrentEnv) -> Response:
    """Change your password; your other sessions end."""
    await env.password_change.change(
        session.person_id, session.id, changed.current.get_secret_value(), changed.new.get_secret_value()
    )
    return Response(status_code=204)


@router.post("/password-resets", status_code=202, responses=responses(TooMany))
async def forget_password(forgotten: Forgotten, request: Request, env: CurrentEnv) -> Response:
    """Ask for a link to a new password. The answer is the same for every address; the mail says what is what."""
    browser = browser_of(request)
    await env.password_change.ask(forgotten.email, forgotten.language, address=browser.address, device=browser.device)
    return Response(status_code=202)


@router.post("/name-reminders", status_code=202, responses=responses(TooMany))
async def forget_name(forgotten: ForgottenName, request: Request, env: CurrentEnv) -> Response:
    """Write to whoever this is, at the address that they sign in with. The answer is the same whether there is anybody.

    Counted by network, and by company and name: who was written to often enough is not written to again for a while.
    """
    company = identifiers.Key(forgotten.company.scheme, identifiers.plain(forgotten.company.value))
    async with env.pipeline.transaction() as tx:
        wait = await attempts.count(tx, throttling.recovery_buckets(client_address(request), None, b""))
        enough = wait or await attempts.count(tx, throttling.recovered_buckets(company.value, folded(forgotten.name)))
    if wait:
        raise errors.too_many_tries(wait)
    if enough:
        return Response(status_code=202)
    async with env.pipeline.transaction() as tx:
        await name_reminder.remind(tx, env, company, forgotten.name)
    return Response(status_code=202)
