"""Mail to people: text with an HTML alternative, over SMTP (RFC 5321), with links to the portal only.

A mail goes at least once: after a crash between sending and noting it, it goes again under the same Message-ID, which
mail programs show once.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import Final, Literal
from uuid import UUID

import aiosmtplib

from mesh.breaker import Breaker
from mesh.clock import Clock, SystemClock
from mesh.errors import Poison, ResourceDown, Transient
from mesh.mail_links import foreign_link
from mesh.settings import MeshSettings

STEP_SECONDS: Final = 10.0
"""How long each step of a session (connect, answer) may take."""
_PERMANENT: Final = 500  # RFC 5321, §4.2.1: 4yz may pass later, 5yz will not
_SIZE_LIMIT: Final = 512 * 1024


class MailRefused(Poison):
    """This mail can never go: its content breaks a rule of ours, or the server refuses its recipient for good."""


@dataclass(frozen=True)
class Mail:
    """One mail to one person.

    `id` names it for good: a repeat must carry the same. `tag` stands behind it in the Message-ID, by which its sender
    knows again what comes back. `unsubscribe` is the portal page with their preferences.
    """

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None = None
    tag: str = ""


class Mailer:
    """Sends mails through one server, over TLS whenever it can be had; its certificate is always verified.

    `tls` says when: `offered` upgrades where the server offers it (RFC 3207), `starttls` insists on that, `implicit`
    begins with it (RFC 8314, port 465). With a password TLS must be one of the last two: it never travels in the clear.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender: str,
        public_url: str,
        username: str = "",
        password: str = "",
        tls: Literal["offered", "starttls", "implicit"] = "offered",
        tls_context: ssl.SSLContext | None = None,
        breaker: Breaker | None = None,
        clock: Clock | None = None,
    ) -> None:
        if username and tls == "offered":
            raise ValueError("a mail server that takes a password needs …_SMTP_TLS=starttls, or implicit (port 465)")
        if bool(username) is not bool(password):
            raise ValueError("set …_SMTP_USERNAME and …_SMTP_PASSWORD together, or neither")
        name, address = parseaddr(sender)
        self._sender = Address(name, addr_spec=address)
        self._public_url = public_url
        self._clock = clock or SystemClock()
        self.breaker = breaker or Breaker("smtp")
        self._connection = partial(
            aiosmtplib.SMTP,
            hostname=host,
            port=port,
            username=username or None,
            password=password or None,
            use_tls=tls == "implicit",
            start_tls={"offered": None, "starttls": True, "implicit": False}[tls],
            tls_context=tls_context,
            timeout=STEP_SECONDS,
            local_hostname=self._sender.domain,
        )

    @classmethod
    def from_settings(cls, settings: MeshSettings, *, breaker: Breaker | None = None) -> "Mailer":
        """The server that a service's environment names. Raises ValueError for settings that would show a password."""
        authority = settings.smtp_ca_file
        return cls(
            settings.smtp_host,
            settings.smtp_port,
            sender=settings.mail_from,
            public_url=settings.public_url,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value(),
            tls=settings.smtp_tls,
            tls_context=ssl.create_default_context(cafile=str(authority)) if authority else None,
            breaker=breaker,
        )

    def message(self, mail: Mail) -> EmailMessage:
        """The message that would be sent. Raises MailRefused when its content breaks a rule."""
        for value in (mail.to, mail.subject, mail.unsubscribe or ""):
            if any(ord(character) < 32 or ord(character) == 127 for character in value):
                raise MailRefused(
                    "a line break or control character in a header of a mail: it could forge other headers"
                )
        if len(mail.text) + len(mail.html) > _SIZE_LIMIT:
            raise MailRefused(f"a mail has at most {_SIZE_LIMIT} characters")
        link = foreign_link(self._public_url, mail.text, mail.html, mail.unsubscribe)
        if link:
            raise MailRefused(f"a mail links to portal pages only, not to {link}")
        message = EmailMessage(policy=SMTP)
        for name, value in self._headers(mail).items():
            message[name] = value
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message

    async def send(self, mail: Mail) -> None:
        """Hand a mail to the server, which has taken it when this returns.

        Raises MailRefused, Transient when the server says later, ResourceDown("smtp", …) when it does not answer.
        """
        message = self.message(mail)
        connected = False
        async with self.breaker.guard():
            try:
                async with self._connection() as server:
                    connected = True
                    await server.send_message(message)
            except aiosmtplib.SMTPRecipientsRefused as error:
                raise _refused(error.recipients[0].code, f"{error.recipients[0].message}") from error
            except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPSenderRefused) as error:
                # Ours to repair, and the same for every mail: none of them is at fault.
                raise ResourceDown(self.breaker.resource, f"the server does not take us: {error.message}") from error
            except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected, TimeoutError, OSError) as error:
                raise ResourceDown(self.breaker.resource, f"{type(error).__name__}: {error}") from error
            except aiosmtplib.SMTPResponseException as error:
                raise _refused(error.code, error.message) from error
            except aiosmtplib.SMTPException as error:
                if not connected:  # it offers no TLS, or no signing in: the same for every mail
                    raise ResourceDown(self.breaker.resource, f"the server does not do what is set: {error}") from error
                raise Transient(f"mail server: {error}") from error

    def _headers(self, mail: Mail) -> Mapping[str, str | Address]:
        headers: dict[str, str | Address] = {
            "From": self._sender,
            "To": _recipient(mail.to),
            "Subject": mail.subject,
            "Message-ID": f"<{mail.id}{mail.tag and '.'}{mail.tag}@{self._sender.domain}>",
            "Date": format_datetime(self._clock.now()),
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answers
        }
        if mail.unsubscribe:
            headers["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        return headers


def _recipient(address: str) -> Address:
    try:
        parsed = Address(addr_spec=address)
    except (MessageError, ValueError, IndexError):
        parsed = None
    if parsed is None or not parsed.username or not parsed.domain:
        raise MailRefused("the recipient is not one mail address such as name@example.com")
    return parsed


def _refused(code: int, message: str) -> Exception:
    if code >= _PERMANENT:
        return MailRefused(f"the mail server refuses for good: {code} {message}")
    return Transient(f"the mail server says later: {code} {message}")
