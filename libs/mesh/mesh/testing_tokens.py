"""Tokens for tests: an issuer with a key of its own, and an authenticator that trusts it. Never in the product."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from contracts.registration import Role
from mesh.auth import Authenticator, ValidFrom
from mesh.key_set import KeySource
from mesh.principal import Identity

ISSUER = "https://id.navette.local"


async def always_valid(_identity: Identity) -> datetime | None:
    """The `ValidFrom` of a test in which nobody's rights change."""
    return None


class TokenIssuer:
    """Signs tokens as registration does, and publishes its keys at an address that exists only in this process."""

    def __init__(self) -> None:
        self.reachable = True
        self.reads = 0
        self.published: list[ECKey] = []
        self.signing = self.rotate()

    def rotate(self) -> ECKey:
        """Publish a new key and sign with it from now on; the old ones stay published."""
        key = ECKey.generate_key("P-256", private=True)
        identified = {**key.as_dict(private=True), "kid": key.thumbprint(), "use": "sig", "alg": "ES256"}
        self.signing = ECKey.import_key(identified)
        self.published.append(self.signing)
        return self.signing

    def _answer(self, _request: httpx.Request) -> httpx.Response:
        self.reads += 1
        if not self.reachable:
            raise httpx.ConnectError("registration is down")
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.published]})

    def keys(self) -> KeySource:
        """A source that reads this issuer's keys."""
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        return KeySource("https://id.navette.local/jwks.json", client=client)

    def authenticator(
        self, audience: str, valid_from: ValidFrom = always_valid, *, now: Callable[[], float] = time.time
    ) -> Authenticator:
        """An authenticator of the service `audience` that trusts this issuer."""
        return Authenticator(issuer=ISSUER, audience=audience, keys=self.keys(), valid_from=valid_from, now=now)

    def token(
        self,
        audience: str,
        companies: Mapping[UUID, Iterable[Role | str]],
        *,
        subject: UUID | str,
        kind: str = "user",
        scopes: Iterable[str] = (),
        age: float = 0,
        life: float = 300,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """An access token made `age` seconds ago; `claims` replace what it would say, None leaves a claim out.

        Single rights stand beside the roles as `+…` and `-…`.
        """
        now = time.time() - age
        content = {
            "iss": ISSUER,
            "aud": audience,
            "sub": str(subject),
            "kind": kind,
            "companies": {str(company): [str(role) for role in roles] for company, roles in companies.items()},
            "scopes": list(scopes),
            "iat": now,
            "exp": now + life,
            "session_version": 1,
        } | dict(claims or {})
        header = {"alg": "ES256", "kid": self.signing.kid, "typ": "at+jwt"}
        return jwt.encode(header, {name: value for name, value in content.items() if value is not None}, self.signing)

    def headers(
        self,
        audience: str,
        company: UUID,
        *roles: Role | str,
        subject: UUID | str,
        kind: str = "user",
        scopes: Iterable[str] = (),
    ) -> dict[str, str]:
        """The headers of a request by somebody who acts for one company."""
        token = self.token(audience, {company: roles}, subject=subject, kind=kind, scopes=scopes)
        return {"authorization": f"Bearer {token}", "navette-company": str(company)}
