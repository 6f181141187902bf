"""What goes with a ticket."""

import pytest

from contracts.limits import ATTACHMENT, ATTACHMENTS_TOTAL
from registration.domain import ticket_files


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("facture.xml", b"<?xml version='1.0'?><a/>", "text/plain"),
        ("a.csv", "n°;Été\r\n".encode(), "text/plain"),
    ],
)
def test_a_file_is_what_its_bytes_say(name: str, content: bytes, kind: str) -> None:
    assert ticket_files.media_type(content, name) == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"plain text"),
        ("a.exe", b"MZ"),
        ("a.png.exe", b"\x89PNG\r\n\x1a\n"),
        ("a\r\nb.txt", b"x"),
        ("a.txt", b"\x00\x01"),
        ("a.txt", b"x" * (ATTACHMENT + 1)),
    ],
)
def test_what_is_none_of_these_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ticket_files.media_type(content, name)


def test_a_ticket_holds_so_many_files_of_so_many_bytes() -> None:
    assert ticket_files.fits([], ATTACHMENT)
    assert not ticket_files.fits([1] * ticket_files.MOST, 1)
    assert ticket_files.fits([ATTACHMENTS_TOTAL - 5], 5)
    assert not ticket_files.fits([ATTACHMENTS_TOTAL - 5], 6)
