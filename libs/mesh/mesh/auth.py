"""Verifies tokens offline (RFC 7519, RFC 9068): ES256 only, type `at+jwt`, our issuer, this service as the audience.

The gateway has verified the token already; a service does it again, so that being inside the network proves nothing.

`iat` is compared with the subject's `valid_from`, so it carries fractions of a second (RFC 7519, §2, NumericDate): with
whole seconds a token made just after a change of rights would count as older than the change.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

import structlog
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError

from contracts import rights
from contracts.ids import read_id
from mesh import telemetry
from mesh.errors import Forbidden, Malformed, Unauthenticated, Unavailable
from mesh.key_set import KeySource
from mesh.principal import Identity, Principal
from mesh.settings import MeshSettings

ValidFrom = Callable[[Identity], Awaitable[datetime | None]]
"""The moment before which an identity's tokens are refused; None when nothing is known of it."""

LEEWAY: Final = 5
"""Seconds by which clocks may differ."""
_MAX_TOKEN: Final = 16_384
_MAX_CACHED: Final = 5_000
COMPANY_HEADER: Final = "Navette-Company"


@dataclass(frozen=True)
class _Verified:
    identity: Identity
    generation: int


class Authenticator:
    """Turns the Authorization header into an Identity, and the Navette-Company header into a Principal."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        keys: KeySource,
        valid_from: ValidFrom,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.keys = keys
        self._valid_from = valid_from
        self._now = now
        self._cache: dict[str, _Verified] = {}
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    @classmethod
    def from_settings(cls, settings: MeshSettings, *, audience: str, valid_from: ValidFrom) -> "Authenticator":
        """The authenticator of a service; `audience` is the service's project name, for example `po-sync`."""
        return cls(issuer=settings.issuer, audience=audience, keys=KeySource(settings.jwks_url), valid_from=valid_from)

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncGenerator[None]:
        """Read the keys, and keep them fresh as long as the block runs."""
        task = asyncio.create_task(self.keys.run(), name="keys")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self.keys.close()

    async def identity(self, token: str) -> Identity:
        """Who a token speaks for.

        Raises Unauthenticated (`TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`), Unavailable (`IDENTITY_UNAVAILABLE`)
        as long as no key was ever read.
        """
        verified = self._cache.get(token)
        if verified is None or verified.generation != self.keys.generation:
            identity = await self._verify(token)
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            self._cache[token] = _Verified(identity, self.keys.generation)
        else:
            identity = verified.identity
            if identity.expires_at.timestamp() + LEEWAY <= self._now():
                del self._cache[token]
                raise _expired()
        if not await self.still_counts(identity):
            raise Unauthenticated("TOKEN_REVOKED", "Your rights have changed since you signed in; sign in again.")
        return identity

    async def still_counts(self, identity: Identity) -> bool:
        """Whether the identity's rights are still what they were when its token was made; streams ask as they go."""
        oldest = await self._valid_from(identity)
        return oldest is None or identity.issued_at >= oldest

    async def _verify(self, token: str) -> Identity:
        try:
            kid = _key_id(token)
            key = await self.keys.key(kid)
            if key is None:
                if not self.keys.known:
                    raise Unavailable("IDENTITY_UNAVAILABLE", "Nobody can be recognised for the moment.", retry_after=2)
                raise _invalid("its key is not known")
            claims = jwt.decode(token, key, algorithms=["ES256"]).claims
            self._claims.validate(claims)
            return _identity(claims)
        except ExpiredTokenError:
            raise _expired() from None
        except (JoseError, ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            raise _invalid(type(error).__name__) from None


def _expired() -> Unauthenticated:
    return Unauthenticated("TOKEN_EXPIRED", "The token is too old; sign in again, or fetch a new one.")


def _invalid(why: str) -> Unauthenticated:
    structlog.get_logger("mesh.auth").info("token_refused", why=why)
    return Unauthenticated("TOKEN_INVALID", "The token is not one of ours, or not for this service.")


def _key_id(token: str) -> str:
    """The key id of an access token's header (RFC 9068, §2.1).

    Raises ValueError, TypeError or JoseError for another kind of token.
    """
    if len(token) > _MAX_TOKEN:
        raise ValueError("too long")
    header = jws.extract_compact(token.encode()).headers()
    if str(header.get("typ", "")).lower() not in ("at+jwt", "application/at+jwt") or header.get("alg") != "ES256":
        raise ValueError("not an access token of ours")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise TypeError("no key id")
    return kid


def _identity(claims: Mapping[str, Any]) -> Identity:
    kind = claims["kind"]
    if kind not in ("user", "client"):
        raise ValueError("unknown kind")
    return Identity(
        subject=UUID(claims["sub"]) if kind == "user" else claims["sub"],
        kind=kind,
        companies={UUID(company): rights.named(names) for company, names in claims.get("companies", {}).items()},
        scopes=frozenset(str(scope) for scope in claims.get("scopes", ())),
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        session_version=int(claims.get("session_version", 0)),
        merged={UUID(one): tuple(UUID(each) for each in others) for one, others in claims.get("merged", {}).items()},
    )


def acting(identity: Identity, company: str | None) -> Principal:
    """The identity acting for the company that the header names, or for its only one.

    Raises Malformed (`COMPANY_REQUIRED`, `BAD_COMPANY`), Forbidden (`NOT_YOUR_COMPANY`).
    """
    if company is None:
        if len(identity.companies) != 1:
            raise Malformed("COMPANY_REQUIRED", "Name the company you act for in Navette-Company.")
        company_id = next(iter(identity.companies))
    else:
        try:
            company_id = read_id(company)
        except ValueError:
            raise Malformed("BAD_COMPANY", "Navette-Company takes the id of a company.") from None
        if company_id not in identity.companies:
            raise Forbidden("NOT_YOUR_COMPANY", "You do not act for this company.")
    return Principal(**vars(identity), company_id=company_id, rights=identity.companies[company_id])


_IDENTITY: Final = "navette.identity"
_PRINCIPAL: Final = "navette.principal"


async def identity_of(request: Request) -> Identity:
    """Who is signed in, recognised once a request. Raises Unauthenticated, Unavailable."""
    identity: Identity | None = request.scope.get(_IDENTITY)
    if identity is None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("TOKEN_MISSING", "Sign in, or send Authorization: Bearer with an access token.")
        authenticator: Authenticator = request.app.state.authenticator
        identity = request.scope[_IDENTITY] = await authenticator.identity(token.strip())
        telemetry.actor.set(identity.actor)
    return identity


async def principal_of(request: Request) -> Principal:
    """Who is signed in, acting for one company. Raises as `identity_of` and `acting` do."""
    principal: Principal | None = request.scope.get(_PRINCIPAL)
    if principal is None:
        company = request.headers.get(COMPANY_HEADER)
        principal = request.scope[_PRINCIPAL] = acting(await identity_of(request), company)
    return principal


class Bearer(SecurityBase):
    """How OpenAPI is told that a token is needed, and which headers come beside it (`mesh.openapi` writes them out).

    Whoever depends on one of its kinds is solved in one step: FastAPI solves a dependency's own dependencies again
    wherever it is named, and looks at each header's type anew, which cost more than the token's check.
    """

    headers: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.model = HTTPBearerModel(bearerFormat="JWT")
        self.scheme_name = " ".join(("bearer", *self.headers))


class _SignedIn(Bearer):
    async def __call__(self, request: Request) -> Identity:
        return await identity_of(request)


class _Acting(Bearer):
    headers = (COMPANY_HEADER,)

    async def __call__(self, request: Request) -> Principal:
        return await principal_of(request)


class _Operating(Bearer):
    async def __call__(self, request: Request) -> Identity:
        identity = await identity_of(request)
        identity.require_operator()
        return identity


CurrentIdentity = Annotated[Identity, Depends(_SignedIn())]
"""A route's parameter: who is signed in, whatever the company."""


CurrentPrincipal = Annotated[Principal, Depends(_Acting())]
"""A route's parameter: who is signed in, acting for one company."""


CurrentOperator = Annotated[Identity, Depends(_Operating())]
"""A route's parameter: somebody who operates this installation."""
