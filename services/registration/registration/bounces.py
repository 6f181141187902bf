"""The mailbox that undeliverable mails come back to: a Maildir, which every mail server can deliver into.

A notification is taken to heart when the Message-ID it returns carries the tag that our vault gave to that mail and
address: a stranger who writes to the mailbox can flag nobody. Notifications are deleted once taken; whatever else
people write to the address is put among the read mails and left there.
"""

import asyncio
import stat
from pathlib import Path
from typing import Final

import structlog

from mesh.db import Database
from mesh.vault import Vault
from registration.domain import bounce
from registration.domain.bounce import Bounce
from registration.mail_queue import sent_to
from registration.store import mails

_LARGEST: Final = 1024 * 1024
_WHY: Final = 200
_READ: Final = ":2,S"
"""Seen, in the name of a file of a Maildir."""
_log = structlog.get_logger(__name__)


class Bounces:
    """Reads one mailbox."""

    def __init__(self, database: Database, vault: Vault, folder: Path) -> None:
        self._database = database
        self._vault = vault
        self._folder = folder

    async def take_all(self) -> int:
        """Read what is new; returns how many addresses were flagged. Raises OSError: the folder is not there."""
        return sum([await self._take(path) for path in await asyncio.to_thread(self._new)])

    def _new(self) -> list[Path]:
        return sorted(path for path in (self._folder / "new").iterdir() if stat.S_ISREG(path.lstat().st_mode))

    async def _take(self, path: Path) -> bool:
        try:
            return await self._taken(path)
        except FileNotFoundError:  # another process has it
            return False

    async def _taken(self, path: Path) -> bool:
        found = await asyncio.to_thread(_read, path)
        address = self._sent_to(found) if found else None
        if found is None or address is None:
            await asyncio.to_thread(path.rename, self._folder / "cur" / f"{path.name}{_READ}")
            return False
        async with self._database.transaction() as tx:
            await mails.came_back(tx, found.mail_id, address, found.why[:_WHY])
        _log.warning("mail_came_back", mail=str(found.mail_id), why=found.why[:_WHY])
        await asyncio.to_thread(path.unlink, missing_ok=True)  # done before: read again after a crash it says the same
        return True

    def _sent_to(self, found: Bounce) -> str | None:
        """The address that the mail went to, if it is one of ours."""
        known = (each for each in found.addresses if self._vault.is_tag(sent_to(found.mail_id, each), found.tag))
        return next(known, None)


def _read(path: Path) -> Bounce | None:
    if path.stat().st_size > _LARGEST:
        return None
    return bounce.read(path.read_bytes())
