"""Companies that another one brought come and answer: they are connected, or only ask; their consent and its proof."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from contracts.ids import new_id
from contracts.registration import ConnectionAccepted, ConnectionRequested, ConnectionStatus, ConsentGiven
from mesh import audit, outbox
from mesh.clock import Clock
from mesh.transaction import Transaction
from registration import notices, states
from registration.domain import connecting, consent, throttling
from registration.domain.identifiers import Key
from registration.domain.unit import UnitSettings
from registration.errors import bringing as errors
from registration.errors import connection_exists, not_a_supplier
from registration.mail_queue import MailQueue
from registration.mail_texts import bringing as texts
from registration.mail_texts import connections as connection_texts
from registration.portal import Portal
from registration.store import companies, connections, prospects, units

_PARTNERS: Final = "/partners"


class Arriving:
    """Connects who comes with whoever brought them, and tells these."""

    def __init__(self, *, mails: MailQueue, portal: Portal, clock: Clock) -> None:
        self._mails = mails
        self._portal = portal
        self._clock = clock

    async def joined(
        self, tx: Transaction, company_id: UUID, keys: Sequence[Key], person: str, *, linked: UUID | None
    ) -> None:
        """A new company is connected with the buyer whose link it used, `linked` being what that buyer brought.

        Who invites suppliers to the network agrees to their electronic invoices by that. Buyers that wait for its
        numbers are only asked: numbers are public, so they prove nothing about who gave them.
        """
        for row in await prospects.of_keys(tx, keys, linked):
            if row["id"] != linked:
                await self._ask(tx, company_id, row["company_id"], row["unit_id"])
                continue
            await self._came(tx, row, company_id, person)

    async def came(self, tx: Transaction, prospect_id: UUID, company_id: UUID, *, email: str, person: str) -> None:
        """A supplier that has an account already used a buyer's link: the two are connected.

        The link went to who runs the account. Where nobody has confirmed them, and they are not who the buyer named,
        numbers alone brought them: the buyer is only asked. Raises Forbidden (`NOT_A_SUPPLIER`), Conflict
        (`ALREADY_ANSWERED`, `CONNECTION_ENDED`, `CONNECTION_EXISTS`: the supplier asked later than the buyer did, so
        the buyer decides).
        """
        row = await prospects.read(tx, prospect_id)
        if row is None:
            return
        if row["state"] in prospects.DECIDED:
            raise errors.already_answered()
        company = await companies.read(tx, company_id)
        if company is None or not company[0].supplier:
            raise not_a_supplier()
        found = await connections.between(tx, company_id, row["unit_id"])
        asks = found is not None and found.status is ConnectionStatus.REQUESTED and found.asked_by == "supplier"
        if found is not None and asks and found.since > row["asked_at"]:
            raise connection_exists(found.status)
        if email.lower() == row["email"].lower() or await companies.confirmed(tx, company_id):
            await self._came(tx, row, company_id, person)
            return
        await self._ask(tx, company_id, row["company_id"], row["unit_id"])

    async def came_as_another(self, tx: Transaction, prospect_id: UUID, company_id: UUID) -> None:
        """Who used a buyer's link gave another name or other numbers: those the buyer has not agreed to; it is asked.

        Raises Conflict (`ALREADY_ANSWERED`).
        """
        row = await prospects.read(tx, prospect_id)
        if row is None:
            return
        if row["state"] in prospects.DECIDED:
            raise errors.already_answered()
        await prospects.has_account(tx, prospect_id, company_id)
        await self._ask(tx, company_id, row["company_id"], row["unit_id"])

    async def _came(self, tx: Transaction, row: Any, company_id: UUID, person: str) -> None:
        await companies.vouch(tx, company_id, row["company_id"])
        connection_id = await self._connect(tx, company_id, row["company_id"], row["unit_id"], row["asked_at"])
        await prospects.decided(tx, row["id"], "accepted", partner_id=company_id, connection_id=connection_id)
        await self._told(tx, row, person)

    async def answered(
        self,
        tx: Transaction,
        prospect_id: UUID,
        *,
        agreed: bool,
        email: str,
        address: str,
        company_id: UUID | None = None,
        person_id: UUID | None = None,
        person: str = "",
    ) -> None:
        """A customer agreed to electronic invoices from one issuer, for one entity, or declined; the proof stays.

        Raises Conflict (`ALREADY_ANSWERED`, `CONNECTION_ENDED`).
        """
        row = await prospects.read(tx, prospect_id)
        if row is None:
            return
        if row["state"] in prospects.DECIDED:
            raise errors.already_answered()
        now = self._clock.now()
        giver = consent.Giver(throttling.network_of(address), person_id, person, email)
        proof = consent.proof(giver, agreed=agreed, at=now, customer=row["legal_name"])
        connection_id = None
        if agreed and company_id is not None:
            await self._receives(tx, company_id)
            await companies.vouch(tx, company_id, row["company_id"])
            unit_id = await self._unit(tx, company_id, row["language"])
            connection_id = await self._connect(tx, row["company_id"], company_id, unit_id, row["asked_at"], proof)
        state = "accepted" if agreed else "declined"
        await prospects.decided(tx, prospect_id, state, partner_id=company_id, connection_id=connection_id, proof=proof)
        audit.note(
            tx,
            actor=f"user:{person_id}" if person_id else "anybody",
            action=f"consent.{state}",
            subject=str(prospect_id),
            company_id=row["company_id"],
        )
        if agreed:
            await self._told(tx, row, person)
        else:
            link = self._portal.link(_PARTNERS)
            await notices.tell(
                tx, self._mails, row["company_id"], texts.DECLINED, link=link, customer=row["legal_name"]
            )

    async def _told(self, tx: Transaction, row: Any, administrator: str) -> None:
        await notices.tell(
            tx,
            self._mails,
            row["company_id"],
            texts.ACTIVATED,
            link=self._portal.link(_PARTNERS),
            customer=row["legal_name"],
            administrator=administrator,
            day=self._clock.now().date().isoformat(),
        )

    async def _receives(self, tx: Transaction, company_id: UUID) -> None:
        """Who agrees to receive invoices is a buyer from now on, whatever it was registered as."""
        found = await companies.read(tx, company_id)
        if found is not None and not found[0].buyer:
            await companies.update(tx, company_id, found[0].model_copy(update={"buyer": True}))
            await states.company(tx, company_id)

    async def _unit(self, tx: Transaction, company_id: UUID, language: str) -> UUID:
        """A company that receives has a unit to receive in."""
        found = await units.of_company(tx, company_id)
        if found:
            return found[0].id
        unit_id, name = new_id(), "Achats" if language == "fr" else "Purchasing"
        await units.insert(tx, unit_id, company_id, name, UnitSettings())
        await states.unit(tx, unit_id)
        return unit_id

    async def _ask(self, tx: Transaction, supplier_id: UUID, buyer_id: UUID, unit_id: UUID) -> None:
        """The buyer decides; a connection that the two have already stays as it is."""
        if supplier_id == buyer_id:
            return
        now, connection_id = self._clock.now(), new_id()
        made = await connections.insert(
            tx,
            connection_id,
            supplier_id=supplier_id,
            buyer_id=buyer_id,
            unit_id=unit_id,
            status=ConnectionStatus.REQUESTED,
            since=now,
        )
        if not made:
            return
        await states.connection(tx, connection_id)
        await prospects.follow(tx, connection_id)
        requested = ConnectionRequested(
            connection_id=connection_id, supplier_id=supplier_id, buyer_id=buyer_id, unit_id=unit_id, at=now
        )
        outbox.emit(tx, requested, subject=connection_id, tenant=supplier_id)
        connection = await connections.read(tx, connection_id)
        assert connection is not None
        await notices.tell(
            tx,
            self._mails,
            buyer_id,
            connection_texts.REQUESTED,
            link=self._portal.link(_PARTNERS),
            partner=connection.supplier_name,
            unit=connection.unit_name,
        )

    async def _connect(
        self,
        tx: Transaction,
        supplier_id: UUID,
        buyer_id: UUID,
        unit_id: UUID,
        asked_at: datetime,
        proof: dict[str, Any] | None = None,
    ) -> UUID | None:
        """Both sides have agreed, and the buyer to electronic invoices: one by bringing the other, the other by coming.

        What ended before the one brought the other starts again from nothing. Raises Conflict (`CONNECTION_ENDED`):
        it ended after that.
        """
        if supplier_id == buyer_id:
            return None
        now = self._clock.now()
        await connections.insert(
            tx,
            new_id(),
            supplier_id=supplier_id,
            buyer_id=buyer_id,
            unit_id=unit_id,
            status=ConnectionStatus.ACTIVE,
            since=now,
        )
        connection = await connections.between(tx, supplier_id, unit_id)
        assert connection is not None
        if connection.status in connecting.OVER:
            if connection.since > asked_at:
                raise errors.connection_ended()
            connection = replace(connection, since=now, supplier_number=None, reason="", proof=None)
        changed = replace(connection, status=ConnectionStatus.ACTIVE, consent=True, proof=proof or connection.proof)
        await connections.update(tx, changed)
        await states.connection(tx, changed.id)
        await prospects.follow(tx, changed.id)
        ids = {"connection_id": changed.id, "supplier_id": supplier_id, "buyer_id": buyer_id}
        accepted = ConnectionAccepted(**ids, unit_id=unit_id, at=now)
        outbox.emit(tx, accepted, subject=changed.id, tenant=supplier_id)
        outbox.emit(tx, ConsentGiven(**ids, at=now), subject=changed.id, tenant=supplier_id)
        return changed.id
