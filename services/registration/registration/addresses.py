"""A person's addresses: any that they have proved signs them in, one is where they are written to.

Whatever changes is told to both sides, so that neither a stolen session nor a stolen mailbox changes it unseen.
"""

from typing import Final
from uuid import UUID

from contracts.ids import new_id
from mesh import audit
from mesh.commands import NOBODY
from mesh.db import Database
from mesh.transaction import Transaction
from registration import states
from registration.errors import addresses as errors
from registration.mail_queue import MailQueue
from registration.mail_texts import sign_in as texts
from registration.mail_texts.letter import Text
from registration.opaque_tokens import digest, new_token
from registration.password_change import LINK_LASTS, PasswordChange
from registration.portal import Portal
from registration.store import activations, addresses, people
from registration.store.addresses import Address
from registration.store.people import Addressee

MOST: Final = 10
_PAGE: Final = "/activation#"
_SETTINGS: Final = "/settings/security"


class Addresses:
    """Adds, proves, promotes and removes them."""

    def __init__(self, database: Database, password: PasswordChange, *, mails: MailQueue, portal: Portal) -> None:
        self._database = database
        self._password = password
        self._mails = mails
        self._portal = portal

    async def of_person(self, person_id: UUID) -> tuple[str, list[Address]]:
        """Where somebody is written to, and their further addresses."""
        async with self._database.transaction() as tx:
            return await people.email_of(tx, person_id), await addresses.of_person(tx, person_id)

    async def ask(self, person_id: UUID, email: str) -> None:
        """Send a link to an address that is to be added; to one that somebody has already, a mail that says so.

        Raises Conflict (`TOO_MANY_ADDRESSES`).
        """
        async with self._database.transaction() as tx:
            if len(await addresses.of_person(tx, person_id)) >= MOST:
                raise errors.too_many()
            person = await people.addressee(tx, person_id)
            if await people.by_email(tx, email) is not None:
                await self._send(tx, email, texts.address_taken(person.language, email=email))
                return
            token = new_token()
            await activations.insert(
                tx,
                new_id(),
                digest(token),
                email=email,
                company_id=NOBODY,
                request={"person_id": str(person_id)},
                purpose="address",
                lasts=LINK_LASTS,
            )
            link = self._portal.link(_PAGE + token)
            await self._send(tx, email, texts.address(person.language, person=person.name, email=email, link=link))

    async def confirm(self, token: str, password: str) -> UUID:
        """Add the address of a link: whoever reads its mails has to know the person's password too.

        Raises NotFound (`ACTIVATION_UNKNOWN`), Gone (`ACTIVATION_OVER`), Unauthenticated (`PASSWORD_WRONG`), Conflict
        (`ADDRESS_TAKEN`).
        """
        async with self._database.transaction() as tx:
            found = activations.living(await activations.read(tx, digest(token)))
        person_id = UUID(found.request["person_id"])
        await self._password.check(person_id, password)
        async with self._database.transaction() as tx:
            activations.living(await activations.read(tx, digest(token), lock=True))
            await people.lock_email(tx, found.email)
            if await people.by_email(tx, found.email) is not None:
                raise errors.taken()
            await addresses.insert(tx, new_id(), person_id, found.email)
            await activations.use(tx, found.activation_id)
            person = await people.addressee(tx, person_id)
            await self._told(tx, person_id, person, "address_added", found.email, [person.email, found.email])
        return person_id

    async def promote(self, person_id: UUID, address_id: UUID) -> None:
        """Write to somebody at this address from now on. Raises NotFound (`ADDRESS_UNKNOWN`)."""
        async with self._database.transaction() as tx:
            address, person = await self._own(tx, person_id, address_id)
            await addresses.swap(tx, address, person_id, person.email)
            await states.user(tx, person_id, revoked=False)
            both = [person.email, address.email]
            await self._told(tx, person_id, person, "address_changed", address.email, both)

    async def remove(self, person_id: UUID, address_id: UUID) -> None:
        """It signs in nobody any more. Raises NotFound (`ADDRESS_UNKNOWN`)."""
        async with self._database.transaction() as tx:
            address, person = await self._own(tx, person_id, address_id)
            await addresses.remove(tx, address_id, person_id)
            await activations.forget_address(tx, person_id, address.email)
            both = [person.email, address.email]
            await self._told(tx, person_id, person, "address_removed", address.email, both)

    async def _own(self, tx: Transaction, person_id: UUID, address_id: UUID) -> tuple[Address, Addressee]:
        found = next((each for each in await addresses.of_person(tx, person_id) if each.id == address_id), None)
        if found is None:
            raise errors.unknown()
        return found, await people.addressee(tx, person_id)

    async def _told(
        self, tx: Transaction, person_id: UUID, person: Addressee, what: texts.Change, email: str, to: list[str]
    ) -> None:
        audit.note(tx, actor=f"user:{person_id}", action=f"person.{what}", subject=str(person_id))
        link = self._portal.link(_SETTINGS)
        for each in to:
            text = texts.changed(person.language, what, person=person.name, link=link, what=email)
            await self._send(tx, each, text)

    async def _send(self, tx: Transaction, to: str, text: Text) -> None:
        await self._mails.put(tx, to=to, subject=text.subject, text=text.text, html=text.html)
