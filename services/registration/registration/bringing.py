"""Companies bring their suppliers and customers: files and single entities in, links out, answers noted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from contracts.ids import new_id
from contracts.registration import ConnectionAccepted, ConnectionRequested, ConnectionStatus, ConsentGiven
from mesh import audit, outbox
from mesh.clock import Clock
from mesh.db import Database
from mesh.transaction import Transaction
from registration import notices, states
from registration.domain import connecting, consent, membership, partner_rows, throttling
from registration.domain.company import Company
from registration.domain.identifiers import Key
from registration.domain.partner_rows import Entity, Flaw, Row
from registration.domain.unit import UnitSettings
from registration.errors import bringing as errors
from registration.errors import connection_exists, not_a_supplier
from registration.mail_queue import MailQueue
from registration.mail_texts import bringing as texts
from registration.mail_texts import connections as connection_texts
from registration.mail_texts.letter import Text, written
from registration.opaque_tokens import digest, new_token
from registration.portal import Portal
from registration.store import activations, companies, connections, prospects, units
from registration.store.prospects import Brought, Side

LINK_LASTS: Final = timedelta(days=30)
AT_ONCE: Final = 500
_PAGE: Final = "/activation#"
_PARTNERS: Final = "/partners"


@dataclass(frozen=True)
class Bringer:
    """The company that brings others, and into what."""

    company_id: UUID
    name: str
    side: Side
    unit_id: UUID | None
    campaign_id: UUID | None
    anew: bool = False
    """Who has answered is asked again, from nothing: a person or program means this one entity, not a file of all."""


class Bringing:
    """Keeps what companies bring and writes to it."""

    def __init__(self, database: Database, *, mails: MailQueue, portal: Portal, clock: Clock) -> None:
        self._database = database
        self._mails = mails
        self._portal = portal
        self._clock = clock

    async def take(self, bringer: Bringer, rows: Sequence[tuple[int, Row | list[Flaw]]]) -> int:
        """Keep valid rows, report the others, write to whom was not known; one transaction. Returns how many went in.

        Who has agreed already is reported as `CONNECTED`, who said no as `DECLINED`, whoever else was brought before as
        `KNOWN`: nobody is written to again, except by a bringer that begins `anew`. `HAS_ACCOUNT` tells that an entity
        that went in is in the network already; its own people are written to.
        """
        brought: list[Brought] = []
        lines: dict[UUID, int] = {}
        wrong: list[tuple[int, Flaw]] = []
        for line, row in rows:
            read = (
                partner_rows.entity(row, supplier=bringer.side == "supplier", issuer=str(bringer.company_id))
                if isinstance(row, Row)
                else row
            )
            if isinstance(read, Entity):
                one = Brought(new_id(), read, None)
                brought.append(one)
                lines[one.id] = line
            else:
                wrong += [(line, flaw) for flaw in read]
        async with self._database.transaction() as tx:
            accounts = await companies.owners(tx, [key for each in brought for key in each.entity.keys])
            known = [
                replace(each, partner_id=next((accounts[key] for key in each.entity.keys if key in accounts), None))
                for each in brought
            ]
            where = (bringer.company_id, bringer.side, bringer.unit_id)
            agreed = await prospects.agreed(tx, *where, [each.partner_id for each in known if each.partner_id])
            asked = [each for each in known if each.partner_id not in {*agreed, bringer.company_id}]
            if bringer.anew:
                for each in asked:
                    await prospects.begin_anew(tx, *where, each.entity.key)
            fresh = await prospects.insert(
                tx, bringer.company_id, bringer.campaign_id, bringer.side, bringer.unit_id, asked
            )
            declined = await prospects.declined(tx, *where, [each.entity.key for each in asked if each.id not in fresh])
            for each in known:
                if each.partner_id == bringer.company_id:
                    reason = "OWN"
                elif each.partner_id in agreed:
                    reason = "CONNECTED"
                elif each.id not in fresh:
                    reason = "DECLINED" if each.entity.key in declined else "KNOWN"
                elif each.partner_id is not None:
                    reason = partner_rows.HAS_ACCOUNT
                else:
                    continue
                wrong.append((lines[each.id], Flaw("siret", reason)))
            await self._write(tx, bringer, [each for each in asked if each.id in fresh])
            if wrong and bringer.campaign_id:
                await prospects.keep_errors(tx, bringer.campaign_id, bringer.company_id, wrong)
        return len(fresh)

    async def _write(self, tx: Transaction, bringer: Bringer, brought: Sequence[Brought]) -> None:
        """To an entity's own people when it has an account, else to the contact that was given; a link for each."""
        new: list[activations.NewLink] = []
        letters: list[tuple[str, Text]] = []
        for each in brought:
            entity = each.entity
            to = [(entity.email, entity.contact, entity.language)]
            if each.partner_id is not None:
                found = await tx.rows("select email, name, language from written_to(:company)", company=each.partner_id)
                to = [(row["email"], row["name"], row["language"]) for row in found] or to
            content = entity.company.model_dump(mode="json")
            for email, name, language in to:
                token = new_token()
                asked = {
                    "prospect_id": str(each.id),
                    "name": name,
                    "language": language,
                    "roles": sorted(membership.FIRST),
                    "company": content,
                    "company_name": entity.company.legal_name,
                    "issuer": bringer.name,
                }
                new.append(activations.NewLink(new_id(), digest(token), email, asked))
                text = written(
                    texts.CONSENT if bringer.side == "customer" else texts.CAMPAIGN,
                    language,
                    link=self._portal.link(_PAGE + token),
                    person=name,
                    issuer=bringer.name,
                    customer=entity.company.legal_name,
                )
                letters.append((email, text))
        if new:
            purpose = "consent" if bringer.side == "customer" else "account"
            await activations.insert_many(tx, new, purpose=purpose, lasts=LINK_LASTS)
            await self._mails.put_many(tx, letters)

    async def remind(self, tx: Transaction, bringer: Bringer, campaign_id: UUID) -> int:
        """Write again to whom answered nothing, with a new link; three times at most, three days apart."""
        found = await prospects.waiting(tx, campaign_id, AT_ONCE)
        again = [
            Brought(
                row["id"],
                Entity(
                    Company.model_validate(row["content"]["company"]),
                    Key(row["scheme"], row["value"]),
                    row["content"]["contact"],
                    row["email"],
                    row["language"],
                ),
                row["partner_id"],
            )
            for row in found
        ]
        await self._write(tx, bringer, again)
        await prospects.reminded(tx, [row["id"] for row in found])
        return len(found)

    async def remind_the_silent(self) -> int:
        """Write again, without being asked, to whom has answered nothing for a week; returns to how many."""
        async with self._database.transaction() as tx:
            sent = 0
            for row in await prospects.silent_campaigns(tx):
                bringer = Bringer(row["company_id"], row["company_name"], row["side"], row["unit_id"], row["id"])
                told = await self.remind(tx, bringer, row["id"])
                audit.note(
                    tx,
                    actor="system:registration",
                    action="invitations.remind",
                    subject=str(row["id"]),
                    company_id=row["company_id"],
                    detail={"sent": told},
                )
                sent += told
        return sent

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
        proof: dict[str, Any] = {
            "agreed": agreed,
            "at": now.isoformat(),
            "network": throttling.network_of(address),
            "text_version": consent.VERSION,
            "text_sha256": consent.sha256(),
            "person_id": person_id,
            "person_name": person,
            "customer": row["legal_name"],
        } | ({"email": email} if agreed else {})
        connection_id = None
        if agreed and company_id is not None:
            await self._receives(tx, company_id)
            await companies.vouch(tx, company_id, row["company_id"])
            unit_id = await self._unit(tx, company_id, row["language"])
            connection_id = await self._connect(tx, row["company_id"], company_id, unit_id, row["asked_at"])
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
        self, tx: Transaction, supplier_id: UUID, buyer_id: UUID, unit_id: UUID, asked_at: datetime
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
            connection = replace(connection, since=now, supplier_number=None, reason="")
        changed = replace(connection, status=ConnectionStatus.ACTIVE, consent=True)
        await connections.update(tx, changed)
        await states.connection(tx, changed.id)
        await prospects.follow(tx, changed.id)
        ids = {"connection_id": changed.id, "supplier_id": supplier_id, "buyer_id": buyer_id}
        accepted = ConnectionAccepted(**ids, unit_id=unit_id, at=now)
        outbox.emit(tx, accepted, subject=changed.id, tenant=supplier_id)
        outbox.emit(tx, ConsentGiven(**ids, at=now), subject=changed.id, tenant=supplier_id)
        return changed.id
