"""The revisions of a file: which objects each one holds, and that nothing lies beside them."""

import hashlib
import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from signing.verifier.faults import SealFault, demand
from signing.verifier.pdf_values import Indirect, Ref, Value, entries, indirect_at, integer, number_of, read_value

_CODE: Final = "FILE_FORM"
_END: Final = re.compile(rb"startxref\n(\d{1,10})\n%%EOF\n\Z")
_SUBSECTION: Final = re.compile(rb"(\d{1,7}) (\d{1,7})\n")
_ENTRY: Final = re.compile(rb"(\d{10}) (\d{5}) ([nf]) \n")
_ENTRY_SIZE: Final = 20
_TAIL: Final = 64
_MOST_UNPACKED: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Revision:
    """One revision: where its table and its end are, its trailer, and the offsets of its objects."""

    table: int
    end: int
    trailer: dict[bytes, Value]
    offsets: dict[int, int] = field(repr=False)

    @property
    def size(self) -> int:
        """One more than the highest object number."""
        return integer(self.trailer.get(b"Size"))

    @property
    def root(self) -> int:
        """The number of the catalog."""
        return number_of(self.trailer.get(b"Root"))


class Revisions:
    """The one or two revisions of a file: the sealed one, and the one with validation data."""

    def __init__(self, pdf: bytes) -> None:
        """Raises SealFault."""
        demand(pdf.startswith(b"%PDF-1.7\n"), _CODE, "the file does not begin as a PDF 1.7")
        self.pdf = pdf
        self._read: dict[tuple[int, int], Indirect] = {}
        self._begun = 0, hashlib.sha256()
        last = _revision(pdf, len(pdf))
        if b"Prev" not in last.trailer:
            self.first, self.second = last, None
            return
        previous = integer(last.trailer[b"Prev"])
        end = pdf.find(b"%%EOF\n", previous) + len(b"%%EOF\n")
        self.first, self.second = _revision(pdf, end), last
        demand(self.first.table == previous, _CODE, "the second revision does not follow the first")
        demand(b"Prev" not in self.first.trailer, _CODE, "there are more than two revisions")
        keys = {b"Size", b"Root", b"ID", b"Prev"}
        same = all(self.first.trailer.get(key) == last.trailer.get(key) for key in (b"Root",))
        demand(set(last.trailer) == keys and same, _CODE, "the second revision has another trailer")

    def of_first(self, number: int) -> Indirect:
        """An object as the sealed revision has it."""
        return self._at(self.first.offsets, number)

    def of_last(self, number: int) -> Indirect:
        """An object as the file has it now."""
        if self.second and number in self.second.offsets:
            return self._at(self.second.offsets, number)
        return self.of_first(number)

    def stream(self, value: Value, *, of_first: bool) -> bytes:
        """The unpacked data of a referred stream. Raises SealFault."""
        number = number_of(value)
        found = self.of_first(number) if of_first else self.of_last(number)
        if found.data is None:
            raise SealFault(_CODE, f"object {number} is no stream")
        begin, end = found.data
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(self.pdf[begin:end], _MOST_UNPACKED)
        except zlib.error as error:
            raise SealFault(_CODE, f"the stream of object {number} can't be unpacked") from error
        demand(unpacker.eof and not unpacker.unused_data, _CODE, f"the stream of object {number} has no clean end")
        return data

    def digest_around(self, start: int, stop: int, end: int) -> bytes:
        """The SHA-256 of everything up to `end` but the bytes from `start` to `stop`.

        Each signature covers what stands before the one before it: that is hashed once.
        """
        at, begun = self._begun if self._begun[0] <= start else (0, hashlib.sha256())
        pdf, digest = memoryview(self.pdf), begun.copy()
        digest.update(pdf[at:start])
        self._begun = start, digest.copy()
        digest.update(pdf[stop:end])
        return digest.digest()

    @cached_property
    def added(self) -> dict[int, Indirect]:
        """The objects of the second revision, which must fill it without a gap."""
        if self.second is None:
            return {}
        position, found = self.first.end, dict[int, Indirect]()
        for number, offset in sorted(self.second.offsets.items(), key=lambda pair: pair[1]):
            demand(offset == position, "LATER_CHANGE", f"bytes lie between objects before object {number}")
            found[number] = self._object(number, offset)
            position = found[number].end
        demand(position == self.second.table, "LATER_CHANGE", "bytes lie before the last table")
        return found

    def _at(self, offsets: dict[int, int], number: int) -> Indirect:
        if number not in offsets:
            raise SealFault(_CODE, f"object {number} is missing")
        return self._object(number, offsets[number])

    def _object(self, number: int, offset: int) -> Indirect:
        """Several checks ask for the same object; it is read once."""
        found = self._read.get((number, offset))
        if found is None:
            found = self._read[number, offset] = indirect_at(self.pdf, offset, number)
        return found


def _revision(pdf: bytes, end: int) -> Revision:
    tail = _END.search(pdf[max(0, end - _TAIL) : end])
    if tail is None:
        raise SealFault("END_OF_FILE", "a revision does not end with its mark")
    table, offsets = int(tail[1]), dict[int, int]()
    demand(pdf.startswith(b"xref\n", table), _CODE, "there is no cross-reference table where one is announced")
    at = table + len(b"xref\n")
    while head := _SUBSECTION.match(pdf, at):
        first, count = int(head[1]), int(head[2])
        at = head.end()
        demand(count > 0 and at + count * _ENTRY_SIZE <= end, _CODE, "a cross-reference section is cut off")
        section, at = _ENTRY.findall(pdf, at, at + count * _ENTRY_SIZE), at + count * _ENTRY_SIZE
        demand(len(section) == count, _CODE, "a cross-reference section is not readable")
        for number, (offset, generation, use) in enumerate(section, first):
            if number in offsets:  # in use, then free: other readers may take the other one
                raise SealFault(_CODE, f"the cross-reference entry of object {number} is there twice")
            if use == b"n":
                demand(generation == b"00000", _CODE, "an object has a generation")
                offsets[number] = int(offset)
    demand(pdf.startswith(b"trailer\n", at), _CODE, "the trailer is missing")
    trailer, at = read_value(pdf, at + len(b"trailer\n"))
    demand(pdf[at:end] == b"\nstartxref\n%d\n%%%%EOF\n" % table, "END_OF_FILE", "bytes lie after a trailer")
    found = entries(trailer)
    demand(isinstance(found.get(b"Root"), Ref) and b"Encrypt" not in found, _CODE, "the trailer names no catalog")
    return Revision(table, end, found, offsets)
