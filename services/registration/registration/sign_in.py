"""Sign-in by e-mail and password: one answer and one amount of work, whoever the e-mail belongs to."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mesh import audit
from mesh.db import Database
from registration import errors
from registration.domain import throttling
from registration.passwords import Passwords
from registration.store import attempts, people, sessions


def new_token() -> str:
    """256 random bits, fit for a cookie or a link."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True)
class SignedIn:
    """A new session: its token for the cookie, and a device token for a cookie that outlives it."""

    person_id: UUID
    token: str
    device: str
    expires_at: datetime


class SignIn:
    """Opens and reads sessions."""

    def __init__(self, database: Database, passwords: Passwords, *, lasts: timedelta, idle: timedelta) -> None:
        self._database = database
        self._passwords = passwords
        self._lasts = lasts
        self.idle = idle

    async def check(self, email: str, password: str, *, address: str, device: str) -> UUID:
        """The person whose e-mail and password these are.

        Raises Unauthenticated (`SIGN_IN_FAILED`), TooMany (`TOO_MANY_TRIES`).
        """
        device_digest = digest(device) if device else b""
        async with self._database.transaction() as tx:
            known = await people.by_email(tx, email)
            owner = await sessions.device_owner(tx, device_digest, known.person_id if known else None)
            buckets = throttling.buckets(email, address, owner, device_digest)
            wait = await attempts.count(tx, buckets)
            stored = await people.password_hash(tx, known.person_id) if known and known.active else None
        if wait:
            raise errors.too_many_tries(wait)
        right = await self._passwords.verify(password, stored)
        async with self._database.transaction() as tx:
            if not right or known is None:
                audit.note(
                    tx,
                    actor="anybody",
                    action="session.refused",
                    subject=str(known.person_id) if known else "unknown",
                    detail={"known_device": owner is not None},
                )
            else:
                await attempts.take_back(tx, buckets)
        if not right or known is None:
            raise errors.sign_in_failed()
        return known.person_id

    async def open(self, email: str, password: str, *, address: str, device: str) -> SignedIn:
        """Check, and open a session. Raises what `check` raises."""
        person_id = await self.check(email, password, address=address, device=device)
        token, next_device = new_token(), new_token()
        async with self._database.transaction() as tx:
            expires_at = await sessions.create(tx, digest(token), person_id, lasts=self._lasts)
            await sessions.remember_device(tx, digest(next_device), person_id, before=digest(device))
            audit.note(tx, actor=f"user:{person_id}", action="session.open", subject=str(person_id))
        return SignedIn(person_id, token, next_device, expires_at)

    async def read(self, token: str) -> sessions.Session | None:
        """The living session of a token."""
        async with self._database.transaction() as tx:
            return await sessions.read(tx, digest(token), idle=self.idle)

    async def close(self, token: str) -> None:
        """Sign out; no session is as good as a closed one."""
        async with self._database.transaction() as tx:
            person_id = await sessions.end(tx, digest(token))
            if person_id is not None:
                audit.note(tx, actor=f"user:{person_id}", action="session.close", subject=str(person_id))
