"""Mails: sent as they are, once a person, with links to the portal only."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import new_id
from mesh.errors import ResourceDown, Transient
from mesh.mail import Mail, Mailer, MailRefused
from mesh.mail_links import foreign_link, unlinked
from mesh.testing import FrozenClock

PORTAL = "https://app.navette.test"
MAIL = Mail(
    id=UUID("018f2b6e-7c00-7000-8000-000000000001"),
    to="compta@exemple.fr",
    subject="Facture déposée — n° 2026-042",
    text=f"Votre facture a été déposée.\n{PORTAL}/invoices/1\n",
    html=f'<p>Votre facture a été <a href="{PORTAL}/invoices/1">déposée</a>.</p>',
)


class Server:
    """A mail server that answers as it is told."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipient_answer = "250 OK"
        self.data_answer = "250 OK"
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds the hook by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        assert isinstance(envelope.content, bytes)
        if self.data_answer.startswith("250"):
            self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.data_answer


@pytest.fixture
async def server() -> AsyncGenerator[Server]:
    caught = Server()
    listening = await asyncio.get_running_loop().create_server(
        lambda: SMTP(caught, enable_SMTPUTF8=True, loop=asyncio.get_running_loop()), "127.0.0.1", 0
    )
    caught.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield caught


def _mailer(port: int) -> Mailer:
    return Mailer("127.0.0.1", port, sender="Navette <no-reply@navette.test>", public_url=PORTAL, clock=FrozenClock())


def _refusal(mail: Mail) -> str:
    with pytest.raises(MailRefused) as refused:
        _mailer(1).message(mail)
    return str(refused.value)


async def test_a_mail_arrives_with_its_text_and_its_html(server: Server) -> None:
    await _mailer(server.port).send(MAIL)
    (message,) = server.received
    assert message["Subject"] == MAIL.subject
    assert message["To"] == MAIL.to
    assert message["From"] == "Navette <no-reply@navette.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert "déposée</a>" in html.get_content()


async def test_a_repeat_carries_the_same_message_id(server: Server) -> None:
    mailer = _mailer(server.port)
    await mailer.send(MAIL)
    await mailer.send(MAIL)
    assert {message["Message-ID"] for message in server.received} == {f"<{MAIL.id}@navette.test>"}
    assert server.received[0].as_bytes().count(b"Message-ID:") == 1


async def test_the_preferences_page_is_offered_for_unsubscribing(server: Server) -> None:
    await _mailer(server.port).send(replace(MAIL, unsubscribe=f"{PORTAL}/preferences"))
    assert server.received[0]["List-Unsubscribe"] == f"<{PORTAL}/preferences>"


async def test_a_recipient_refused_for_good_is_not_tried_again(server: Server) -> None:
    server.recipient_answer = "550 no such mailbox"
    with pytest.raises(MailRefused, match="550 no such mailbox"):
        await _mailer(server.port).send(MAIL)


@pytest.mark.parametrize("answer", ["451 try later", "452 mailbox is full for now"])
async def test_a_server_that_says_later_is_tried_later(server: Server, answer: str) -> None:
    server.data_answer = answer
    with pytest.raises(Transient, match=answer[:3]):
        await _mailer(server.port).send(MAIL)
    server.data_answer, server.recipient_answer = "250 OK", answer
    with pytest.raises(Transient, match=answer[:3]):
        await _mailer(server.port).send(MAIL)


async def test_a_server_that_is_away_is_down_and_soon_left_alone(server: Server) -> None:
    gone = _mailer(server.port)
    mailer = _mailer(1)
    for _ in range(3):
        with pytest.raises(ResourceDown, match="smtp"):
            await mailer.send(MAIL)
    assert mailer.breaker.state == "open"
    assert gone.breaker.state == "closed"


@pytest.mark.parametrize("field", ["to", "subject", "unsubscribe"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0"])
def test_a_header_cannot_be_forged_by_a_line_break(field: str, break_: str) -> None:
    assert "control character" in _refusal(replace(MAIL, **{field: f"x{break_}Bcc: all@exemple.fr"}))


@pytest.mark.parametrize(
    "to", ["", "nobody", "@exemple.fr", "a@", "a@b.fr, c@d.fr", "Anna <a@b.fr>", "a@b.fr;c@d.fr", "a b@c.fr"]
)
def test_only_one_plain_address_is_a_recipient(to: str) -> None:
    assert "recipient" in _refusal(replace(MAIL, to=to))


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://evil.test/">x</a>',
        '<a href="https://app.navette.test.evil.test/">x</a>',
        '<a href="https://app.navette.test@evil.test/">x</a>',
        '<a href="https://app.navette.test:8443/">x</a>',
        '<a href="http://app.navette.test/">x</a>',
        '<a href="//evil.test/">x</a>',
        '<a href="https:\\\\evil.test">x</a>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="java&#115;cript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<a href="mailto:thief@evil.test">x</a>',
        '<a href="/relative">x</a>',
        "<a href>x</a>",
        '<img src="https://app.navette.test/pixel.gif">',
        '<p onclick="x()">x</p>',
        "<script>x</script>",
        '<form action="https://app.navette.test/">x</form>',
        '<p style="background:URL(https://app.navette.test/a)">x</p>',
        "<style>@import 'x'</style>",
        '<meta http-equiv="refresh" content="0">',
        "<p>Visit https://evil.test/now</p>",
        "<p title='ftp://evil.test'>x</p>",
    ],
)
def test_html_that_leads_elsewhere_or_loads_something_is_refused(html: str) -> None:
    assert "portal pages only" in _refusal(replace(MAIL, html=html))


@pytest.mark.parametrize("text", ["see http://evil.test", "HTTPS://EVIL.test", "https://app.navette.test@evil.test"])
def test_text_that_leads_elsewhere_is_refused(text: str) -> None:
    assert "portal pages only" in _refusal(replace(MAIL, text=text))


@given(st.from_regex(r"https://[a-z]{1,8}\.test(/[a-z]{0,5})?", fullmatch=True), st.text(max_size=20))
def test_what_people_typed_can_be_made_harmless(url: str, around: str) -> None:
    typed = f"{around} {url} {around}"
    assert foreign_link(PORTAL, unlinked(typed), "<p></p>") is None


def test_a_mail_larger_than_its_limit_is_refused() -> None:
    assert "at most" in _refusal(replace(MAIL, id=new_id(), text="x" * 600_000))


@pytest.mark.timeout(5)
def test_a_long_word_does_not_keep_the_check_busy() -> None:
    assert foreign_link(PORTAL, "x" * 500_000, f"<p>{'y' * 500_000}</p>") is None
