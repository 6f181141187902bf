"""Who does a piece of work that only one process may do. A lease is a row with an expiry by the database's clock.

The holder is the static name of an instance (`signing-0`), so that a killed process gets its lease back at once when
it is restarted.
"""

import time
from collections.abc import Sequence

from mesh.db import Database


class Leases:
    """Several named leases, taken and renewed in one statement.

    What is held is judged by the local monotonic clock with a margin, so that a paused process knows it lost it.
    """

    def __init__(self, database: Database, names: Sequence[str], holder: str, seconds: float = 10.0) -> None:
        self.names = tuple(names)
        self._database = database
        self._holder = holder
        self._seconds = seconds
        self._until = dict.fromkeys(names, 0.0)

    @property
    def held(self) -> frozenset[str]:
        """The leases under which work may go on."""
        now = time.monotonic()
        return frozenset(name for name, until in self._until.items() if now < until)

    async def take(self) -> frozenset[str]:
        """Take or renew the leases that are free; returns those that are held. Asks the database when one that was held
        has lived through half its time, or one was not held.
        """
        asked = time.monotonic()
        if all(asked < until - self._seconds * 0.3 for until in self._until.values()):
            return self.held
        rows = await self._database.once(
            """insert into lease (name, holder, epoch, expires_at)
            select n, :holder, 1, now() + make_interval(secs => :seconds)
            from unnest(cast(:names as text[])) n order by n
            on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at,
                epoch = lease.epoch + case when lease.holder = excluded.holder then 0 else 1 end
            where lease.holder = excluded.holder or lease.expires_at < now()
            returning name""",
            names=list(self.names),
            holder=self._holder,
            seconds=self._seconds,
        )
        mine = {row["name"] for row in rows}
        self._until = {name: asked + self._seconds * 0.8 if name in mine else 0.0 for name in self.names}
        return self.held


class Lease:
    """A single one of them."""

    def __init__(self, database: Database, name: str, holder: str, seconds: float = 10.0) -> None:
        self.name = name
        self._leases = Leases(database, (name,), holder, seconds)

    @property
    def held(self) -> bool:
        """Whether the work may go on."""
        return bool(self._leases.held)

    async def take(self) -> bool:
        """Take or renew the lease; False when another holder has it."""
        return bool(await self._leases.take())
