"""The mail catcher: what was sent is kept whole, listed newest first, and shown without running any of it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from local_stack.mailcatcher import Mailbox, describe, web

INVITATION = (
    b"From: Navette <no-reply@navette.local>\r\nTo: anne@example.org\r\n"
    b"Subject: =?utf-8?q?Activez_votre_acc=C3=A8s?=\r\n"
    b"Message-ID: <1@navette.local>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSuivez https://localhost:1/activate/abc?a=1\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<script>alert(1)</script><a href="https://localhost:1/activate/abc?a=1&amp;b=2">ici</a>\r\n--b--\r\n'
)


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mail")


def client(mailbox: Mailbox) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(web(mailbox)), base_url="http://mail")


def test_a_mail_is_described_with_its_texts_and_links(mailbox: Mailbox) -> None:
    identity = mailbox.add(INVITATION, "no-reply@navette.local", ["anne@example.org"])
    source = mailbox.source(identity)
    assert source is not None
    mail = describe(identity, source)
    assert mail["subject"] == "Activez votre accès"
    assert mail["to"] == ["anne@example.org"]
    assert mail["message_id"] == "<1@navette.local>"
    assert mail["links"] == ["https://localhost:1/activate/abc?a=1", "https://localhost:1/activate/abc?a=1&b=2"]


async def test_the_list_is_newest_first_and_narrows_to_one_recipient(mailbox: Mailbox) -> None:
    first = mailbox.add(INVITATION, None, ["anne@example.org"])
    second = mailbox.add(INVITATION, None, ["bob@example.org", "Anne@example.org"])
    mailbox.add(INVITATION, None, ["carl@example.org"])
    async with client(mailbox) as http:
        mails = (await http.get("/api/messages", params={"to": "anne@example.org"})).json()
    assert [mail["id"] for mail in mails] == [second, first]


def test_mails_outlive_a_restart(tmp_path: Path) -> None:
    identity = Mailbox(tmp_path).add(INVITATION, None, ["anne@example.org"])
    assert list(Mailbox(tmp_path).ids()) == [identity]


async def test_a_page_shows_a_mail_without_running_it(mailbox: Mailbox) -> None:
    identity = mailbox.add(INVITATION, None, ["anne@example.org"])
    async with client(mailbox) as http:
        page = await http.get(f"/messages/{identity}")
    assert "<script>" not in page.text
    assert '<iframe sandbox srcdoc="' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_an_unknown_or_crafted_id_finds_nothing(mailbox: Mailbox) -> None:
    async with client(mailbox) as http:
        assert (await http.get("/messages/..%2f..%2fetc/source")).status_code == 404
        assert (await http.get("/messages/20260101000000-000000-000001/source")).status_code == 404


async def test_all_mails_can_be_forgotten(mailbox: Mailbox) -> None:
    mailbox.add(INVITATION, None, ["anne@example.org"])
    async with client(mailbox) as http:
        assert (await http.delete("/api/messages")).json() == {"removed": 1}
        assert (await http.get("/api/messages")).json() == []


def test_a_message_that_is_no_mail_is_still_kept(mailbox: Mailbox) -> None:
    identity = mailbox.add(b"\xff\x00 not a mail", None, ["anne@example.org"])
    source = mailbox.source(identity)
    assert source is not None
    assert describe(identity, source)["to"] == ["anne@example.org"]
