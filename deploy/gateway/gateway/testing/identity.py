"""Registration's part at the gateway: sessions, access tokens, JWKS and the exchange of a cookie for a token."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.filters import AUDIENCE_HEADER, ISSUER, SESSION_COOKIE

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY: Final = {"kid": "test", "use": "sig", "alg": "ES256"}


def problem(status: int, code: str) -> Response:
    return JSONResponse({"status": status, "code": code}, status, media_type="application/problem+json")


@dataclass
class Identity:
    """Sessions and keys in memory. `exchanges`: what each exchange was told; `answering` freezes them when cleared."""

    origins: frozenset[str]
    sessions: dict[str, str] = field(default_factory=dict[str, str])
    exchanges: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    exchanged_bytes: int = 0
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    key: ECKey = field(
        default_factory=lambda: ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})
    )

    def __post_init__(self) -> None:
        self.answering.set()

    def sign_in(self, user: str) -> str:
        """The Cookie header of a fresh session."""
        value = secrets.token_urlsafe(24)
        self.sessions[value] = user
        return f"{SESSION_COOKIE}={value}"

    def token(self, audience: str, *, subject: str = "erp", life: int = 300, issuer: str = ISSUER) -> str:
        """A signed access token; with a negative `life` (seconds) it has expired."""
        now = int(time.time())
        claims = {"iss": issuer, "sub": subject, "aud": audience, "iat": now - 600, "exp": now + life}
        return jwt.encode({"alg": "ES256", "kid": _KEY["kid"], "typ": "at+jwt"}, claims, self.key)

    def claims(self, authorization: str) -> Mapping[str, Any] | None:
        """What a verified bearer token says; None without one."""
        scheme, _, token = authorization.partition(" ")
        return jwt.decode(token, self.key).claims if scheme == "Bearer" else None

    def jwks(self) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def exchange(self, request: Request) -> Response:
        """200 with an Authorization header, or a problem: the same order of questions as the real one."""
        await self.answering.wait()
        self.exchanges.append({**request.headers, ":method": request.method, ":path": request.url.path})
        self.exchanged_bytes += len(await request.body())
        if self._is_foreign(request.method, request.headers):
            return problem(403, "CSRF")
        user = self._user(request.headers.get("cookie", ""))
        if user is None:
            return problem(401, "SESSION_INVALID")
        audience = request.headers.get(AUDIENCE_HEADER)
        if not audience:
            return problem(403, "NO_AUDIENCE")
        return Response(headers={"authorization": f"Bearer {self.token(audience, subject=user)}"})

    def _is_foreign(self, method: str, headers: Mapping[str, str]) -> bool:
        """Whether a page that is not ours made the request: Fetch Metadata, then Origin (RFC 6454)."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site not in (None, "same-origin", "none") or (origin is not None and origin not in self.origins):
            return True
        unsafe = method not in _SAFE or "upgrade" in headers
        return unsafe and origin is None and site != "same-origin"

    def _user(self, cookies: str) -> str | None:
        pairs = (piece.strip().partition("=") for piece in cookies.split(";"))
        mine = [value for name, _, value in pairs if name == SESSION_COOKIE]
        return self.sessions.get(mine[0]) if len(mine) == 1 else None
