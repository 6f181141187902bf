"""What routes, handlers and jobs of po-sync work with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects
from mesh.together import Together
from po_sync.store import orders
from rules.checker import AsyncChecker


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only."""

    api: Database
    pipeline: Database
    objects: Objects
    clock: Clock
    checker: AsyncChecker

    @cached_property
    def answered(self) -> Together[UUID, bool]:
        """Whether an order is answered."""

        async def look(ids: Sequence[UUID]) -> list[bool]:
            return await orders.answered(self.pipeline, ids)

        return Together(look)
