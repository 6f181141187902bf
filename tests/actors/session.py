"""HTTP through the gateway as somebody; answers are looked at, never raised."""

import ssl
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from gateway.routes import ROUTES, Route
from navette.gateway import Access

PROBLEM = "application/problem+json"
_TOKEN_USED_FOR = 200.0
"""Seconds; a token lives 300."""
_SLOWED_DOWN = 5
"""How often an actor waits out the gateway's rate limit before the refusal is the answer."""


@cache
def _trust(authority: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority) if authority else None)


def _serves(route: Route, method: str, path: str) -> bool:
    if route.methods and method not in route.methods:
        return False
    wanted, given = route.path.strip("/").split("/"), path.strip("/").split("/")
    if len(given) < len(wanted) or (len(given) > len(wanted) and not route.is_prefix):
        return False
    return all(one.startswith("{") or one == other for one, other in zip(wanted, given, strict=False))


def audience(method: str, path: str) -> str:
    """The service whose token an address wants, by the gateway's own table; "" where none is asked for."""
    return next((route.audience or "" for route in ROUTES if _serves(route, method, path)), "")


def shown(answer: httpx.Response) -> str:
    """An answer as a failed assertion prints it."""
    return f"{answer.request.method} {answer.request.url.path} → {answer.status_code} {answer.text[:600]}"


class _Patient(httpx.HTTPTransport):
    """Waits as long as the gateway says when its rate limit, which all share, refuses; other refusals are answers."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(_SLOWED_DOWN):
            answer = super().handle_request(request)
            if answer.status_code != 429 or b'"RATE_LIMITED"' not in answer.read():
                return answer
            answer.close()
            time.sleep(float(answer.headers["retry-after"]))
        return super().handle_request(request)


class Nobody:
    """Without credentials. Use it as a context manager."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.http = httpx.Client(
            base_url=access.url,
            transport=_Patient(verify=_trust(access.authority)),
            timeout=60,
            headers={"origin": access.url},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.http.close()

    def credentials(self, method: str, path: str) -> dict[str, str]:
        """The headers that say who asks."""
        return {}

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Make a request; `headers` win over the credentials' own."""
        headers = self.credentials(method, path) | dict(options.pop("headers", None) or {})
        return self.http.request(method, path, headers=headers, **options)

    def stream(self, path: str, **options: Any) -> Any:
        """A GET whose answer is read as it comes (a context manager, as httpx's)."""
        headers = self.credentials("GET", path) | dict(options.pop("headers", None) or {})
        return self.http.stream("GET", path, headers=headers, **options)

    def ask(self, method: str, path: str, status: int | None = None, **options: Any) -> Any:
        """Make a request that must succeed, with exactly this status if one is given; returns its JSON."""
        answer = self.send(method, path, **options)
        assert answer.is_success, shown(answer)
        assert status in (None, answer.status_code), shown(answer)
        return answer.json() if answer.content else None

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self.ask("GET", path, params=query)


class Person(Nobody):
    """Signed in with a browser's cookie."""

    def __init__(self, access: Access, email: str, password: str) -> None:
        super().__init__(access)
        self.email = email
        self._password = password

    def __enter__(self) -> Self:
        self.whoami = self.ask("POST", "/v1/session", 201, json={"email": self.email, "password": self._password})
        return self


class Machine(Nobody):
    """With client credentials: a token for each service, asked for when it is needed."""

    def __init__(self, access: Access, client_id: str, secret: str, *, audience: str = "") -> None:
        super().__init__(access)
        self.client_id = client_id
        self._secret = secret
        self._only = audience
        self._tokens: dict[str, tuple[str, float]] = {}

    def token(self, service: str) -> str:
        """An access token for a service."""
        token, until = self._tokens.get(service, ("", 0.0))
        if time.monotonic() >= until:
            form = {
                "grant_type": "client_credentials",
                "client_id": self.client_id,
                "client_secret": self._secret,
                "resource": service,
            }
            answer = self.http.post("/v1/oauth/token", data=form)
            assert answer.is_success, shown(answer)
            token = str(answer.json()["access_token"])
            self._tokens[service] = (token, time.monotonic() + _TOKEN_USED_FOR)
        return token

    def credentials(self, method: str, path: str) -> dict[str, str]:
        service = self._only or audience(method, path)
        return {"authorization": f"Bearer {self.token(service)}"} if service else {}


class Bearer(Nobody):
    """With the tokens it was given, one a service."""

    def __init__(self, access: Access, tokens: dict[str, str]) -> None:
        super().__init__(access)
        self._given = tokens

    def credentials(self, method: str, path: str) -> dict[str, str]:
        token = self._given.get(audience(method, path))
        return {"authorization": f"Bearer {token}"} if token else {}


class Impostor(Person):
    """Signed in, and naming a company that is not theirs in every request."""

    def __init__(self, access: Access, email: str, password: str, company: str) -> None:
        super().__init__(access, email, password)
        self._company = company

    def credentials(self, method: str, path: str) -> dict[str, str]:
        return {} if path == "/v1/session" else {"navette-company": self._company}
