"""Identifiers: UUID version 7 (RFC 9562, §5.7), so that they sort by the time they were made.

Facts derived from a fact get derived ids: doing the same work twice gives the same id, and the reader's inbox drops
the second.
"""

import hashlib
import os
import threading
import time
import uuid
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

_read: Final = TypeAdapter(UUID).validator.validate_python
_VARIANT = 0x8000_0000_0000_0000
_TICKS = 4096  # a millisecond: the twelve bits of rand_a hold its fraction (RFC 9562, §6.2, method 3)


class _Ticks:
    """The time in ticks, one more each time it is asked within the same tick."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            self._last = max(time.time_ns() * _TICKS // 1_000_000, self._last + 1)
            return self._last


_ticks = _Ticks()


def _layout(milliseconds: int, random_a: int, random_b: int) -> UUID:
    high = (milliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | (random_a & 0xFFF)
    low = _VARIANT | (random_b & 0x3FFF_FFFF_FFFF_FFFF)
    return _read((high << 64 | low).to_bytes(16, "big"))


def read_id(text: str) -> UUID:
    """An id from its text (RFC 9562, §4); every fact has three, so it is read by what is quickest at it.

    Raises ValueError when it is no UUID.
    """
    try:
        return _read(text)
    except ValidationError:
        raise ValueError(f"{text[:40]!r} is no UUID") from None


def new_id() -> UUID:
    """A fresh UUIDv7 of this moment, above every earlier one of this process, also within one millisecond."""
    tick = _ticks.next()
    return _layout(tick // _TICKS, tick, int.from_bytes(os.urandom(8), "big"))


def derived_id(parent: UUID, *names: str | int) -> UUID:
    """The id of what follows from `parent`: the parent's milliseconds, then a digest of the parent and the names.

    Deterministic: reprocessing a fact yields the ids of the first time.
    """
    origin = parent.bytes
    made = bytearray(origin[:6] + hashlib.sha256(origin + "\x1f".join(map(str, names)).encode()).digest()[:10])
    made[6] = 0x70 | (made[6] & 0x0F)
    made[8] = 0x80 | (made[8] & 0x3F)
    return _read(bytes(made))


def order_line_id(order_id: UUID, line: str) -> UUID:
    """The id of an order line, from the order's id and the buyer's line identifier (UBL `cac:LineItem/cbc:ID`)."""
    return uuid.uuid5(order_id, line)


def milliseconds(identifier: UUID) -> int:
    """Unix time in milliseconds that a UUIDv7 carries."""
    return identifier.int >> 80
