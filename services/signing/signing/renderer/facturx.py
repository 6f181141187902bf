"""Makes a PDF/A-3b of a typeset page: XMP metadata with the Factur-X schema, XML and attachments as associated files.

ISO 19005-3, 6.8 (embedded files), 6.6.2 (metadata); Factur-X 1.0 / ZUGFeRD 2, §6 (names and extension schema).
"""

import io
from collections.abc import Sequence
from datetime import datetime

import pikepdf
from pikepdf import AttachedFileSpec, Dictionary, Name

from signing.domain.rendering import EmbeddedFile, OriginalXml
from signing.renderer.metadata import conformance_level, is_alternative, xml_name, xmp_packet


def finish(
    typeset: bytes,
    *,
    title: str,
    author: str,
    language: str,
    specification: str,
    xml: OriginalXml | None,
    attachments: Sequence[EmbeddedFile],
    at: datetime,
) -> bytes:
    """The finished PDF/A-3b. Same input, same bytes."""
    with pikepdf.open(io.BytesIO(typeset)) as pdf:
        associated: list[pikepdf.Object] = []
        level = conformance_level(xml, specification) if xml else None
        if xml:
            relationship = Name.Alternative if is_alternative(level) else Name.Data
            name = xml_name(xml, level)
            associated.append(_embed(pdf, name, f"EN 16931, {xml.syntax}", "text/xml", xml.content, relationship, at))
        for file in attachments:
            described = file.description or file.name
            relationship = Name(f"/{file.relationship}")
            associated.append(_embed(pdf, file.name, described, file.media_type, file.content, relationship, at))
        if associated:
            pdf.Root.AF = pikepdf.Array(associated)
        xmp = xmp_packet(title, author, language, at, level)
        metadata = pikepdf.Stream(pdf, xmp)
        metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
        pdf.Root.Metadata = pdf.make_indirect(metadata)
        pdf.Root.Lang = pikepdf.String(language)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        if Name.Info in pdf.trailer:
            del pdf.trailer.Info  # PDF/A: it must say the same as the XMP, or be absent
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
            min_version="1.7",
        )
    return out.getvalue()


def _embed(
    pdf: pikepdf.Pdf, name: str, description: str, media_type: str, content: bytes, relationship: Name, at: datetime
) -> pikepdf.Object:
    specification = AttachedFileSpec(
        pdf,
        content,
        description=description,
        filename=name,
        mime_type=media_type,
        creation_date=_pdf_date(at),
        mod_date=_pdf_date(at),
    )
    specification.relationship = relationship
    pdf.attachments[name] = specification
    return specification.obj


def _pdf_date(at: datetime) -> str:
    return f"D:{at:%Y%m%d%H%M%S}+00'00'"
