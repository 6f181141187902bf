"""What routes and handlers of validation work with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects
from mesh.together import Together
from rules.checker import AsyncChecker
from rules.shadow import Shadow
from validation.confirming import VatNumbers
from validation.store import rulebooks
from validation.store.rulebooks import Published


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only."""

    api: Database
    pipeline: Database
    objects: Objects
    checker: AsyncChecker
    clock: Clock
    vat_numbers: VatNumbers
    shadow: Shadow | None = None

    @cached_property
    def rulebooks(self) -> Together[UUID, Published | None]:
        """The version in force of a unit."""

        async def look(units: Sequence[UUID]) -> list[Published | None]:
            async with self.pipeline.autocommit() as tx:
                return await rulebooks.in_force(tx, units)

        return Together(look)
