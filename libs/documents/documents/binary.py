"""Attachments (BT-125) as XML carries them: base64 text with file name and media type."""

import base64

from documents.markup import leaf
from documents.node import Node
from documents.references import Attachment


def write_attachment(name: str, attachment: Attachment | None) -> str:
    """The binary object under the given element name."""
    if attachment is None:
        return ""
    return leaf(
        name,
        base64.b64encode(attachment.content).decode(),
        mimeCode=attachment.media_type,
        filename=attachment.filename,
    )


def read_attachment(binary: Node) -> Attachment:
    """BT-125; says nothing when the element is absent or empty."""
    content = b""
    try:
        content = base64.b64decode("".join((binary.value or "").split()), validate=True)
    except ValueError:  # binascii.Error, and text that is no ASCII
        binary.refuse("NOT_BASE64", "The attachment is not base64", "Encode it as RFC 4648, §4 says", "BT-125")
    return Attachment(
        filename=binary.attribute("filename") or "", media_type=binary.attribute("mimeCode") or "", content=content
    )
