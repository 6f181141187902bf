"""What routes, handlers and jobs of the archive work with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from archive.keys import LogKey
from archive.store import entries
from archive.store.entries import Before
from archive.timestamping import TimeStamping
from contracts.invoices import InvoiceSealed
from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects
from mesh.together import Together


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only."""

    api: Database
    pipeline: Database
    objects: Objects
    key: LogKey
    clock: Clock
    lock_days: int
    lock_days_without_option: int
    stamps: TimeStamping

    @cached_property
    def before_deposit(self) -> Together[InvoiceSealed, Before | None]:
        """What is known of a submission before its deposit; None: it ended elsewhere."""

        async def look(facts: Sequence[InvoiceSealed]) -> list[Before | None]:
            async with self.pipeline.autocommit() as tx:
                return await entries.before_deposits(tx, facts)

        return Together(look)
