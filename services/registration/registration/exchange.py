"""The exchange that the gateway asks (Envoy, ext_authz): a session cookie in, a five-minute token of one audience out.

Plain ASGI in front of FastAPI, since every request of every browser passes here. What it remembers, and for how long:

- a session's row is trusted for 3 seconds, so a change of rights is in force within that even if its notification is
  lost; the notification `rights_changed` normally brings that down to milliseconds;
- a token is used again for 30 seconds as long as the row's revision stays the same, well inside the token's life.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.topics import SERVICES
from mesh import problems, telemetry
from mesh.errors import Forbidden
from registration import errors
from registration.cookies import session_token
from registration.opaque_tokens import digest
from registration.portal import Portal
from registration.sign_in import SignIn
from registration.tokens import TokenMint

PATH: Final = "/internal/exchange/"
TRUSTED_SECONDS: Final = 3.0
REUSED_SECONDS: Final = 30.0
_MAX_CACHED: Final = 50_000
_REQUEST_ID: Final = b"x-request-id"
_log = structlog.get_logger(__name__)
exchanges = Counter(
    "navette_exchanges_total",
    "Cookies exchanged, by source of the answer",
    ["source"],
    registry=telemetry.REGISTRY,
)

_Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class _Known:
    """A token given out for a session and an audience. Times are of the monotonic clock."""

    person_id: UUID
    revision: int
    reply: bytes
    trusted_until: float
    reused_until: float


class ExchangeCache:
    """What the exchange remembers, by session and audience."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._known: dict[tuple[bytes, str], _Known] = {}
        self._of_person: dict[str, set[tuple[bytes, str]]] = {}

    def get(self, key: tuple[bytes, str]) -> _Known | None:
        """What is known, if its token may still be used."""
        known = self._known.get(key)
        return known if known is not None and known.reused_until > self.now() else None

    def put(self, key: tuple[bytes, str], known: _Known) -> None:
        """Remember."""
        if len(self._known) >= _MAX_CACHED and key not in self._known:
            self.clear()
        self._known[key] = known
        self._of_person.setdefault(str(known.person_id), set()).add(key)

    def drop(self, key: tuple[bytes, str]) -> None:
        """Forget one."""
        self._known.pop(key, None)

    def evict(self, person_id: str) -> None:
        """Forget a person, as `NOTIFY rights_changed` asks."""
        for key in self._of_person.pop(person_id, ()):
            self._known.pop(key, None)

    def clear(self) -> None:
        """Forget everything: notifications may have been lost."""
        self._known.clear()
        self._of_person.clear()


class Exchange:
    """Middleware: answers `/internal/exchange/…` itself and passes everything else on.

    No public route leads here; the gateway alone calls it.
    """

    def __init__(self, app: ASGIApp, *, portal: Portal, sign_in: SignIn, mint: TokenMint, cache: ExchangeCache) -> None:
        self._app = app
        self._portal = portal
        self._sign_in = sign_in
        self._mint = mint
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = telemetry.request_id.set(headers.get(_REQUEST_ID, b"").decode("latin-1")[:64])
        try:
            authorization = await self._bearer(scope["method"], headers)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the gateway gets an answer and lets nobody in
            exchanges.labels("refused").inc()
            await problems.answer_to(error).response()(scope, receive, send)
        else:
            reply: _Headers = [(b"authorization", authorization), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 200, "headers": reply})
            await send({"type": "http.response.body", "body": b""})
        finally:
            telemetry.request_id.reset(request_id)

    async def _bearer(self, method: str, headers: dict[bytes, bytes]) -> bytes:
        if why := self._portal.foreign(method, headers):
            raise errors.foreign_request(why)
        token = session_token(headers.get(b"cookie", b""))
        if token is None:
            raise errors.session_invalid()
        audience = headers.get(b"x-navette-audience", b"").decode("latin-1")
        if audience not in SERVICES:
            raise Forbidden("NO_AUDIENCE", "No service stands behind this address.")
        key = (digest(token), audience)
        known = self._cache.get(key)
        if known is not None and known.trusted_until > self._cache.now():
            exchanges.labels("cache").inc()
            return known.reply
        return await self._read(token, key, known)

    async def _read(self, token: str, key: tuple[bytes, str], known: _Known | None) -> bytes:
        # The clock is read before the row: what happens while it is read must not be trusted for longer.
        asked = self._cache.now()
        session = await self._sign_in.read(token)
        if session is None:
            self._cache.drop(key)
            raise errors.session_invalid()
        if session.limited:
            self._cache.drop(key)
            raise errors.second_factor_needed()
        if known is not None and known.revision == session.revision and known.reused_until > asked:
            exchanges.labels("row").inc()
            self._cache.put(key, replace(known, trusted_until=asked + TRUSTED_SECONDS))
            return known.reply
        exchanges.labels("minted").inc()
        reply = b"Bearer " + self._mint.token(session.bearer(), key[1]).encode()
        self._cache.put(
            key, _Known(session.person_id, session.revision, reply, asked + TRUSTED_SECONDS, asked + REUSED_SECONDS)
        )
        return reply
