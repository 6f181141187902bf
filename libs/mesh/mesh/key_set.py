"""The public keys of registration, cached: services verify tokens offline and go on when registration is down."""

import asyncio
import time
from typing import Any, Final

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

_EVERY: Final = 60.0
"""Seconds between refreshes; a retired key is refused after at most these."""
_NO_SOONER: Final = 1.0
"""Seconds between two attempts, so that tokens with made-up key ids cannot make us hammer registration."""
_log = structlog.get_logger("mesh.auth")


class KeySource:
    """The JWKS at an address. `run` keeps it fresh; an unknown key id asks again at once, at most each second."""

    def __init__(self, url: str, *, client: httpx.AsyncClient | None = None) -> None:
        self._url = url
        self._client = client
        self._own_client = client is None
        self._keys: dict[str, Key] = {}
        self._tried = float("-inf")
        self._lock = asyncio.Lock()
        self.generation = 0
        """Rises when the keys change, so that what was verified with older ones is verified again."""

    @property
    def known(self) -> bool:
        """Whether any keys were ever read."""
        return bool(self._keys)

    async def key(self, kid: str) -> Key | None:
        """The key of this id; None when registration does not publish it."""
        found = self._keys.get(kid)
        if found is None:
            await self.refresh()
            found = self._keys.get(kid)
        return found

    async def refresh(self) -> None:
        """Read the keys again; keeps the last good ones when registration does not answer."""
        asked = time.monotonic()
        async with self._lock:
            # Whoever waited while another refreshed takes that one's result.
            if self._tried >= asked or time.monotonic() - self._tried < _NO_SOONER:
                return
            self._tried = time.monotonic()
            try:
                document = await self._read()
                keys = {str(key.kid): key for key in KeySet.import_key_set(document) if key.key_type == "EC"}
            except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
                _log.warning("keys_not_read", error=type(error).__name__, detail=str(error)[:200])
                return
            if keys.keys() != self._keys.keys():
                self.generation += 1
            self._keys = keys

    async def _read(self) -> Any:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=2, trust_env=False)
        reply = await self._client.get(self._url)
        reply.raise_for_status()
        return reply.json()

    async def run(self) -> None:
        """Refresh for ever: each minute, each second as long as nothing was ever read."""
        while True:
            await self.refresh()
            await asyncio.sleep(_EVERY if self.known else _NO_SOONER)

    async def close(self) -> None:
        """Close the connections this object opened."""
        if self._own_client and self._client is not None:
            await self._client.aclose()
            self._client = None
