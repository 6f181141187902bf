"""How a service and its checking process talk: frames over a pipe, each a length of 4 bytes (big endian) and its bytes.

A question is two frames: JSON `{"day": … | null, "sets": [...] | null}` and the document. An answer is one: JSON
`{"findings": [...], "packs": [stylesheet, ...] | null}`, `{"error": {"type", …}}`, always with `memory`, the process's
resident bytes.
"""

import json
from datetime import date
from typing import BinaryIO, Final

from rules.under import Under

HEADER: Final = 4


def frame(payload: bytes) -> bytes:
    """One frame."""
    return len(payload).to_bytes(HEADER, "big") + payload


def asked(under: Under) -> bytes:
    """The first frame's payload of a question."""
    return json.dumps({"day": under.day and under.day.isoformat(), "sets": under.sets}).encode()


def under_of(payload: bytes) -> Under:
    """What `asked` says."""
    said = json.loads(payload)
    return Under(said["day"] and date.fromisoformat(said["day"]), None if said["sets"] is None else tuple(said["sets"]))


def read_frame(stream: BinaryIO) -> bytes | None:
    """The payload of the next frame; None at the end of the stream."""
    header = stream.read(HEADER)
    if len(header) < HEADER:
        return None
    size = int.from_bytes(header, "big")
    payload = stream.read(size)
    return payload if len(payload) == size else None
