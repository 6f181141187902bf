"""Access tokens as every service verifies them: ES256, type `at+jwt` (RFC 9068), one audience, five minutes."""

import secrets
import time
from collections.abc import Callable
from typing import Any, Final

from joserfc import jwt

from registration.domain.bearer import Bearer
from registration.domain.key_times import TOKEN_LIFE
from registration.token_keys import SigningKeys

LIFE_SECONDS: Final = int(TOKEN_LIFE.total_seconds())


class TokenMint:
    """Signs tokens with the key of the moment."""

    def __init__(self, keys: SigningKeys, *, issuer: str, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._issuer = issuer
        self._now = now

    def token(self, bearer: Bearer, audience: str) -> str:
        """A token for one service (project name). Raises Unavailable before any key was read.

        `iat` carries fractions of a second and is never older than `valid_from`, which another machine's clock gave.
        """
        key = self._keys.signing
        issued = max(self._now(), bearer.valid_from.timestamp())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": audience,
            "sub": str(bearer.subject),
            "kind": bearer.kind,
            "companies": {str(company): list(names) for company, names in bearer.companies.items()},
            "scopes": list(bearer.scopes),
            "session_version": bearer.session_version,
            "iat": issued,
            "exp": int(issued) + LIFE_SECONDS,
            "jti": secrets.token_urlsafe(12),
        }
        if bearer.merged:
            claims["merged"] = {str(one): [str(each) for each in others] for one, others in bearer.merged.items()}
        return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}, claims, key)
