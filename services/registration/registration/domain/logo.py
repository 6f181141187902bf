"""A company's logo: a small PNG or JPEG, told by its own first bytes and not by what somebody calls it."""

import struct
from typing import Final

MAX_BYTES: Final = 200_000
MAX_SIDE: Final = 2_000
"""Pixels. A larger picture would be unpacked into tens of megabytes by whoever prints it."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that carry the size (ITU-T T.81, table B.1)."""


def media_type(content: bytes) -> str:
    """`image/png` or `image/jpeg`. Raises ValueError: neither, too large, or its size cannot be read."""
    if len(content) > MAX_BYTES:
        raise ValueError(f"a logo has at most {MAX_BYTES // 1000} kB")
    if content.startswith(_PNG):
        found, size = "image/png", _png_size(content)
    elif content.startswith(_JPEG):
        found, size = "image/jpeg", _jpeg_size(content)
    else:
        raise ValueError("a logo is a PNG or a JPEG")
    if size is None or not all(0 < side <= MAX_SIDE for side in size):
        raise ValueError(f"a logo has at most {MAX_SIDE} pixels a side")
    return found


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 24 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + max(length, 2)
    return None
