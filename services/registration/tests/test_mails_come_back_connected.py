"""A mail that a server took and could not deliver marks its address, and nobody else can."""

import mailbox
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from registration.bounces import Bounces
from registration.testing import SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected
_NOTIFICATION = """From: Mail Delivery System <MAILER-DAEMON@relay.example>
To: no-reply@navette.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--b
Content-Type: {returned}

Message-ID: {message_id}
To: {to}
Subject: Navette

--b--
"""


class Mailbox:
    """The Maildir that notifications are delivered into, and what reads it."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.folder = folder
        self._running = running
        self._maildir = mailbox.Maildir(folder)

    async def read(self, content: str) -> int:
        """Deliver one message and have it read; how many addresses were flagged."""
        self._maildir.add(content.encode())
        return await Bounces(self._running.env.pipeline, self._running.env.vault, self.folder).take_all()

    @property
    def left(self) -> tuple[int, int]:
        """New messages, and those put among the read ones."""
        return len(list((self.folder / "new").iterdir())), len(list((self.folder / "cur").iterdir()))

    async def why(self, address: str) -> str | None:
        """Why an address is marked, if it is."""
        async with self._running.env.pipeline.transaction() as tx:
            return await tx.value("select why from bad_address where email = :email", email=address)


@pytest.fixture
def box(running: Running, tmp_path: Path) -> Mailbox:
    """An empty mailbox."""
    return Mailbox(running, tmp_path / "bounces")


def _report(message_id: str, to: str, **told: str) -> str:
    usual = {"recipient": to, "action": "failed", "status": "5.1.1", "returned": "message/rfc822"}
    return _NOTIFICATION.format(message_id=message_id, to=to, **usual | told)


async def _sent(running: Running) -> tuple[str, dict[str, Any]]:
    address = f"Gone.{uuid4().hex[:8]}@rhin.example"
    async with running.env.pipeline.transaction() as tx:
        await running.env.mails.put(tx, to=address, subject="S", text="T", html="<p>T</p>", company_id=SUPPLIER_COMPANY)
    return address, (await running.mails(address))[0]


@pytest.mark.parametrize(
    "told",
    [{}, {"returned": "text/rfc822-headers"}, {"recipient": "forwarded@elsewhere.example"}],
    ids=["whole mail returned", "its headers alone", "forwarded before it failed"],
)
async def test_an_address_that_a_relay_gives_up_is_marked_and_the_mail_log_says_so(
    running: Running, box: Mailbox, told: dict[str, str]
) -> None:
    address, mail = await _sent(running)
    assert await box.read(_report(mail["message_id"], address, **told)) == 1
    assert await box.why(address.lower()) == "5.1.1 550 5.1.1 no such mailbox"
    mail_id = UUID(mail["message_id"][1:37])
    async with running.env.pipeline.transaction() as tx:
        assert await tx.value("select state from mail_log where id = :id", id=mail_id) == "refused"
    assert box.left == (0, 0)


async def test_a_delay_marks_nobody(running: Running, box: Mailbox) -> None:
    address, mail = await _sent(running)
    late = {"action": "delayed", "status": "4.4.1"}
    assert await box.read(_report(mail["message_id"], address, **late)) == 0
    assert await box.why(address.lower()) is None


async def test_a_stranger_who_writes_to_the_mailbox_marks_nobody(running: Running, box: Mailbox) -> None:
    """They know an address, and perhaps a Message-ID of their own."""
    address, mail = await _sent(running)
    victim = f"victim.{uuid4().hex[:8]}@rhin.example"
    own: str = mail["message_id"]
    forged = own[:38] + "0" * 32 + own[70:]
    invented = f"<{uuid4()}@navette.example>"
    for message_id, to in ((own, victim), (forged, address), (invented, victim), ("", victim)):
        assert await box.read(_report(message_id, to)) == 0
    assert await box.why(victim) is None and await box.why(address.lower()) is None


@pytest.mark.parametrize(
    "content",
    [
        "From: anne@example.org\nSubject: Merci\n\nBonjour !\n",
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n",
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n--b--",
        "\0\xff" * 100,
        "x" * (1024 * 1024 + 1),
    ],
    ids=["a person", "cut off", "nothing inside", "noise", "too large"],
)
async def test_whatever_else_is_written_there_is_kept_for_people(running: Running, box: Mailbox, content: str) -> None:
    assert await box.read(content) == 0
    assert box.left == (0, 1)
