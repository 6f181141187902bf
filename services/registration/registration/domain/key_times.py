"""When a signing key is shown, when it signs, and when it goes.

Gateways and services cache the key set and do not look again on an unknown key id (Envoy), so a key is published first,
signs once every cache has it, and is retired once the last token it signed has expired.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

JWKS_CACHE: Final = timedelta(seconds=60)
TOKEN_LIFE: Final = timedelta(minutes=5)
CLOCK_SKEW: Final = timedelta(seconds=5)
MARGIN: Final = timedelta(seconds=60)
"""For a replica that reads the keys late, and a cache that refreshes late."""


@dataclass(frozen=True)
class KeyTimes:
    """One key's life; it ends when its successor has long been signing."""

    kid: str
    created_at: datetime
    signs_from: datetime


def first_signs_from(now: datetime) -> datetime:
    """When the very first key signs: at once, since nobody can hold an older key set."""
    return now


def next_signs_from(now: datetime) -> datetime:
    """When a key that is published now may sign."""
    return now + JWKS_CACHE + MARGIN


def signing(keys: Sequence[KeyTimes], now: datetime) -> KeyTimes | None:
    """The key that signs now: the newest whose time has come."""
    ready = [key for key in keys if key.signs_from <= now]
    return max(ready, key=lambda key: (key.signs_from, key.kid), default=None)


def retired(keys: Sequence[KeyTimes], now: datetime) -> frozenset[str]:
    """The keys that no living token can carry."""
    ordered = sorted(keys, key=lambda key: (key.signs_from, key.kid))
    grace = TOKEN_LIFE + CLOCK_SKEW + MARGIN
    return frozenset(old.kid for old, successor in pairwise(ordered) if successor.signs_from + grace <= now)


def due(keys: Sequence[KeyTimes], now: datetime, period: timedelta) -> bool:
    """Whether the next key has to be made: there is none, or the newest has signed for a period."""
    newest = max((key.signs_from for key in keys), default=None)
    return newest is None or newest + period <= now
