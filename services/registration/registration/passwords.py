"""Password hashes: Argon2id (RFC 9106) by pwdlib, computed beside the event loop and a few at a time.

64 MiB, three passes, four lanes: about 0.1 s a hash, so a few concurrent ones are what a machine bears.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Final, TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from mesh.errors import Unavailable
from registration import errors
from registration.breached import BreachedPasswords, Common
from registration.domain import password_rules

T = TypeVar("T")
_AT_ONCE: Final = 2
_WAITING: Final = 64
"""More than these would wait for seconds; they are told to come back."""


class Passwords:
    """Makes and checks hashes."""

    def __init__(
        self,
        *,
        breached: BreachedPasswords | None = None,
        memory_kib: int = 65_536,
        passes: int = 3,
        lanes: int = 4,
    ) -> None:
        self._breached = breached or Common()
        self._hash = PasswordHash((Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes),))
        self._nobody = self._hash.hash(secrets.token_urlsafe(32))
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """A hash to store. Raises Unavailable (`BUSY`) when too many wait already."""
        return await self._run(lambda: self._hash.hash(password))

    async def accepted(self, password: str, *, email: str, further: tuple[str, ...] = ()) -> str:
        """The hash of a new password.

        Raises Invalid: `PASSWORD_REFUSED` when others would guess it, `PASSWORD_STOLEN` when lists of them hold it.
        """
        flaw = await asyncio.to_thread(password_rules.flaw, password, email=email, further=further)
        if flaw:
            raise errors.password_refused(flaw)
        if await self._breached.knows(password):
            raise errors.password_stolen()
        return await self.hash(password)

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether it is the password; with nothing stored, the same work is done and the answer is no.

        Raises Unavailable (`BUSY`).
        """
        right = await self._run(lambda: self._matches(password, stored or self._nobody))
        return right and stored is not None

    def _matches(self, password: str, stored: str) -> bool:
        try:
            return self._hash.verify(password, stored)
        except UnknownHashError:
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING:
            raise Unavailable("BUSY", "Too many people sign in at this moment; try again.", retry_after=2)
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
