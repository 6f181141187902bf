"""How old a token may be, by the service's own projection of registration's state."""

import time
from datetime import datetime
from typing import Final

from mesh import directory
from mesh.db import Database
from mesh.principal import Identity

_TRUSTED: Final = 1.0
"""Seconds an answer is used again. Rights change within five; the projection's own delay comes on top."""
_MAX_CACHED: Final = 10_000


class DirectoryValidFrom:
    """The `ValidFrom` of every service that keeps the directory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cache: dict[str, tuple[float, datetime | None]] = {}

    async def __call__(self, identity: Identity) -> datetime | None:
        now = time.monotonic()
        cached = self._cache.get(identity.actor)
        if cached is not None and cached[0] > now:
            return cached[1]
        found = await self._read(identity)
        if len(self._cache) >= _MAX_CACHED:
            self._cache.clear()
        self._cache[identity.actor] = (now + _TRUSTED, found)
        return found

    async def _read(self, identity: Identity) -> datetime | None:
        async with self._database.transaction() as tx:
            moments = [
                await directory.tokens_valid_from(tx, identity.kind, str(identity.subject), company_id)
                for company_id in list(identity.companies)[: 1 if identity.kind == "user" else None]
            ]
        return max((moment for moment in moments if moment is not None), default=None)
