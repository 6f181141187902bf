"""Numbers and chains what committed. Rows commit unnumbered; one step at a time, in one transaction under an
advisory lock, numbers them.

The lock lives and dies with the transaction that numbers: a paused or killed process cannot hold it past its own
statement timeout, and can
never number anything after somebody else did.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError

from mesh import crash
from mesh.db import Database
from mesh.transaction import Transaction

log = structlog.get_logger(__name__)
Step = Callable[[Transaction], Awaitable[int]]


class Sequencer:
    """Runs `step` until nothing is left, then every `seconds` or when woken.

    `step` returns how many rows it numbered.
    """

    def __init__(self, database: Database, name: str, step: Step, *, seconds: float = 0.2) -> None:
        self.name = name
        self._database = database
        self._step = step
        self._seconds = seconds
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Do not wait for the next tick."""
        self._wake.set()

    async def once(self) -> int:
        """One step; 0 also when another process is numbering at this moment."""
        async with self._database.transaction() as tx:
            if not await tx.value(
                "select pg_try_advisory_xact_lock(hashtextextended(:name, 0))", name=f"{tx.service}/{self.name}"
            ):
                return 0
            numbered = await self._step(tx)
            crash.site(f"sequencer.{self.name}.before_commit")
        crash.site(f"sequencer.{self.name}.committed")
        return numbered

    async def run(self) -> None:
        """Number until cancelled; a database that is away is waited out."""
        while True:
            self._wake.clear()
            try:
                while await self.once():
                    pass
            except (DBAPIError, OSError) as error:
                log.warning("sequencer_waits", sequencer=self.name, error=str(error))
                await asyncio.sleep(1.0)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._seconds)
