"""What routes, handlers and jobs of the archive work with."""

from dataclasses import dataclass

from archive.keys import LogKey
from archive.timestamping import TimeStamping
from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects


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
