"""When something that did not get through is sent again, and when it is given up."""

from datetime import datetime, timedelta
from typing import Final

WAITS: Final = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3_600, 21_600))
"""Waits after the first, second … failed attempt; the last one repeats."""
PATIENCE: Final = timedelta(days=3)
"""How long attempts go on; a webhook that only failed meanwhile is disabled."""


def next_attempt(attempts: int, now: datetime, give_up_at: datetime) -> datetime | None:
    """When to try again after `attempts` failures, the last time at `give_up_at`; None: it is given up."""
    if now >= give_up_at:
        return None
    return min(now + WAITS[min(attempts, len(WAITS)) - 1], give_up_at)
