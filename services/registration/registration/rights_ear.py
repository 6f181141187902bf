"""Hears `NOTIFY rights_changed` and lets the exchange forget that person at once."""

import asyncio
from typing import Final

import asyncpg
import structlog
from pydantic import SecretStr

from registration.exchange import ExchangeCache

CHANNEL: Final = "rights_changed"
_AGAIN: Final = 1.0
_ALIVE: Final = 5.0
_log = structlog.get_logger(__name__)


class RightsEar:
    """A connection of its own that listens. Deaf, it costs no safety: rows are trusted for three seconds only."""

    def __init__(self, dsn: SecretStr, cache: ExchangeCache) -> None:
        self._dsn = dsn
        self._cache = cache
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Listen for ever; whenever the connection was lost, everything is forgotten."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                _log.warning("rights_ear_deaf", error=type(error).__name__)
            self.listening.clear()
            self._cache.clear()
            await asyncio.sleep(_AGAIN)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._dsn.get_secret_value(), timeout=5)
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self._cache.clear()
            self.listening.set()
            while True:
                await asyncio.sleep(_ALIVE)
                await connection.execute("select 1", timeout=2)
        finally:
            connection.terminate()

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._cache.evict(str(payload))
