"""Text messages, behind a port: what sends them is a matter of the installation."""

from typing import Protocol

from mesh.transaction import Transaction
from registration.mail_queue import MailQueue


class Sms(Protocol):
    """Sends short texts to phones."""

    @property
    def offered(self) -> bool:
        """Whether this installation can send any."""
        ...

    async def put(self, tx: Transaction, number: str, text: str) -> None:
        """Let a message go when the transaction commits; `number` is E.164, `text` has at most 160 characters."""
        ...


class NoSms:
    """An installation without a provider: the method is not offered."""

    offered = False

    async def put(self, tx: Transaction, number: str, text: str) -> None:
        """Never called: nothing is offered."""
        raise RuntimeError("this installation sends no text messages")


class SmsByMail:
    """A provider that takes messages by mail, as `33612345678@<domain>`; in development the mail catcher shows them."""

    offered = True

    def __init__(self, mails: MailQueue, domain: str) -> None:
        self._mails = mails
        self._domain = domain

    async def put(self, tx: Transaction, number: str, text: str) -> None:
        """Let a message go when the transaction commits."""
        to = f"{number.removeprefix('+')}@{self._domain}"
        await self._mails.put(tx, to=to, subject="SMS", text=text, html=f"<p>{text}</p>")
