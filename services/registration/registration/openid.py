"""Signing in through an outside provider (OpenID Connect Core 1.0), behind a port. None is built yet.

Where it plugs in: `SignIn` asks it in place of `check`, which knows passwords; whom it vouches for is a person by
issuer and subject, never by an e-mail that the provider says, and goes on to `SecondFactors.ask` as after a password.
`Begun` waits in a row of its own (`store/challenges.py` knows the person already); `app.py` alone names the provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Begun:
    """A sign-in under way: where the browser goes, and what its answer is checked against."""

    address: str
    state: str
    nonce: str
    code_verifier: str
    """RFC 7636: only who began can finish."""


@dataclass(frozen=True)
class Vouched:
    """Whom a provider vouches for. Issuer and subject together never change and are never given to somebody else."""

    issuer: str
    subject: str
    email: str | None
    """As the provider knows it: shown when a person links the two, trusted for nothing."""
    methods: tuple[str, ...]
    """How the person signed in there (`amr`, RFC 8176): whether a second factor is still asked for."""
    at: datetime


class OpenIdProvider(Protocol):
    """One provider, by the authorization code flow with PKCE."""

    async def begin(self, return_to: str) -> Begun:
        """Where to send the browser; it comes back to `return_to`. Raises Unavailable while the provider is away."""
        ...

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> Vouched:
        """Whom the answer of the provider (the query it came back with) vouches for.

        Raises Unauthenticated (`SIGN_IN_FAILED`) for one that is refused, old, or not of this sign-in; Unavailable.
        """
        ...
