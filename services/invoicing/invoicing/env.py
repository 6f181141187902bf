"""What routes and handlers of invoicing work with."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only."""

    api: Database
    pipeline: Database
    objects: Objects
    clock: Clock
