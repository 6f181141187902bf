"""The XML that signing embeds in an original is what archive takes out of it, byte for byte."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from archive.domain.embedded import embedded
from contracts.refs import DocumentRef
from documents.reading import read_invoice
from signing.domain.rendering import Appearance, EmbeddedFile, OriginalXml
from signing.renderer.direct import print_invoice

EXAMPLES = Path(__file__).parents[2] / "examples"
AT = datetime(2026, 11, 20, tzinfo=UTC)


def _ref(data: bytes) -> DocumentRef:
    return DocumentRef(
        bucket="documents", key="xml/1", sha256=sha256(data).hexdigest(), size=len(data), media_type="application/xml"
    )


@pytest.mark.parametrize("name", ["order-simple/invoice.cii.xml", "credit-note/invoice.ubl.xml"])
def test_the_archive_finds_the_xml_of_a_printed_original(name: str) -> None:
    xml = (EXAMPLES / name).read_bytes()
    other = EmbeddedFile("a.xml", "text/xml", b"<another/>")
    printed = print_invoice(read_invoice(xml), OriginalXml(xml), Appearance(), attachments=[other], at=AT)
    assert embedded(printed.content, _ref(xml)) == xml
    assert embedded(printed.content, _ref(xml[:-1])) is None
