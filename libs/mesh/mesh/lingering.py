"""How long to wait before the next batch: as long as the last took, so that what arrives meanwhile comes together.

A fact alone costs several times what it costs among many: its transaction, its statements, its wake-ups. A machine
that is idle handles a fact in milliseconds and waits no longer; one at its limits takes long for a batch, waits as
long, and so takes fewer and larger ones, which is what lets it catch up.
"""

import time
from typing import Final

LONGEST: Final = 0.1
"""Seconds. A batch that waited for somebody else's answer says nothing of our load."""


def seconds(began: float) -> float:
    """How long to linger after a batch that began at this `time.monotonic()`."""
    return min(time.monotonic() - began, LONGEST)
