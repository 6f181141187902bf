"""The second step of a sign-in: asked for after the right password, proved in one of the ways a person has."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pyotp import random_base32
from pyotp.totp import TOTP
from pyotp.utils import strings_equal

from mesh import audit
from mesh.db import Database
from mesh.transaction import Transaction
from mesh.vault import Vault
from registration import errors
from registration.domain import mail_address, one_time_codes, phone, second_factor, throttling
from registration.domain.second_factor import Method, Ways
from registration.mail_queue import MailQueue
from registration.mail_texts import sign_in as texts
from registration.opaque_tokens import digest, new_token
from registration.passkeys import Passkeys
from registration.sms import Sms
from registration.store import attempts, challenges, factors, sessions
from registration.store.challenges import Challenge
from registration.store.factors import Standing

STEP_SECONDS: Final = 30
"""RFC 6238, §5.2; a code of the step before or after is taken, since clocks differ."""


@dataclass(frozen=True)
class Pending:
    """A right password that waits. `token` goes back with the proof; `passkey` are WebAuthn request options."""

    token: str
    ways: Ways
    expires_at: datetime
    passkey: dict[str, Any] | None
    email_hint: str
    phone_hint: str | None


@dataclass(frozen=True)
class Sent:
    """A code is on its way."""

    sent_to: str
    expires_at: datetime


@dataclass(frozen=True)
class Proof:
    """What somebody answers: a code, or a browser's WebAuthn answer."""

    method: Method
    code: str = ""
    credential: dict[str, Any] | None = None


@dataclass(frozen=True)
class Proved:
    """Who it is. `limited`: they must set up a factor before anything else."""

    person_id: UUID
    limited: bool


def totp_purpose(factor_id: UUID) -> str:
    """What the vault binds a TOTP seed to."""
    return f"totp:{factor_id}"


def phone_purpose(factor_id: UUID) -> str:
    """What the vault binds a phone number to."""
    return f"phone:{factor_id}"


class SecondFactors:
    """Asks for second factors and judges the answers."""

    def __init__(self, database: Database, vault: Vault, *, mails: MailQueue, sms: Sms, passkeys: Passkeys) -> None:
        self._database = database
        self._vault = vault
        self._mails = mails
        self._sms = sms
        self._passkeys = passkeys

    def ways(self, standing: Standing) -> Ways:
        """How this person may finish signing in."""
        has = {factor.kind for factor in standing.factors if factor.confirmed_at}
        if not self._sms.offered:
            has.discard(Method.SMS)
        return second_factor.ways(
            second_factor.allowed(standing.companies), has, recovery_codes=standing.recovery_codes > 0
        )

    async def ask(self, person_id: UUID) -> Pending | None:
        """Ask for the second factor; None for somebody who is exempt. Raises Unauthenticated (`SIGN_IN_FAILED`)."""
        async with self._database.transaction() as tx:
            standing = await factors.standing(tx, person_id)
            if standing is None:
                raise errors.sign_in_failed()
            if standing.exempt:
                return None
            ways = self.ways(standing)
            options, passkey_challenge = None, None
            if Method.PASSKEY in ways.methods:
                known = [each.credential_id for each in standing.confirmed(Method.PASSKEY) if each.credential_id]
                options, passkey_challenge = self._passkeys.to_sign_in(known)
            token = new_token()
            expires_at = await challenges.insert(
                tx, digest(token), person_id, "sign_in", passkey_challenge=passkey_challenge
            )
        return Pending(
            token=token,
            ways=ways,
            expires_at=expires_at,
            passkey=options,
            email_hint=mail_address.hidden(standing.email),
            phone_hint=phone.hidden(self._phone(standing)) if Method.SMS in ways.methods else None,
        )

    def _phone(self, standing: Standing) -> str:
        factor = standing.confirmed(Method.SMS)[-1]
        return self._vault.decrypt(phone_purpose(factor.id), factor.sealed or "").decode()

    async def send(self, token: str, method: Method) -> Sent:
        """Send a code by mail or message; one that was sent before ends.

        Raises Unauthenticated (`CHALLENGE_OVER`), Invalid (`METHOD_NOT_OFFERED`), TooMany (`TOO_MANY_TRIES`).
        """
        async with self._database.transaction() as tx:
            challenge, standing = await self._open(tx, token)
            if method not in (Method.EMAIL, Method.SMS) or method not in self.ways(standing).methods:
                raise errors.method_not_offered()
            if challenge.sent >= one_time_codes.SENDINGS:
                raise errors.too_many_tries(60)
            code = one_time_codes.new_code()
            kept = one_time_codes.digest(token, code)
            expires_at = await challenges.keep_code(tx, digest(token), method, kept, one_time_codes.LASTS)
            if method is Method.EMAIL:
                text = texts.code(standing.language, person=standing.name, code=code)
                await self._mails.put(tx, to=standing.email, subject=text.subject, text=text.text, html=text.html)
                return Sent(mail_address.hidden(standing.email), expires_at)
            number = self._phone(standing)
            await self._sms.put(tx, number, texts.code_message(standing.language, code=code))
            return Sent(phone.hidden(number), expires_at)

    async def prove(self, token: str, proof: Proof, *, address: str, device: str) -> Proved:
        """Judge an answer; the right one ends the challenge, so it opens one session.

        Raises Unauthenticated (`CHALLENGE_OVER`, `SECOND_FACTOR_FAILED`), Invalid (`METHOD_NOT_OFFERED`), TooMany
        (`TOO_MANY_TRIES`).
        """
        device_digest = digest(device) if device else b""
        async with self._database.transaction() as tx:
            challenge, standing = await self._open(tx, token)
            ways = self.ways(standing)
            if proof.method not in ways.methods:
                raise errors.method_not_offered()
            person_id = challenge.person_id
            owner = await sessions.device_owner(tx, device_digest, person_id)
            buckets = throttling.second_factor_buckets(person_id, address, owner, device_digest)
            wait = await attempts.count(tx, buckets)
            right = not wait and await self._right(tx, challenge, standing, token, proof)
            if right:
                await challenges.delete(tx, digest(token))
                await attempts.take_back(tx, buckets)
            elif not wait:
                await challenges.count_try(tx, digest(token))
                audit.note(tx, actor="anybody", action="second_factor.refused", subject=str(person_id))
        if wait:
            raise errors.too_many_tries(wait)
        if not right:
            raise errors.second_factor_failed()
        return Proved(person_id, ways.set_up)

    async def _open(self, tx: Transaction, token: str) -> tuple[Challenge, Standing]:
        challenge = await challenges.read(tx, digest(token), "sign_in")
        standing = await factors.standing(tx, challenge.person_id) if challenge else None
        if challenge is None or standing is None or challenge.tries >= one_time_codes.TRIES:
            raise errors.challenge_over()
        return challenge, standing

    async def _right(self, tx: Transaction, challenge: Challenge, standing: Standing, token: str, proof: Proof) -> bool:
        if proof.method in (Method.EMAIL, Method.SMS):
            sent = challenge.code_kind is proof.method and challenge.code_sha256
            return bool(sent) and challenge.code_sha256 == one_time_codes.digest(token, proof.code)
        if proof.method is Method.RECOVERY_CODE:
            kept = one_time_codes.recovery_digest(proof.code)
            return await factors.use_recovery_code(tx, challenge.person_id, kept)
        if proof.method is Method.TOTP:
            return await self._totp(tx, standing, proof.code)
        return await self._passkey(tx, challenge, standing, proof.credential)

    async def _totp(self, tx: Transaction, standing: Standing, code: str) -> bool:
        for factor in standing.confirmed(Method.TOTP):
            seed = self._vault.decrypt(totp_purpose(factor.id), factor.sealed or "").decode()
            step = matching_step(seed, code)
            if step is not None and await factors.used(tx, factor.id, last_step=step):
                return True
        return False

    async def _passkey(
        self, tx: Transaction, challenge: Challenge, standing: Standing, credential: dict[str, Any] | None
    ) -> bool:
        if credential is None or challenge.passkey_challenge is None:
            return False
        for factor in standing.confirmed(Method.PASSKEY):
            count = self._passkeys.proved(
                credential,
                challenge.passkey_challenge,
                public_key=factor.public_key or b"",
                sign_count=factor.sign_count or 0,
            )
            if count is not None:
                return await factors.used(tx, factor.id, sign_count=count)
        return False


def new_seed() -> str:
    """160 random bits in base32 (RFC 4226, §4)."""
    return random_base32()


def matching_step(seed: str, code: str) -> int | None:
    """The time step whose code this is, among this one and its neighbours; None for a wrong code."""
    totp, now = TOTP(seed, interval=STEP_SECONDS), int(time.time()) // STEP_SECONDS
    typed = one_time_codes.plain(code)
    for step in (now, now - 1, now + 1):
        if strings_equal(typed, totp.at(step * STEP_SECONDS)):
            return step
    return None
