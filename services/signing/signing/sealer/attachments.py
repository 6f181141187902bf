"""Reads the embedded invoice XML of a PDF/A-3: one file, in catalog and name tree (Factur-X 1.0, §6)."""

import hashlib
import io

import pikepdf

from signing.domain.rendering import XML_NAMES
from signing.errors import EmbeddedXmlMismatch, UnreadablePdf


def embedded_xml(pdf: bytes) -> bytes:
    """The bytes of the one embedded invoice XML.

    Raises UnreadablePdf on what is no PDF, EmbeddedXmlMismatch when there is none or more than one such file.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            named = [spec for name, spec in document.attachments.items() if name in XML_NAMES]
            associated = [file for file in document.Root.get(pikepdf.Name.AF, ()) if _file_name(file) in XML_NAMES]
            if len(named) != 1 or len(associated) != 1:
                raise EmbeddedXmlMismatch(
                    f"{len(named)} embedded and {len(associated)} associated files are invoice XML, not one each"
                )
            content = named[0].get_file().read_bytes()
            if associated[0].EF.F.read_bytes() != content:
                raise EmbeddedXmlMismatch("the embedded and the associated XML differ")
    except pikepdf.PdfError as error:
        raise UnreadablePdf(f"this is no readable PDF: {error}") from error
    return content


def check_embedded_xml(pdf: bytes, expected_sha256: str) -> None:
    """Raises EmbeddedXmlMismatch unless the embedded XML is exactly the one that was validated."""
    found = hashlib.sha256(embedded_xml(pdf)).hexdigest()
    if found != expected_sha256:
        raise EmbeddedXmlMismatch(f"the embedded XML has sha256 {found}, the validated one {expected_sha256}")


def _file_name(specification: pikepdf.Object) -> str:
    return str(specification.get(pikepdf.Name.UF, specification.get(pikepdf.Name.F, "")))
