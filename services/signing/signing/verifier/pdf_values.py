"""Reads PDF objects (ISO 32000-2, 7.3) in the one form in which readers can't differ about them.

No key twice in a dictionary, no unescaped parenthesis in a string, no comment, generation 0 everywhere.
"""

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from signing.verifier.faults import SealFault, demand

_CODE: Final = "FILE_FORM"
_MOST_NESTED: Final = 12
_TOKEN: Final = re.compile(
    rb"[ \n]*(?:(<<)|(>>)|(\[)|(\])|/([^ \n\r\t\f\0<>\[\]()/%{}]+)|\(((?:[^()\\]|\\.)*)\)|(<[0-9A-Fa-f]*>)"
    rb"|(\d{1,10}) 0 R(?![A-Za-z0-9])|([+-]?\d{1,12}(?:\.\d{1,6})?)(?![A-Za-z0-9.])|(true|false|null)(?![A-Za-z0-9]))",
    re.DOTALL,
)


class Ref(NamedTuple):
    """An indirect reference."""

    number: int


class Name(NamedTuple):
    """A name, as it is written."""

    value: bytes


class Text(NamedTuple):
    """A literal string between its parentheses, escapes unread."""

    value: bytes


@dataclass(frozen=True)
class Hex:
    """A hexadecimal string, delimiters included; where it begins and ends makes no other string of it."""

    raw: bytes = field(repr=False)
    start: int = field(compare=False)
    end: int = field(compare=False)


Value = dict[bytes, "Value"] | list["Value"] | Ref | Name | Text | Hex | int | float | bool | None


@dataclass(frozen=True)
class Indirect:
    """An indirect object: its value, where its stream's data lie (None without), and where it ends."""

    value: Value
    data: tuple[int, int] | None
    end: int

    @property
    def entries(self) -> dict[bytes, Value]:
        """The value as a dictionary. Raises SealFault."""
        return entries(self.value)


def entries(value: Value) -> dict[bytes, Value]:
    """A dictionary. Raises SealFault on anything else."""
    if not isinstance(value, dict):
        raise SealFault(_CODE, "a dictionary was expected")
    return value


def array(value: Value) -> list[Value]:
    """An array. Raises SealFault on anything else."""
    if not isinstance(value, list):
        raise SealFault(_CODE, "an array was expected")
    return value


def number_of(value: Value) -> int:
    """The object a reference leads to. Raises SealFault on anything else."""
    if not isinstance(value, Ref):
        raise SealFault(_CODE, "a reference was expected")
    return value.number


def integer(value: Value) -> int:
    """A non-negative whole number. Raises SealFault on anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SealFault(_CODE, "a number was expected")
    return value


def indirect_at(pdf: bytes, position: int, number: int) -> Indirect:
    """The object `number`, which must stand exactly at `position`."""
    head = b"%d 0 obj\n" % number
    demand(pdf.startswith(head, position), _CODE, f"object {number} is not where the cross-reference table says")
    value, at = read_value(pdf, position + len(head))
    if pdf.startswith(b"\nendobj\n", at):
        return Indirect(value, None, at + len(b"\nendobj\n"))
    demand(pdf.startswith(b"\nstream\n", at), _CODE, f"object {number} has no end")
    begin = at + len(b"\nstream\n")
    end = begin + integer(entries(value).get(b"Length"))
    demand(pdf.startswith(b"\nendstream\nendobj\n", end), _CODE, f"the stream of object {number} has another length")
    return Indirect(value, (begin, end), end + len(b"\nendstream\nendobj\n"))


def read_value(pdf: bytes, position: int, depth: int = 0) -> tuple[Value, int]:
    """The value at a position and where it ends."""
    token = _TOKEN.match(pdf, position)
    if token is None or depth > _MOST_NESTED:
        raise SealFault(_CODE, f"no object is readable at byte {position}")
    at, kind, text = token.end(), token.lastindex, token[token.lastindex or 0]
    match kind:
        case 1:
            return _dictionary(pdf, at, depth)
        case 3:
            return _array(pdf, at, depth)
        case 5:
            return Name(text), at
        case 6:
            return Text(text), at
        case 7:
            return Hex(text, at - len(text), at), at
        case 8:
            return Ref(int(text)), at
        case 9:
            return (float(text) if b"." in text else int(text)), at
        case 10:
            return {b"true": True, b"false": False, b"null": None}[text], at
        case _:
            raise SealFault(_CODE, f"something closes at byte {position} that was not open")


def _dictionary(pdf: bytes, at: int, depth: int) -> tuple[Value, int]:
    found: dict[bytes, Value] = {}
    while True:
        token = _TOKEN.match(pdf, at)
        if token is not None and token.lastindex == 2:
            return found, token.end()
        demand(token is not None and token.lastindex == 5, _CODE, f"no key at byte {at}")
        assert token is not None
        key = token[5]
        demand(key not in found, _CODE, f"the key {key.decode('latin-1')} stands twice in a dictionary")
        found[key], at = read_value(pdf, token.end(), depth + 1)


def _array(pdf: bytes, at: int, depth: int) -> tuple[Value, int]:
    found: list[Value] = []
    while True:
        token = _TOKEN.match(pdf, at)
        if token is not None and token.lastindex == 4:
            return found, token.end()
        member, at = read_value(pdf, at, depth + 1)
        found.append(member)
