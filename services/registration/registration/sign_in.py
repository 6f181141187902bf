"""Sign-in by e-mail and password: one answer and one amount of work, whoever the e-mail belongs to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mesh import audit
from mesh.db import Database
from registration import errors
from registration.domain import throttling
from registration.opaque_tokens import digest, new_token
from registration.passwords import Passwords
from registration.second_factor import Pending, Proof, SecondFactors
from registration.store import attempts, people, sessions


@dataclass(frozen=True)
class Browser:
    """Where somebody signs in from: the network address, the device's token ("" without one), the User-Agent."""

    address: str
    device: str
    name: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A new session: its token for the cookie, and a device token for a cookie that outlives it."""

    person_id: UUID
    token: str
    device: str
    expires_at: datetime
    limited: bool


class SignIn:
    """Opens and reads sessions."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        second_factors: SecondFactors,
        *,
        lasts: timedelta,
        idle: timedelta,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self.second_factors = second_factors
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

    async def begin(self, email: str, password: str, browser: Browser) -> SignedIn | Pending:
        """Check the password; a session for who is exempt from the second factor, else what is still to be proved.

        Raises what `check` raises.
        """
        person_id = await self.check(email, password, address=browser.address, device=browser.device)
        pending = await self.second_factors.ask(person_id)
        return pending or await self._open(person_id, browser, limited=False)

    async def finish(self, token: str, proof: Proof, browser: Browser) -> SignedIn:
        """Open the session that a proof deserves. Raises what `SecondFactors.prove` raises."""
        proved = await self.second_factors.prove(token, proof, address=browser.address, device=browser.device)
        return await self._open(proved.person_id, browser, limited=proved.limited, method=str(proof.method))

    async def _open(self, person_id: UUID, browser: Browser, *, limited: bool, method: str = "password") -> SignedIn:
        token, next_device = new_token(), new_token()
        async with self._database.transaction() as tx:
            expires_at = await sessions.create(
                tx,
                digest(token),
                person_id,
                lasts=self._lasts,
                browser=browser.name,
                network=throttling.network_of(browser.address),
                limited=limited,
            )
            await sessions.remember_device(tx, digest(next_device), person_id, before=digest(browser.device))
            audit.note(
                tx, actor=f"user:{person_id}", action="session.open", subject=str(person_id), detail={"by": method}
            )
        return SignedIn(person_id, token, next_device, expires_at, limited)

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
