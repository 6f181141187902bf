"""One document around its pages: catalog, metadata, embedded files, and the signature field with room for its value."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing.domain.pdf import date, flate, indirect, name, packed, reference, references, stream, text, utf16
from signing.domain.rendering import EmbeddedFile, OriginalXml, Printed, SealForm
from signing.renderer.ink.closing import SealBox
from signing.renderer.metadata import conformance_level, is_alternative, xml_name, xmp_packet
from signing.renderer.pdf.prefix import FIRST, Prefix

CATALOG, PAGES, METADATA, XML_FILE, XML_NAME, SEAL_LOOK, SEAL_FIELD, SEAL = range(1, FIRST)
BYTE_RANGE_WIDTH: Final = 32
_PAGE: Final = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] /Resources %b /Contents %b%b >>"
_SEAL: Final = (
    b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (%b) /Reference [<< /Type /SigRef"
    b" /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P 1 >> >>] /ByteRange [0 "
)


@dataclass(frozen=True)
class About:
    """What the metadata say."""

    title: str
    author: str
    language: str
    specification: str
    at: datetime

    @property
    def pdf_date(self) -> bytes:
        return date(self.at)


class DocumentWriter:
    """Writes one file after a prefix. Every object is written once, in order; nothing is read back."""

    def __init__(self, prefix: Prefix, about: About) -> None:
        self._prefix = prefix
        self._about = about
        self._parts = [prefix.content]
        self._position = len(prefix.content)
        self._offsets: dict[int, int] = {}
        self._next = prefix.next_object

    def write(
        self,
        pages: Sequence[bytes],
        *,
        xml: OriginalXml | None,
        attachments: Sequence[EmbeddedFile] = (),
        seal: SealBox | None = None,
        room: int = 0,
        xml_sha256: str = "",
    ) -> Printed:
        """The whole file. With `room` it has a signature field, visible in `seal`, for a value of so many bytes."""
        has_seal = room > 0
        kids = self._pages(pages, has_seal=has_seal)
        first_page = _PAGE % (
            reference(self._prefix.resources),
            reference(kids[0] - 1),
            b" /Annots %b" % references([SEAL_FIELD]) if has_seal else b"",
        )
        level = conformance_level(xml, self._about.specification) if xml else None
        about = self._about
        packet = xmp_packet(about.title, about.author, about.language, about.at, level)
        self._add(METADATA, stream(packet, b"/Type /Metadata /Subtype /XML"))
        files = self._files(xml, level, attachments)
        catalog = self._catalog(files, has_seal=has_seal)
        self._add(CATALOG, catalog)
        xml_sha256 = xml_sha256 or hashlib.sha256(xml.content if xml else packet).hexdigest()
        if not has_seal:
            return Printed(b"".join([*self._parts, *self._tail(xml_sha256)]))
        self._seal_field(seal, kids[0])
        signing_time, byte_range, hole = self._seal(room)
        cross_reference = self._position
        content = bytearray(b"".join([*self._parts, *self._tail(xml_sha256)]))
        covered = b"%d %d %d" % (*hole, len(content) - hole[1])
        content[byte_range : byte_range + len(covered)] = covered
        form = SealForm(
            started=self._prefix.started,
            started_at=len(self._prefix.content),
            signing_time=signing_time,
            hole=hole,
            catalog=catalog,
            page=first_page,
            page_object=kids[0],
            seal_field=SEAL_FIELD,
            next_object=self._next,
            cross_reference=cross_reference,
            identifier=xml_sha256[:32].encode("ascii"),
            xml_sha256=xml_sha256,
        )
        return Printed(bytes(content), form)

    def _add(self, number: int, body: bytes) -> None:
        written = indirect(number, body)
        self._offsets[number] = self._position
        self._parts.append(written)
        self._position += len(written)

    def _add_next(self, body: bytes) -> int:
        number = self._next
        self._next += 1
        self._add(number, body)
        return number

    def _pages(self, pages: Sequence[bytes], *, has_seal: bool) -> list[int]:
        kids: list[int] = []
        for operators in pages:
            content = self._add_next(flate(operators))
            annotations = b" /Annots %b" % references([SEAL_FIELD]) if has_seal and not kids else b""
            page = _PAGE % (reference(self._prefix.resources), reference(content), annotations)
            kids.append(self._add_next(page))
        self._add(PAGES, b"<< /Type /Pages /Count %d /Kids %b >>" % (len(kids), references(kids)))
        return kids

    def _files(
        self, xml: OriginalXml | None, level: str | None, attachments: Sequence[EmbeddedFile]
    ) -> list[tuple[str, int]]:
        """Embedded files with their names, the XML first (ISO 19005-3, 6.8)."""
        files: list[tuple[str, int]] = []
        if xml is not None:
            called = xml_name(xml, level)
            described = EmbeddedFile(called, "text/xml", xml.content, f"EN 16931, {xml.syntax}")
            self._add(XML_FILE, self._embedded(described))
            relationship = b"Alternative" if is_alternative(level) else b"Data"
            self._add(XML_NAME, _specification(described, relationship, XML_FILE))
            files.append((called, XML_NAME))
        for file in attachments:
            content = self._add_next(self._embedded(file))
            files.append((file.name, self._add_next(_specification(file, file.relationship.encode(), content))))
        return files

    def _embedded(self, file: EmbeddedFile) -> bytes:
        entries = b"/Type /EmbeddedFile /Subtype %b /Params << /Size %d /ModDate (%b) >>" % (
            name(file.media_type),
            len(file.content),
            self._about.pdf_date,
        )
        return flate(file.content, entries, packed)

    def _catalog(self, files: Sequence[tuple[str, int]], *, has_seal: bool) -> bytes:
        parts = [
            b"<< /Type /Catalog /Pages %b /Metadata %b" % (reference(PAGES), reference(METADATA)),
            b" /OutputIntents %b" % references([self._prefix.output_intent]),
            b" /ViewerPreferences << /DisplayDocTitle true >> /Lang (%b)" % self._about.language.encode("ascii"),
        ]
        if files:
            # the keys of a name tree are sorted as they are written (ISO 32000-2, 7.9.6)
            write = text if all(called.isascii() for called, _ in files) else utf16
            tree = b" ".join(b"%b %b" % pair for pair in sorted((write(called), reference(n)) for called, n in files))
            parts.append(b" /AF %b" % references(number for _, number in files))
            parts.append(b" /Names << /EmbeddedFiles << /Names [%b] >> >>" % tree)
        if has_seal:
            parts.append(b" /AcroForm << /Fields %b /SigFlags 3 >>" % references([SEAL_FIELD]))
            parts.append(b" /Perms << /DocMDP %b >>" % reference(SEAL))
        return b"".join([*parts, b" >>"])

    def _seal_field(self, box: SealBox | None, page: int) -> None:
        """The field and, where the seal is visible, its look: drawn with the page's own faces, or PDF/A breaks."""
        place = b"/Rect [0 0 0 0]"
        if box:
            width, height = (box.right - box.left) / 10, (box.top - box.bottom) / 10
            entries = b"/Type /XObject /Subtype /Form /BBox [0 0 %g %g] /Resources %b" % (
                width,
                height,
                reference(self._prefix.resources),
            )
            self._add(SEAL_LOOK, flate(box.look, entries))
            corners = (box.left / 10, box.bottom / 10, box.right / 10, box.top / 10)
            place = b"/Rect [%g %g %g %g] /AP << /N %b >>" % (*corners, reference(SEAL_LOOK))
        field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /F 132 %b /P %b /V %b >>"
        self._add(SEAL_FIELD, field % (place, reference(page), reference(SEAL)))

    def _seal(self, room: int) -> tuple[int, int, tuple[int, int]]:
        """The signature dictionary, `room` bytes for its value; returns where its time, byte range and value stand."""
        head = b"%d 0 obj\n" % SEAL + _SEAL % self._about.pdf_date
        signing_time = self._position + head.index(b"/M (") + len(b"/M (")
        before = head + b" " * BYTE_RANGE_WIDTH + b"] /Contents "
        value = b"<%b>" % (b"0" * (2 * room))
        self._offsets[SEAL] = self._position
        start = self._position + len(before)
        byte_range = self._position + len(head)
        written = b"%b%b >>\nendobj\n" % (before, value)
        self._parts.append(written)
        self._position += len(written)
        return signing_time, byte_range, (start, start + len(value))

    def _tail(self, digest: str) -> list[bytes]:
        """Cross-reference table, where unused numbers make a list of their own (7.5.4), and trailer."""
        free = [number for number in range(FIRST) if number not in self._offsets]
        following = dict(zip(free, [*free[1:], 0], strict=True))
        identifier = digest[:32].encode("ascii")
        lines = [
            b"%010d 00000 n \n" % self._offsets[number]
            if number in self._offsets
            else b"%010d %05d f \n" % (following[number], 65535 if number == 0 else 0)
            for number in range(FIRST)
        ]
        lines += [b"%010d 00000 n \n" % offset for offset in self._prefix.offsets]
        lines += [b"%010d 00000 n \n" % self._offsets[number] for number in range(self._prefix.next_object, self._next)]
        trailer = b"trailer\n<< /Size %d /Root %b /ID [<%b> <%b>] >>\nstartxref\n%d\n%%%%EOF\n"
        return [
            b"xref\n0 %d\n" % self._next,
            *lines,
            trailer % (self._next, reference(CATALOG), identifier, identifier, self._position),
        ]


def _specification(file: EmbeddedFile, relationship: bytes, content: int) -> bytes:
    called = text(file.name)
    return b"<< /Type /Filespec /F %b /UF %b /Desc %b /AFRelationship /%b /EF << /F %b /UF %b >> >>" % (
        called,
        called,
        text(file.description or file.name),
        relationship,
        reference(content),
        reference(content),
    )
