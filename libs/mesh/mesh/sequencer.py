"""Numbers and chains what committed. Rows commit unnumbered; one step at a time, in one transaction under an
advisory lock, numbers them.

The lock lives and dies with the transaction that numbers: a paused or killed process cannot hold it past its own
statement timeout, and can
never number anything after somebody else did.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError

from mesh import crash, lingering
from mesh.db import Database
from mesh.transaction import Transaction

log = structlog.get_logger(__name__)
_BUSY_SECONDS = 0.05
_MANY = 100
"""Rows of a step that is followed by the next at once: there is something to catch up with."""
Step = Callable[[Transaction], Awaitable[int]]
Left = Callable[[Transaction], bool]


def by_itself(_: Transaction) -> bool:
    """What becomes due with time is looked for at each tick, and no commit brings it nearer."""
    return False


def unnumbered(tx: Transaction) -> bool:
    """Whether a transaction left rows of its service to number."""
    return tx.unnumbered


class Sequencer:
    """Runs `step` until nothing is left, then every `seconds` or when woken by a commit that `left` something to it.

    `step` returns how many rows it numbered. Its statements go by key; where they look for what is due, whose share of
    the rows depends on the moment, they are to be planned for it: `replan`.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        step: Step,
        *,
        seconds: float = 5.0,
        replan: bool = False,
        left: Left = unnumbered,
    ) -> None:
        self.name = name
        self._replan = replan
        self._database = database
        self._step = step
        self._left = left
        self._seconds = seconds
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Do not wait for the next tick."""
        self._wake.set()

    def watch(self, database: Database) -> None:
        """Be woken by this database's commits; the tick is for rows that other processes left."""
        database.after_commit(self._committed)

    async def _committed(self, tx: Transaction) -> None:
        if self._left(tx):
            self._wake.set()

    async def once(self) -> int | None:
        """One step; None when another process is numbering at this moment."""
        async with self._database.transaction(replan=self._replan) as tx:
            if not await tx.value(
                "select pg_try_advisory_xact_lock(hashtextextended(:name, 0))", name=f"{tx.service}/{self.name}"
            ):
                return None
            numbered = await self._step(tx)
            if numbered:
                crash.site(f"sequencer.{self.name}.before_commit")
        if numbered:
            crash.site(f"sequencer.{self.name}.committed")
        return numbered

    async def _number(self) -> int | None:
        """One step, and a while for what arrives meanwhile to come together."""
        began = time.monotonic()
        numbered = await self.once()
        if (numbered or 0) < _MANY:
            await asyncio.sleep(lingering.seconds(began))
        return numbered

    async def run(self) -> None:
        """Number until cancelled; a database that is away is waited out."""
        while True:
            self._wake.clear()
            try:
                while (numbered := await self._number()) != 0:
                    if numbered is None:  # what we left may have come too late for the one who numbers now
                        await asyncio.sleep(_BUSY_SECONDS)
            except (DBAPIError, OSError) as error:
                log.warning("sequencer_waits", sequencer=self.name, error=str(error))
                await asyncio.sleep(1.0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._wake.wait()
