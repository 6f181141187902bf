"""What goes with a ticket: told by its own bytes, never by the name or the media type that somebody gives it."""

import re
from typing import Final

from contracts.limits import ATTACHMENT, ATTACHMENTS_TOTAL

MOST: Final = 20
TEXT: Final = "text/plain"
_ENDINGS: Final = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    TEXT: (".txt", ".csv", ".log", ".xml"),
}
_MAGIC: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_NAME: Final = re.compile(r"^[^\x00-\x1f\x7f/\\:*?\"<>|]{1,120}$")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def media_type(content: bytes, name: str) -> str:
    """The media type of a file. Raises ValueError with what is wrong: its name, its size, or what it is.

    XML goes as plain text, so that no browser reads more into it.
    """
    if not _NAME.match(name) or name.strip(" .") != name:
        raise ValueError("give the file a plain name with its ending, without slashes")
    if not 0 < len(content) <= ATTACHMENT:
        raise ValueError(f"a file has 1 byte to {ATTACHMENT // 1024 // 1024} MB")
    found = next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)
    if found is None and _is_text(content):
        found = TEXT
    if found is None or not name.lower().endswith(_ENDINGS[found]):
        raise ValueError("send a PDF, PNG, JPEG, TXT, CSV, LOG or XML whose name ends accordingly")
    return found


def fits(sizes: list[int], more: int) -> bool:
    """Whether a ticket that holds files of these sizes takes one more of `more` bytes."""
    return len(sizes) < MOST and sum(sizes) + more <= ATTACHMENTS_TOTAL


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(content) is None
