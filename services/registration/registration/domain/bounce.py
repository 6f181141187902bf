"""What a mail server says of a mail that it took and could not deliver (RFC 3464, delivery status notifications)."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from typing import Any, Final
from uuid import UUID

_REPORT: Final = "multipart/report"
_STATUS: Final = "message/delivery-status"
_RETURNED: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_MESSAGE_ID: Final = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{32})@")
_PERMANENT: Final = "5."
"""RFC 3463: 4.x.x may pass later, and the server tries on by itself."""


@dataclass(frozen=True)
class Bounce:
    """A mail of ours that could not be delivered, as its returner tells it: nothing of it is known to be true.

    `addresses` are those it may have been sent to: a server that forwards names another one as the last.
    """

    mail_id: UUID
    tag: str
    addresses: tuple[str, ...]
    why: str


def read(content: bytes) -> Bounce | None:
    """What came back; None for anything that is no notification of a mail of ours that failed for good."""
    message = email.message_from_bytes(content)
    if message.get_content_type() != _REPORT:
        return None
    parts = [part for part in message.walk() if part is not message]
    failed = next((group for part in parts if part.get_content_type() == _STATUS for group in _failed(part)), None)
    returned = next((part for part in parts if part.get_content_type() in _RETURNED), None)
    if failed is None or returned is None:
        return None
    headers = _headers(returned)
    found = _MESSAGE_ID.search(_said(headers, "Message-ID").lower())
    if found is None:
        return None
    told = (_said(failed, name).partition(";")[2] for name in ("Original-Recipient", "Final-Recipient"))
    addresses = dict.fromkeys(each.strip() for each in (*told, parseaddr(_said(headers, "To"))[1]) if each.strip())
    why = f"{_said(failed, 'Status')} {_said(failed, 'Diagnostic-Code').partition(';')[2].strip()}"
    return Bounce(UUID(found[1]), found[2], tuple(addresses), " ".join(why.split()))


def _failed(part: Message) -> Iterator[Message]:
    """The recipients that a server has given up (RFC 3464, 2.3)."""
    groups: Any = part.get_payload()
    for group in groups if isinstance(groups, list) else ():
        if _said(group, "Action").lower() == "failed" and _said(group, "Status").startswith(_PERMANENT):
            yield group


def _headers(part: Message) -> Message:
    inside: Any = part.get_payload()
    if isinstance(inside, list):
        return inside[0] if inside else Message()
    raw: Any = part.get_payload(decode=True)
    return email.message_from_bytes(raw or b"")


def _said(message: Message, name: str) -> str:
    return str(message.get(name, "")).strip()
