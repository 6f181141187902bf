"""The little of DER (ITU-T X.690) that a seal needs: writing what is known, walking what an authority sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SEQUENCE: Final = 0x30
SET: Final = 0x31
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
GENERALIZED_TIME: Final = 0x18
NULL: Final = b"\x05\x00"
TRUE: Final = b"\x01\x01\xff"
_LONG: Final = 0x80
_MULTI_BYTE_TAG: Final = 0x1F


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


def integer(value: int) -> bytes:
    """A non-negative integer."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def identifier(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *arcs = map(int, dotted.split("."))
    return element(OBJECT_IDENTIFIER, b"".join(_base128(arc) for arc in (40 * first + second, *arcs)))


def set_of(*members: bytes) -> bytes:
    """A SET OF, its members in the order that DER asks for."""
    return element(SET, *sorted(members))


@dataclass(slots=True)
class Element:
    """An element inside `data`: its tag, where it begins, and where its content begins and ends.

    Dozens are made for every token: not frozen, which would double what that costs.
    """

    data: bytes
    tag: int
    start: int
    begin: int
    end: int

    @property
    def content(self) -> bytes:
        return self.data[self.begin : self.end]

    @property
    def der(self) -> bytes:
        """The element with its tag and length."""
        return self.data[self.start : self.end]

    def members(self) -> Iterator["Element"]:
        """The elements it is made of. Raises ValueError."""
        position = self.begin
        while position < self.end:
            member = read(self.data, position, self.end)
            yield member
            position = member.end


def read(data: bytes, position: int = 0, limit: int | None = None) -> Element:
    """The element at a position, which must end before `limit`.

    Raises ValueError on anything but a definite length and a tag of one byte.
    """
    end = len(data) if limit is None else limit
    if position + 2 > end:
        raise ValueError("DER: cut off")
    tag, length = data[position], data[position + 1]
    begin = position + 2
    if tag & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
        raise ValueError("DER: a tag of several bytes")
    if length >= _LONG:
        count = length & ~_LONG
        if not 1 <= count <= 4 or begin + count > end:
            raise ValueError("DER: no definite length")
        length = int.from_bytes(data[begin : begin + count], "big")
        begin += count
    if begin + length > end:
        raise ValueError("DER: cut off")
    return Element(data, tag, position, begin, begin + length)


def _base128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(arc & 0x7F | _LONG)
    return bytes(reversed(groups))
