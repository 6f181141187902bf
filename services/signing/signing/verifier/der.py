"""Walks DER (ITU-T X.690): tags of one byte, definite lengths in their shortest form.

Not the sealer's: a verifier that read with the writer's code would share its mistakes.
"""

from typing import Final, NamedTuple

from signing.verifier.faults import SealFault

_CODE: Final = "SIGNATURE_FORM"
_SHORT: Final = 0x80


class Node(NamedTuple):
    """An element of `data`: its tag, where it begins, and where its content begins and ends."""

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
        """With its tag and length."""
        return self.data[self.start : self.end]

    def members(self) -> list["Node"]:
        """What it is made of. Raises SealFault."""
        found: list[Node] = []
        position = self.begin
        while position < self.end:
            found.append(node(self.data, position, self.end))
            position = found[-1].end
        return found

    def inner(self) -> "Node":
        """The one element in an explicit tag. Raises SealFault."""
        members = self.members()
        if len(members) != 1:
            raise SealFault(_CODE, "an explicit tag holds more than one element")
        return members[0]


def node(data: bytes, position: int = 0, limit: int | None = None) -> Node:
    """The element at a position, which ends before `limit`. Raises SealFault."""
    end = len(data) if limit is None else limit
    begin = position + 2
    if begin > end or data[position] & 0x1F == 0x1F:
        raise SealFault(_CODE, f"no element is readable at byte {position}")
    size = data[position + 1]
    if size >= _SHORT:
        count = size - _SHORT
        written = data[begin : begin + count]
        size = int.from_bytes(written, "big")
        if not 1 <= count <= 4 or len(written) != count or written[0] == 0 or size < _SHORT:
            raise SealFault(_CODE, f"the length at byte {position} is not in its shortest form")
        begin += count
    if begin + size > end:
        raise SealFault(_CODE, f"the element at byte {position} is cut off")
    return Node(data, data[position], position, begin, begin + size)


def whole(data: bytes) -> Node:
    """The one element that data are. Raises SealFault when something follows it."""
    found = node(data)
    if found.end != len(data):
        raise SealFault(_CODE, "something follows the element")
    return found


def encoded(tag: int, *contents: bytes) -> bytes:
    """An element in its one form: to compare with what was read."""
    content = b"".join(contents)
    if len(content) < _SHORT:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT + len(size))) + size + content
