"""Mails leave through the database, as facts do: kept with the change they tell of, encrypted, and sent afterwards."""

import asyncio
import contextlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from contracts.ids import new_id
from mesh import crash
from mesh.db import Database
from mesh.errors import Transient
from mesh.mail import Mail, Mailer, MailRefused
from mesh.transaction import Transaction
from mesh.vault import SecretUnreadable, Vault
from registration.mail_texts.letter import Text
from registration.store import mails

_PATIENCE: Final = timedelta(seconds=60)
_LONGEST_WAIT: Final = 600
_GIVEN_UP: Final = timedelta(days=3)
_EVERY: Final = 1.0
_AT_ONCE: Final = 10
_log = structlog.get_logger(__name__)


def _purpose(mail_id: UUID) -> str:
    return f"mail:{mail_id}"


def sent_to(mail_id: UUID, address: str) -> str:
    """The purpose of a mail's tag: that it went to this address."""
    return f"mail-to:{mail_id}:{address.lower()}"


class MailQueue:
    """Takes mails within a transaction and sends them after its commit, at least once, under one Message-ID."""

    def __init__(self, database: Database, vault: Vault, mailer: Mailer) -> None:
        self._database = database
        self._vault = vault
        self._mailer = mailer

    async def put(
        self, tx: Transaction, *, to: str, subject: str, text: str, html: str, company_id: UUID | None = None
    ) -> UUID:
        """Let a mail go when the transaction commits; with `company_id` it stands in that company's mail log."""
        mail_id = new_id()
        if company_id is not None:
            await mails.log(tx, mail_id, company_id, to, subject)
        content = {"to": to, "subject": subject, "text": text, "html": html}
        await mails.insert(tx, mail_id, self._vault.encrypt(_purpose(mail_id), json.dumps(content).encode()))
        return mail_id

    async def put_many(self, tx: Transaction, letters: Sequence[tuple[str, Text]]) -> None:
        """Let many mails go: to whom, and what. None of them stands in a mail log."""
        ids = [new_id() for _ in letters]
        sealed = [
            self._vault.encrypt(_purpose(mail_id), json.dumps({"to": to, **vars(text)}).encode())
            for mail_id, (to, text) in zip(ids, letters, strict=True)
        ]
        await mails.insert_many(tx, ids, sealed)

    async def send_due(self) -> int:
        """Send what is due; returns how many went."""
        async with self._database.transaction() as tx:
            due = await mails.take(tx, limit=_AT_ONCE, patience=_PATIENCE)
        return sum([await self._send(row) for row in due])

    async def _send(self, row: Any) -> bool:
        mail_id: UUID = row["id"]
        try:
            mail = self._opened(mail_id, row["sealed"])
            crash.site("registration.mail.before_send")
            await self._mailer.send(mail)
            crash.site("registration.mail.sent")
        except Transient as error:
            await self._again(row, str(error))
            return False
        except (MailRefused, SecretUnreadable) as error:
            _log.error("mail_refused", mail=str(mail_id), why=str(error)[:200])
            await self._refused(row, str(error))
            return False
        await self._delete(mail_id, "sent")
        return True

    async def _refused(self, row: Any, why: str) -> None:
        async with self._database.transaction() as tx:
            with contextlib.suppress(SecretUnreadable):  # then nobody can tell to whom it would have gone
                await mails.flag_address(tx, self._opened(row["id"], row["sealed"]).to, why[:200])
            await mails.settle(tx, row["id"], "refused")

    def _opened(self, mail_id: UUID, sealed: str) -> Mail:
        content = json.loads(self._vault.decrypt(_purpose(mail_id), sealed))
        return Mail(id=mail_id, tag=self._vault.tag(sent_to(mail_id, content["to"])), **content)

    async def _again(self, row: Any, why: str) -> None:
        if row["created_at"] + _GIVEN_UP < datetime.now(UTC):
            _log.error("mail_given_up", mail=str(row["id"]), why=why[:200])
            await self._delete(row["id"], "refused")
            return
        wait = timedelta(seconds=min(2 ** min(row["attempts"], 10), _LONGEST_WAIT))
        _log.warning("mail_waits", mail=str(row["id"]), seconds=wait.total_seconds(), why=why[:200])
        async with self._database.transaction() as tx:
            await mails.later(tx, row["id"], wait)

    async def _delete(self, mail_id: UUID, state: mails.State) -> None:
        async with self._database.transaction() as tx:
            await mails.settle(tx, mail_id, state)

    async def run(self) -> None:
        """Send for ever; a database that is away is waited out."""
        while True:
            try:
                while await self.send_due():
                    pass
            except (DBAPIError, OSError) as error:
                _log.warning("mail_queue_waits", error=type(error).__name__)
            await asyncio.sleep(_EVERY)
