"""The keys that sign tokens (ES256), kept encrypted in the database so that every replica signs with the same."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
import structlog
from joserfc.jwk import ECKey
from sqlalchemy.exc import DBAPIError

from mesh.db import Database
from mesh.errors import Unavailable
from mesh.key_set import KeySource
from mesh.vault import Vault
from registration.domain import key_times
from registration.domain.key_times import KeyTimes
from registration.store import signing_keys

_EVERY: Final = 10.0
"""Seconds between looks at the database; well below the margin that a new key waits before it signs."""
_log = structlog.get_logger(__name__)


def _now() -> datetime:
    """Keys live by the system's clock, as tokens do: a business clock that moves must not retire them."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Key:
    times: KeyTimes
    private: ECKey


class SigningKeys:
    """Publishes, signs with and retires keys; what to do when is `domain.key_times`."""

    def __init__(
        self, database: Database, vault: Vault, *, period: timedelta, now: Callable[[], datetime] = _now
    ) -> None:
        self._database = database
        self._vault = vault
        self._period = period
        self._now = now
        self._keys: tuple[_Key, ...] = ()

    async def load(self) -> None:
        """Read the keys; makes the next one when it is due and forgets those that are retired."""
        async with self._database.transaction() as tx:
            await signing_keys.lock(tx)
            now = self._now()
            times = await signing_keys.times(tx)
            if key_times.due(times, now, self._period):
                first = key_times.first_signs_from(now)
                await self._make(tx, now, key_times.next_signs_from(now) if times else first)
            await signing_keys.delete(tx, key_times.retired(times, now))
            self._keys = tuple(self._opened(row) for row in await signing_keys.read(tx))

    async def rotate(self) -> str:
        """Publish a new key now, which signs as soon as every cache has it; returns its id."""
        async with self._database.transaction() as tx:
            await signing_keys.lock(tx)
            now = self._now()
            kid = await self._make(tx, now, key_times.next_signs_from(now))
        await self.load()
        return kid

    async def _make(self, tx: Any, now: datetime, signs_from: datetime) -> str:
        key = ECKey.generate_key("P-256", private=True)
        kid = key.thumbprint()
        sealed = self._vault.encrypt(_purpose(kid), orjson.dumps(key.as_dict(private=True)))
        await signing_keys.insert(tx, KeyTimes(kid, now, signs_from), sealed)
        _log.info("signing_key_published", kid=kid, signs_from=signs_from.isoformat())
        return kid

    def _opened(self, row: Any) -> _Key:
        secret = orjson.loads(self._vault.decrypt(_purpose(row["kid"]), row["sealed"]))
        key = ECKey.import_key(secret | {"kid": row["kid"], "use": "sig", "alg": "ES256"})
        return _Key(KeyTimes(row["kid"], row["created_at"], row["signs_from"]), key)

    @property
    def times(self) -> tuple[KeyTimes, ...]:
        """When each published key lives, oldest first."""
        return tuple(key.times for key in self._keys)

    @property
    def signing(self) -> ECKey:
        """The private key that signs now. Raises Unavailable before the keys were read."""
        chosen = key_times.signing(self.times, self._now())
        for key in self._keys:
            if chosen is not None and key.times.kid == chosen.kid:
                return key.private
        raise Unavailable("IDENTITY_UNAVAILABLE", "Nobody can sign in for the moment.", retry_after=2)

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK Set (RFC 7517, §5)."""
        return {"keys": [dict(key.private.as_dict(private=False)) for key in self._keys]}

    async def run(self) -> None:
        """Keep them fresh for ever; a database that is away changes nothing about the keys at hand."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.load()
            except (DBAPIError, OSError) as error:
                _log.warning("signing_keys_not_read", error=type(error).__name__)


def _purpose(kid: str) -> str:
    return f"signing_key:{kid}"


class OwnKeys(KeySource):
    """Registration's own tokens, verified as every service does, with the keys at hand instead of over HTTP."""

    def __init__(self, keys: SigningKeys) -> None:
        super().__init__("")
        self._signing_keys = keys

    async def _read(self) -> Any:
        return self._signing_keys.jwks()
