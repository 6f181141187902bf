"""What the signatures are worth that an invoice came in with: looked at on behalf of its buyer, before it has it."""

import hashlib
from datetime import datetime
from typing import Final

from contracts.invoices import SourceCheck
from signing.domain.report import Indication
from signing.errors import UnreadablePdf
from signing.sealer.inspector import Inspector

_PDF: Final = b"%PDF-"
_IN_PDF: Final = b"/ByteRange"
_IN_XML: Final = b"http://www.w3.org/2000/09/xmldsig#"


def is_signed(content: bytes) -> bool:
    """Whether it may hold a signature: what is said of it takes a process of its own."""
    return (_IN_PDF if content.startswith(_PDF) else _IN_XML) in content


async def check(content: bytes, inspector: Inspector, at: datetime) -> tuple[SourceCheck, ...]:
    """What was found of each signature, `at` this time.

    It is told and stops nothing: the XML is the invoice, and its seal here is another one.
    """
    if not is_signed(content):
        return ()
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        report = await inspector.inspect(content)
    except UnreadablePdf:
        unread = Indication.INDETERMINATE.value
        return (SourceCheck(file_sha256=sha256, indication=unread, reason="FORMAT_FAILURE", checked_at=at),)
    return tuple(
        SourceCheck(
            file_sha256=sha256,
            indication=found.indication.value,
            reason=found.reason,
            certificate_sha256=found.certificate_sha256,
            signed_at=found.signed_at,
            stamped_at=found.stamped_at,
            checked_at=at,
        )
        for found in report.signatures
    )
