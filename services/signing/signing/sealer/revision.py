"""The one revision after the seal: validation data (DSS) and, for B-LTA, a document time-stamp over everything.

ETSI EN 319 142-1, 5.4; ISO 32000-2, 12.8.4 and 12.8.5. Nothing of the file is parsed: its writer told what it wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from signing.domain.pdf import flate, indirect, reference, references
from signing.domain.rendering import SealForm

_EXTENSIONS: Final = b" /Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >>"
_BYTE_RANGE_WIDTH: Final = 32
_CATALOG: Final = 1


@dataclass(frozen=True)
class ValidationData:
    """What a verifier needs in ten years (all DER)."""

    certificates: Sequence[bytes] = field(repr=False)
    crls: Sequence[bytes] = field(repr=False)
    ocsps: Sequence[bytes] = field(repr=False)


def append_revision(
    content: bytearray, form: SealForm, data: ValidationData, stamp_bytes: int = 0
) -> tuple[int, int] | None:
    """Append it to a sealed file.

    With `stamp_bytes` it has a document time-stamp with so much room: returns the hole of its value, still zeros. Its
    byte range is in place.
    """
    writer = _RevisionWriter(len(content), form.next_object)
    store = writer.add_next(
        b"<< /Type /DSS /Certs %b /CRLs %b%b >>"
        % (
            references([writer.add_next(_packed(der)) for der in data.certificates]),
            references([writer.add_next(_packed(der)) for der in data.crls]),
            b" /OCSPs %b" % references([writer.add_next(_packed(der)) for der in data.ocsps]) if data.ocsps else b"",
        )
    )
    catalog = form.catalog.removesuffix(b" >>") + b" /DSS %b%b >>" % (reference(store), _EXTENSIONS)
    hole = None
    if stamp_bytes:
        stamp, stamp_field = writer.next_object, writer.next_object + 1
        hole = writer.add_stamp(stamp_bytes)
        writer.add_next(
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Archive) /F 132 /Rect [0 0 0 0] /P %b /V %b >>"
            % (reference(form.page_object), reference(stamp))
        )
        fields = references([form.seal_field])
        both = references([form.seal_field, stamp_field])
        writer.add(form.page_object, form.page.replace(b"/Annots " + fields, b"/Annots " + both))
        catalog = catalog.replace(b"/Fields " + fields, b"/Fields " + both)
    writer.add(_CATALOG, catalog)
    content += writer.finished(form)
    if hole:
        covered = b"%d %d %d" % (*hole, len(content) - hole[1])
        at = hole[0] - len(b"] /Contents ") - _BYTE_RANGE_WIDTH
        content[at : at + len(covered)] = covered
    return hole


class _RevisionWriter:
    def __init__(self, position: int, next_object: int) -> None:
        self.next_object = next_object
        self._position = position
        self._parts: list[bytes] = []
        self._offsets: dict[int, int] = {}

    def add(self, number: int, body: bytes) -> None:
        written = indirect(number, body)
        self._offsets[number] = self._position
        self._parts.append(written)
        self._position += len(written)

    def add_next(self, body: bytes) -> int:
        number = self.next_object
        self.next_object += 1
        self.add(number, body)
        return number

    def add_stamp(self, room: int) -> tuple[int, int]:
        """A time-stamp dictionary with `room` bytes for its token; returns where the token's string stands."""
        before = (
            b"<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 "
            + b" " * _BYTE_RANGE_WIDTH
            + b"] /Contents "
        )
        start = self._position + len(b"%d 0 obj\n" % self.next_object) + len(before)
        self.add_next(b"%b<%b> >>" % (before, b"0" * (2 * room)))
        return start, start + 2 * room + 2

    def finished(self, form: SealForm) -> bytes:
        """Everything written, with a cross-reference section that leads to the one before."""
        sections = b"".join(
            b"%d 1\n%010d 00000 n \n" % (number, offset) for number, offset in sorted(self._offsets.items())
        )
        trailer = b"trailer\n<< /Size %d /Root %b /ID [<%b> <%b>] /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
            self.next_object,
            reference(_CATALOG),
            form.identifier,
            form.identifier,
            form.cross_reference,
            self._position,
        )
        return b"".join([*self._parts, b"xref\n", sections, trailer])


@lru_cache(256)
def _packed(der: bytes) -> bytes:
    """Certificates and lists stay the same over many documents."""
    return flate(der)
