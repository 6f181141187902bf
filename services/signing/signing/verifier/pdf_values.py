"""Reads PDF objects (ISO 32000-2, 7.3) in the one form in which readers can't differ about them.

No key twice in a dictionary, no unescaped parenthesis in a string, no comment, generation 0 everywhere.
"""

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from signing.verifier.faults import SealFault, demand

_CODE: Final = "FILE_FORM"
_MOST_NESTED: Final = 12
_NAME: Final = rb"/([^ \n\r\t\f\0<>\[\]()/%{}]++)"
_ANY: Final = (
    rb"[ \n]*(?:(<<)|(>>)|(\[)|(\])|" + _NAME + rb"|\(((?:[^()\\]|\\.)*)\)|(<[0-9A-Fa-f]*>)"
    rb"|(\d{1,10}) 0 R(?![A-Za-z0-9])|([+-]?\d{1,12}(?:\.\d{1,6})?)(?![A-Za-z0-9.])|(true|false|null)(?![A-Za-z0-9]))"
)
_TOKEN: Final = re.compile(_ANY, re.DOTALL)
_ENTRY: Final = re.compile(rb"[ \n]*" + _NAME + _ANY, re.DOTALL)
"""A key and the first token of its value: files consist of little else, so they are read at once."""
_CLOSE: Final = re.compile(rb"[ \n]*>>")
_WORDS: Final = {b"true": True, b"false": False, b"null": None}


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


class Indirect(NamedTuple):
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
    if not pdf.startswith(head, position):
        raise SealFault(_CODE, f"object {number} is not where the cross-reference table says")
    value, at = read_value(pdf, position + len(head))
    if pdf.startswith(b"\nendobj\n", at):
        return Indirect(value, None, at + len(b"\nendobj\n"))
    if not pdf.startswith(b"\nstream\n", at):
        raise SealFault(_CODE, f"object {number} has no end")
    begin = at + len(b"\nstream\n")
    end = begin + integer(entries(value).get(b"Length"))
    if not pdf.startswith(b"\nendstream\nendobj\n", end):
        raise SealFault(_CODE, f"the stream of object {number} has another length")
    return Indirect(value, (begin, end), end + len(b"\nendstream\nendobj\n"))


def read_value(pdf: bytes, position: int) -> tuple[Value, int]:
    """The value at a position and where it ends."""
    token = _TOKEN.match(pdf, position)
    if token is None:
        raise SealFault(_CODE, f"no object is readable at byte {position}")
    kind = token.lastindex or 0
    return _value(pdf, kind, token[kind], token.end(), 0)


def _value(pdf: bytes, kind: int, text: bytes, at: int, depth: int) -> tuple[Value, int]:
    """The value whose first token is `text`, which ends at `at`."""
    match kind:
        case 8:
            return Ref(int(text)), at
        case 5:
            return Name(text), at
        case 9:
            return (float(text) if b"." in text else int(text)), at
        case 1:
            return _dictionary(pdf, at, depth + 1)
        case 3:
            return _array(pdf, at, depth + 1)
        case 6:
            return Text(text), at
        case 7:
            return Hex(text, at - len(text), at), at
        case 10:
            return _WORDS[text], at
        case _:
            raise SealFault(_CODE, f"something closes before byte {at} that was not open")


def _dictionary(pdf: bytes, at: int, depth: int) -> tuple[Value, int]:
    demand(depth <= _MOST_NESTED, _CODE, "values are nested too deeply")
    found: dict[bytes, Value] = {}
    while entry := _ENTRY.match(pdf, at):
        key, last = entry[1], entry.lastindex or 0
        if key in found:
            raise SealFault(_CODE, f"the key {key.decode('latin-1')} stands twice in a dictionary")
        found[key], at = _value(pdf, last - 1, entry[last], entry.end(), depth)
    close = _CLOSE.match(pdf, at)
    if close is None:
        raise SealFault(_CODE, f"no key at byte {at}")
    return found, close.end()


def _array(pdf: bytes, at: int, depth: int) -> tuple[Value, int]:
    demand(depth <= _MOST_NESTED, _CODE, "values are nested too deeply")
    found: list[Value] = []
    while token := _TOKEN.match(pdf, at):
        kind = token.lastindex or 0
        if kind == 4:
            return found, token.end()
        member, at = _value(pdf, kind, token[kind], token.end(), depth)
        found.append(member)
    raise SealFault(_CODE, f"no object is readable at byte {at}")
