"""A mail server that asks who we are: over TLS only, its certificate verified, and never a password in the clear."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from contracts.ids import new_id
from local_stack import tls
from local_stack.layout import Layout
from mesh.errors import ResourceDown
from mesh.mail import Mail, Mailer

PORTAL = "https://app.navette.test"
USER, PASSWORD = "navette", "a password of the mail server"


class Server:
    """Takes mails of whoever signed in over TLS; keeps what it was sent."""

    def __init__(self, folder: Path) -> None:
        self.mails = 0
        self.port = 0
        self.authority = folder / tls.AUTHORITY
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(folder / tls.CERTIFICATE, folder / tls.KEY)

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd finds it by this name
        self.mails += 1
        return "250 OK"

    def protocol(self) -> SMTP:
        """One connection."""
        return SMTP(
            self,
            tls_context=self.context,
            require_starttls=True,
            auth_required=True,
            authenticator=_authenticate,
            loop=asyncio.get_running_loop(),
        )

    def mailer(self, *, password: str = PASSWORD, **options: Any) -> Mailer:
        """A mailer that signs in here and trusts the server's authority."""
        trust = ssl.create_default_context(cafile=str(self.authority))
        given: dict[str, Any] = {"tls": "starttls", "tls_context": trust, **options}
        return Mailer("localhost", self.port, sender="no-reply@navette.test", public_url=PORTAL, username=USER,
                      password=password, **given)  # fmt: skip


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
    given = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=given, handled=False)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncGenerator[Server]:
    layout = Layout.of(tmp_path)
    there = Server(tls.prepare(layout))
    listening = await asyncio.get_running_loop().create_server(there.protocol, "127.0.0.1", 0)
    there.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield there


def mail() -> Mail:
    return Mail(id=new_id(), to="compta@exemple.fr", subject="Facture", text="Bonjour", html="<p>Bonjour</p>")


async def test_a_mail_goes_after_signing_in_over_tls(server: Server) -> None:
    await server.mailer().send(mail())
    assert server.mails == 1


async def test_a_wrong_password_is_ours_to_repair_and_no_mails_fault(server: Server) -> None:
    with pytest.raises(ResourceDown, match="does not take us"):
        await server.mailer(password="wrong").send(mail())
    assert server.mails == 0


async def test_a_server_with_a_strangers_certificate_gets_neither_mail_nor_password(server: Server) -> None:
    with pytest.raises(ResourceDown):
        await server.mailer(tls_context=ssl.create_default_context()).send(mail())
    assert server.mails == 0


async def test_a_server_without_tls_gets_no_password() -> None:
    seen: list[str] = []

    class Plain(SMTP):
        async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds it by this name
            seen.append(arg)

    listening = await asyncio.get_running_loop().create_server(
        lambda: Plain(object(), loop=asyncio.get_running_loop()), "127.0.0.1", 0
    )
    port = listening.sockets[0].getsockname()[1]
    async with listening:
        mailer = Mailer("localhost", port, sender="no-reply@navette.test", public_url=PORTAL, username=USER,
                        password=PASSWORD, tls="starttls")  # fmt: skip
        with pytest.raises(ResourceDown):
            await mailer.send(mail())
    assert seen == []


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"username": USER, "password": PASSWORD}, "SMTP_TLS=starttls"),
        ({"username": USER, "tls": "starttls"}, "together"),
        ({"password": PASSWORD, "tls": "starttls"}, "together"),
    ],
)
def test_settings_that_would_show_a_password_are_refused(options: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Mailer("mail", 25, sender="no-reply@navette.test", public_url=PORTAL, **options)
