"""The session that a browser's cookie opens, for the addresses where registration looks at the cookie itself."""

from typing import Annotated

from fastapi import Depends, Request

from registration import cookies, errors
from registration.api.access import CurrentEnv, client_address
from registration.env import Env
from registration.sign_in import Browser
from registration.store.sessions import Session


def cookie_header(request: Request) -> bytes:
    """The Cookie header, b"" without one."""
    return dict(request.scope["headers"]).get(b"cookie", b"")


def from_the_portal(request: Request, env: Env) -> None:
    """Raises Forbidden (`CSRF_…`); on sign-in it keeps others from signing a browser in as themselves."""
    if why := env.portal.foreign(request.method, dict(request.scope["headers"])):
        raise errors.foreign_request(why)


def browser_of(request: Request) -> Browser:
    """Where a request comes from."""
    return Browser(
        address=client_address(request),
        device=cookies.device_token(cookie_header(request)),
        name=request.headers.get("user-agent", ""),
    )


async def _browser_session(request: Request, env: CurrentEnv) -> Session:
    from_the_portal(request, env)
    token = cookies.session_token(cookie_header(request))
    session = await env.sign_in.read(token) if token else None
    if session is None:
        raise errors.session_invalid()
    return session


BrowserSession = Annotated[Session, Depends(_browser_session)]
"""A route's parameter: who is signed in in this browser. Raises Unauthenticated (`SESSION_INVALID`), Forbidden."""
