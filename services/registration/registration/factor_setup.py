"""A person's own second factors: set up, proved once, taken away. Each change is told to them by mail."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pyotp.totp import TOTP

from contracts.ids import new_id
from mesh import audit
from mesh.db import Database
from mesh.transaction import Transaction
from mesh.vault import Vault
from registration import errors
from registration.domain import one_time_codes, phone, second_factor
from registration.domain.second_factor import Method
from registration.mail_queue import MailQueue
from registration.mail_texts import sign_in as texts
from registration.opaque_tokens import digest, new_token
from registration.passkeys import Passkeys
from registration.portal import Portal
from registration.second_factor import SecondFactors, matching_step, new_seed, phone_purpose, totp_purpose
from registration.sms import Sms
from registration.store import challenges, factors, sessions
from registration.store.factors import Factor, Standing

_PAGE = "/settings/security"


@dataclass(frozen=True)
class Begun:
    """A factor that waits for its proof. `secret` and `uri` are a TOTP seed's, `passkey` WebAuthn creation options."""

    factor_id: UUID
    token: str | None
    secret: str | None = None
    uri: str | None = None
    passkey: dict[str, Any] | None = None
    sent_to: str | None = None


class FactorSetup:
    """Adds and removes second factors."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        second_factors: SecondFactors,
        *,
        mails: MailQueue,
        sms: Sms,
        passkeys: Passkeys,
        portal: Portal,
    ) -> None:
        self._database = database
        self._vault = vault
        self._second_factors = second_factors
        self._mails = mails
        self._sms = sms
        self._passkeys = passkeys
        self._portal = portal

    async def standing(self, person_id: UUID) -> Standing:
        """What somebody has set up. Raises Unauthenticated (`SESSION_INVALID`)."""
        async with self._database.transaction() as tx:
            return await self._standing(tx, person_id)

    async def begin(self, person_id: UUID, kind: Method, name: str, number: str = "") -> Begun:
        """Set up a factor; an e-mail one works at once, since the address was proved when the account was made.

        Raises Invalid (`METHOD_NOT_OFFERED`).
        """
        async with self._database.transaction() as tx:
            standing = await self._standing(tx, person_id)
            offered = second_factor.allowed(standing.companies)
            if kind not in offered or (kind is Method.SMS and not self._sms.offered):
                raise errors.method_not_offered()
            factor_id, token = new_id(), new_token()
            if kind is Method.EMAIL:
                await factors.insert(tx, factor_id, person_id, kind, name, confirmed=True)
                await self._told(tx, person_id, standing, "factor_added", name)
                return Begun(factor_id, None)
            if kind is Method.TOTP:
                seed = new_seed()
                await self._keep(tx, person_id, factor_id, kind, name, token, sealed=self._seal(factor_id, seed))
                uri = TOTP(seed).provisioning_uri(name=standing.email, issuer_name="Navette")
                return Begun(factor_id, token, secret=seed, uri=uri)
            if kind is Method.SMS:
                sealed = self._vault.encrypt(phone_purpose(factor_id), number.encode())
                await self._keep(tx, person_id, factor_id, kind, name, token, sealed=sealed)
                code = one_time_codes.new_code()
                kept = one_time_codes.digest(token, code)
                await challenges.keep_code(tx, digest(token), Method.SMS, kept, one_time_codes.LASTS)
                await self._sms.put(tx, number, texts.code_message(standing.language, code=code))
                return Begun(factor_id, token, sent_to=phone.hidden(number))
            known = [each.credential_id for each in standing.factors if each.credential_id]
            options, challenge = self._passkeys.to_register(
                person_id, email=standing.email, name=standing.name, known=known
            )
            await self._keep(tx, person_id, factor_id, kind, name, token, passkey_challenge=challenge)
            return Begun(factor_id, token, passkey=options)

    def _seal(self, factor_id: UUID, seed: str) -> str:
        return self._vault.encrypt(totp_purpose(factor_id), seed.encode())

    async def _keep(
        self,
        tx: Transaction,
        person_id: UUID,
        factor_id: UUID,
        kind: Method,
        name: str,
        token: str,
        *,
        sealed: str | None = None,
        passkey_challenge: bytes | None = None,
    ) -> None:
        await factors.insert(tx, factor_id, person_id, kind, name, sealed=sealed)
        await challenges.insert(
            tx, digest(token), person_id, "set_up", factor_id=factor_id, passkey_challenge=passkey_challenge
        )

    async def confirm(
        self,
        person_id: UUID,
        session_id: UUID,
        factor_id: UUID,
        token: str,
        *,
        code: str = "",
        credential: dict[str, Any] | None = None,
    ) -> list[str] | None:
        """Prove a factor once; returns recovery codes when the person had none yet.

        Raises Unauthenticated (`CHALLENGE_OVER`), Invalid (`FACTOR_NOT_PROVED`).
        """
        async with self._database.transaction() as tx:
            challenge = await challenges.read(tx, digest(token), "set_up")
            if challenge is None or (challenge.person_id, challenge.factor_id) != (person_id, factor_id):
                raise errors.challenge_over()
            if challenge.tries >= one_time_codes.TRIES:
                raise errors.challenge_over()
            standing = await self._standing(tx, person_id)
            factor = next((each for each in standing.factors if each.id == factor_id), None)
            if factor is None:
                raise errors.challenge_over()
            proved = await self._proved(tx, factor, challenge, token, code, credential)
            codes: list[str] | None = None
            if proved:
                codes = await self._confirmed(tx, person_id, session_id, factor, standing, token)
            else:
                await challenges.count_try(tx, digest(token))
        if not proved:
            raise errors.factor_not_proved("/credential" if factor.kind is Method.PASSKEY else "/code")
        return codes

    async def _proved(
        self,
        tx: Transaction,
        factor: Factor,
        challenge: challenges.Challenge,
        token: str,
        code: str,
        credential: dict[str, Any] | None,
    ) -> bool:
        if factor.kind is Method.TOTP:
            seed = self._vault.decrypt(totp_purpose(factor.id), factor.sealed or "").decode()
            step = matching_step(seed, code)
            return step is not None and await factors.used(tx, factor.id, last_step=step)
        if factor.kind is Method.SMS:
            return challenge.code_sha256 == one_time_codes.digest(token, code)
        if credential is None or challenge.passkey_challenge is None:
            return False
        registered = self._passkeys.registered(credential, challenge.passkey_challenge)
        if registered is None:
            return False
        await factors.keep_passkey(tx, factor.id, **vars(registered))
        return True

    async def _confirmed(
        self, tx: Transaction, person_id: UUID, session_id: UUID, factor: Factor, standing: Standing, token: str
    ) -> list[str] | None:
        await factors.confirm(tx, factor.id)
        await challenges.delete(tx, digest(token))
        now = await self._standing(tx, person_id)
        if not self._second_factors.ways(now).set_up:
            await sessions.unlimit(tx, session_id)
        await self._told(tx, person_id, standing, "factor_added", factor.name)
        return None if standing.recovery_codes else await self._new_codes(tx, person_id)

    async def remove(self, person_id: UUID, factor_id: UUID) -> None:
        """Take a factor away. Raises NotFound (`FACTOR_UNKNOWN`), Conflict (`LAST_FACTOR`)."""
        async with self._database.transaction() as tx:
            standing = await self._standing(tx, person_id)
            name = next((each.name for each in standing.factors if each.id == factor_id), "")
            if await factors.remove(tx, person_id, factor_id) is None:
                raise errors.factor_unknown()
            after = await self._standing(tx, person_id)
            if self._second_factors.ways(after).set_up and not self._second_factors.ways(standing).set_up:
                raise errors.last_factor()
            await self._told(tx, person_id, standing, "factor_removed", name)

    async def renew_codes(self, person_id: UUID) -> list[str]:
        """New recovery codes, shown this once; the older ones end."""
        async with self._database.transaction() as tx:
            standing = await self._standing(tx, person_id)
            codes = await self._new_codes(tx, person_id)
            await self._told(tx, person_id, standing, "recovery_codes")
        return codes

    async def _new_codes(self, tx: Transaction, person_id: UUID) -> list[str]:
        codes = [one_time_codes.new_recovery_code() for _ in range(one_time_codes.RECOVERY_CODES)]
        await factors.renew_recovery_codes(tx, person_id, [one_time_codes.recovery_digest(code) for code in codes])
        return codes

    async def _standing(self, tx: Transaction, person_id: UUID) -> Standing:
        found = await factors.standing(tx, person_id)
        if found is None:
            raise errors.session_invalid()
        return found

    async def _told(
        self, tx: Transaction, person_id: UUID, standing: Standing, change: texts.Change, what: str = ""
    ) -> None:
        audit.note(
            tx, actor=f"user:{person_id}", action=f"sign_in.{change}", subject=str(person_id), detail={"what": what}
        )
        text = texts.changed(standing.language, change, person=standing.name, link=self._portal.link(_PAGE), what=what)
        await self._mails.put(tx, to=standing.email, subject=text.subject, text=text.text, html=text.html)
