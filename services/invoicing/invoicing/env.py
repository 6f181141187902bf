"""What routes and handlers of invoicing work with."""

from dataclasses import dataclass, field

from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects
from mesh.screening import NoScanner, Scanner


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only."""

    api: Database
    pipeline: Database
    objects: Objects
    clock: Clock
    scanner: Scanner = field(default_factory=NoScanner)
