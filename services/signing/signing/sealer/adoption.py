"""Reads back what an earlier attempt sealed, so that exactly one seal ever stands for a submission."""

import hashlib
from datetime import UTC, datetime

from signing.domain.sealing import SealedDocument
from signing.errors import UnreadablePdf
from signing.sealer.attachments import check_embedded_xml
from signing.sealer.inspection import inspect


def adopted(content: bytes, xml_sha256: str) -> SealedDocument:
    """The sealed document of these bytes, which must be intact and hold the validated XML.

    Raises EmbeddedXmlMismatch, UnreadablePdf. Takes tens of milliseconds of CPU: call it in a thread.
    """
    check_embedded_xml(content, xml_sha256)
    found = inspect(content, trusted=()).signatures
    if len(found) != 1 or not found[0].is_intact:
        raise UnreadablePdf(f"{len(found)} signatures where one intact seal is meant")
    return SealedDocument(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        xml_sha256=xml_sha256,
        level=found[0].level,
        certificate_sha256=found[0].certificate_sha256,
        sealed_at=found[0].stamped_at or found[0].signed_at or datetime.now(UTC),
    )
