"""What routes, handlers and jobs of po-sync work with."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects
from po_sync.intake.answered import Answered
from rules.checker import AsyncChecker


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only."""

    api: Database
    pipeline: Database
    objects: Objects
    clock: Clock
    checker: AsyncChecker
    answered: Answered
