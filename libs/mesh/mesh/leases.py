"""Who does a piece of work that only one process may do. A lease is a row with an expiry by the database's clock.

The holder is the static name of an instance (`signing-0`), so that a killed process gets its lease back at once when
it is restarted.
"""

import time

from mesh.db import Database


class Lease:
    """A named lease;
    `held` is judged by the local monotonic clock with a margin, so that a paused process knows it lost it.
    """

    def __init__(self, database: Database, name: str, holder: str, seconds: float = 10.0) -> None:
        self.name = name
        self.epoch = 0
        self._database = database
        self._holder = holder
        self._seconds = seconds
        self._until = 0.0

    @property
    def held(self) -> bool:
        """Whether the work may go on."""
        return time.monotonic() < self._until

    async def take(self) -> bool:
        """Take or renew the lease; False when another holder has it."""
        asked = time.monotonic()
        if asked < self._until - self._seconds * 0.7:
            return True
        async with self._database.transaction() as tx:
            epoch = await tx.value(
                """insert into lease (name, holder, epoch, expires_at)
                values (:name, :holder, 1, now() + make_interval(secs => :seconds))
                on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at,
                    epoch = lease.epoch + case when lease.holder = excluded.holder then 0 else 1 end
                where lease.holder = excluded.holder or lease.expires_at < now()
                returning epoch""",
                name=self.name,
                holder=self._holder,
                seconds=self._seconds,
            )
        self.epoch = epoch or 0
        self._until = asked + self._seconds * 0.8 if epoch else 0.0
        return epoch is not None
