"""The little of DER (ITU-T X.690) that evidence is put together with: what was signed stays the bytes it is."""

from collections.abc import Iterable, Iterator
from typing import Final

SEQUENCE: Final = 0x30
SET: Final = 0x31
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
SHA256: Final = bytes.fromhex("300d06096086480165030402010500")
"""AlgorithmIdentifier of SHA-256, with NULL parameters."""
_LONG: Final = 0x80


def context(number: int) -> int:
    """The tag of a constructed, context-specific element."""
    return 0xA0 | number


def element(tag: int, *contents: bytes) -> bytes:
    """An element with a definite length in its shortest form."""
    content = b"".join(contents)
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + content


def set_of(tag: int, members: Iterable[bytes]) -> bytes:
    """A SET OF under a tag, its members in the order that DER asks for."""
    return element(tag, *sorted(members))


def members(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and whole encoding of each element inside one. Raises ValueError on what is not DER."""
    _, begin, end = _head(data, 0)
    if end != len(data):
        raise ValueError("something follows the element")
    while begin < end:
        tag, _, following = _head(data, begin)
        yield tag, data[begin:following]
        begin = following


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, and where the content begins and ends."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise ValueError("cut off, or a tag of several bytes")
    length, begin = data[at + 1], at + 2
    if length >= _LONG:
        count = length & ~_LONG
        if not 1 <= count <= 4:
            raise ValueError("no definite length")
        length, begin = int.from_bytes(data[begin : begin + count], "big"), begin + count
    if begin + length > len(data):
        raise ValueError("cut off")
    return data[at], begin, begin + length
