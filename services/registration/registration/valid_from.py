"""How old a token may be, for registration's own routes: read from its own rows."""

import time
from datetime import datetime
from typing import Final

from mesh.db import Database
from mesh.principal import Identity

_TRUSTED: Final = 1.0
_MAX_CACHED: Final = 10_000


class OwnValidFrom:
    """The `ValidFrom` of registration; an answer is used again for a second."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cache: dict[str, tuple[float, datetime | None]] = {}

    async def __call__(self, identity: Identity) -> datetime | None:
        """The moment before which this identity's tokens are refused."""
        now = time.monotonic()
        cached = self._cache.get(identity.actor)
        if cached is not None and cached[0] > now:
            return cached[1]
        table = "person" if identity.kind == "user" else "client"
        async with self._database.transaction() as tx:
            found: datetime | None = await tx.value(
                f"select valid_from from {table} where id = :id",  # noqa: S608 - one of two names above
                id=identity.subject,
            )
        if len(self._cache) >= _MAX_CACHED:
            self._cache.clear()
        self._cache[identity.actor] = (now + _TRUSTED, found)
        return found
