"""How long to wait before the next batch, so that what arrives meanwhile comes together.

A fact alone costs several times what it costs among many: its transaction, its statements, its wake-ups. A machine
that is idle handles a fact in milliseconds and hardly waits; one at its limits takes ten times as long for a batch,
waits a hundred times as long, and so takes few and large ones, which is what lets it catch up.
"""

import time
from typing import Final

EVEN: Final = 0.006
"""Seconds. A batch that takes so long is followed by as long a wait; a shorter one by less, a longer one by more."""
LONGEST: Final = 0.5
"""Seconds. A batch that waited for somebody else's answer says nothing of our load."""


def seconds(began: float) -> float:
    """How long to linger after a batch that began at this `time.monotonic()`."""
    took = time.monotonic() - began
    return min(took * took / EVEN, LONGEST)
