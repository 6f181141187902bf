"""What routes and handlers of validation work with."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects
from rules.checker import AsyncChecker
from rules.shadow import Shadow
from validation.confirming import VatNumbers


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
