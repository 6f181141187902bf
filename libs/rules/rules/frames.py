"""How a service and its checking process talk: frames over a pipe, each a length of 4 bytes (big endian) and its bytes.

A question is two frames: JSON `{"sets": [...] | null}` and the document. An answer is one: JSON `{"findings": [...]}`,
`{"error": {"type", …}}`, always with `memory`, the process's resident bytes.
"""

from typing import BinaryIO, Final

HEADER: Final = 4


def frame(payload: bytes) -> bytes:
    """One frame."""
    return len(payload).to_bytes(HEADER, "big") + payload


def read_frame(stream: BinaryIO) -> bytes | None:
    """The payload of the next frame; None at the end of the stream."""
    header = stream.read(HEADER)
    if len(header) < HEADER:
        return None
    size = int.from_bytes(header, "big")
    payload = stream.read(size)
    return payload if len(payload) == size else None
