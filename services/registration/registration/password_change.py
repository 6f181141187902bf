"""Changing a password one knows, and choosing a new one when it is forgotten."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from contracts.ids import new_id
from mesh import audit
from mesh.commands import NOBODY
from mesh.db import Database
from mesh.transaction import Transaction
from registration import errors, states
from registration.domain import throttling
from registration.mail_queue import MailQueue
from registration.mail_texts import links
from registration.mail_texts import sign_in as texts
from registration.mail_texts.letter import Text
from registration.opaque_tokens import digest, new_token
from registration.passwords import Passwords
from registration.portal import Portal
from registration.store import activations, attempts, people, sessions

LINK_LASTS: Final = timedelta(hours=1)
_PAGE: Final = "/activation#"
_SETTINGS: Final = "/settings/security"


class PasswordChange:
    """Sets passwords; each change closes the other sessions and is told to the owner."""

    def __init__(self, database: Database, passwords: Passwords, *, mails: MailQueue, portal: Portal) -> None:
        self._database = database
        self._passwords = passwords
        self._mails = mails
        self._portal = portal

    async def check(self, person_id: UUID, password: str) -> None:
        """Whoever changes how they sign in proves the password again (ASVS 5.0, 7.5.1).

        Raises Unauthenticated (`PASSWORD_WRONG`).
        """
        async with self._database.transaction() as tx:
            stored = await people.password_hash(tx, person_id)
        if not await self._passwords.verify(password, stored):
            raise errors.password_wrong()

    async def change(self, person_id: UUID, session_id: UUID, current: str, new: str) -> None:
        """Replace a password; the other sessions end. Raises Unauthenticated (`PASSWORD_WRONG`), Invalid
        (`PASSWORD_REFUSED`)."""
        await self.check(person_id, current)
        async with self._database.transaction() as tx:
            email = await people.email_of(tx, person_id)
        hashed = await self._passwords.accepted(new, email=email)
        async with self._database.transaction() as tx:
            await people.set_password(tx, person_id, hashed)
            await sessions.end_others(tx, person_id, session_id)
            await self._told(tx, person_id, f"user:{person_id}")

    async def ask(self, email: str, language: str, *, address: str, device: str) -> None:
        """Send a link to a new password; to somebody who never used the link to an account that one anew, and to an
        address without access a mail that says so.

        The page tells nothing: all ways do the same work, one row apart. Where enough was sent, the last link still
        opens (it lasts longer than two windows of tries), and nothing more is sent. Raises TooMany (`TOO_MANY_TRIES`).
        """
        token, device_digest = new_token(), digest(device) if device else b""
        async with self._database.transaction() as tx:
            known = await people.by_email(tx, email)
            owner = await sessions.device_owner(tx, device_digest, known.person_id if known else None)
            wait = await attempts.count(tx, throttling.recovery_buckets(address, owner, device_digest))
            enough = wait or await attempts.count(tx, throttling.recovered_buckets(email))
        if wait:
            raise errors.too_many_tries(wait)
        if enough:
            return
        async with self._database.transaction() as tx:
            if known is None or not known.active or not known.has_credential:
                asked = await activations.renew(tx, email, digest(token))
                text = (
                    self._anew(asked, token)
                    if asked
                    else texts.no_access(known.language if known else language, email=email)
                )
            else:
                await activations.insert(
                    tx,
                    new_id(),
                    digest(token),
                    email=email,
                    company_id=NOBODY,
                    request={"person_id": str(known.person_id)},
                    purpose="password",
                    lasts=LINK_LASTS,
                )
                link = self._portal.link(_PAGE + token)
                text = texts.reset(known.language, person=known.name, email=email, link=link)
            audit.note(tx, actor="anybody", action="password.forgotten", subject=str(known.person_id) if known else "")
            await self._mails.put(tx, to=email, subject=text.subject, text=text.text, html=text.html)

    def _anew(self, asked: Mapping[str, Any], token: str) -> Text:
        link = self._portal.link(_PAGE + token)
        names = {"person": asked["name"], "company": asked["company_name"]}
        return links.written("again", asked["language"], link=link, **names)

    async def use(self, token: str, new: str) -> UUID:
        """Set the password of a link, which ends with it and with every session; the second factor stays.

        The link opens nothing any more when its address has been taken from the person since.

        Raises NotFound (`ACTIVATION_UNKNOWN`), Gone (`ACTIVATION_OVER`), Invalid (`PASSWORD_REFUSED`).
        """
        async with self._database.transaction() as tx:
            found = activations.living(await activations.read(tx, digest(token)))
        hashed = await self._passwords.accepted(new, email=found.email)
        person_id = UUID(found.request["person_id"])
        async with self._database.transaction() as tx:
            activations.living(await activations.read(tx, digest(token), lock=True))
            known = await people.by_email(tx, found.email)
            if known is None or known.person_id != person_id or not known.active:
                raise errors.activation_over()
            await activations.use(tx, found.activation_id)
            await people.set_password(tx, person_id, hashed)
            await sessions.end_all(tx, person_id, devices=True)
            await states.user(tx, person_id, revoked=True)
            await self._told(tx, person_id, f"user:{person_id}")
        return person_id

    async def _told(self, tx: Transaction, person_id: UUID, actor: str) -> None:
        audit.note(tx, actor=actor, action="password.change", subject=str(person_id))
        person = await people.addressee(tx, person_id)
        text = texts.changed(person.language, "password", person=person.name, link=self._portal.link(_SETTINGS))
        await self._mails.put(tx, to=person.email, subject=text.subject, text=text.text, html=text.html)
