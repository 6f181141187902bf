"""Companies bring their suppliers and customers: files and single entities in, links out, reminders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from contracts.ids import new_id
from mesh import audit
from mesh.db import Database
from mesh.transaction import Transaction
from registration.domain import membership, partner_rows
from registration.domain.company import Company
from registration.domain.identifiers import Key
from registration.domain.partner_rows import Entity, Flaw, Row
from registration.mail_queue import MailQueue
from registration.mail_texts import bringing as texts
from registration.mail_texts.letter import Text, written
from registration.opaque_tokens import digest, new_token
from registration.portal import Portal
from registration.store import activations, companies, prospects
from registration.store.prospects import Brought, Side

LINK_LASTS: Final = timedelta(days=30)
AT_ONCE: Final = 500
_PAGE: Final = "/activation#"


@dataclass(frozen=True)
class Bringer:
    """The company that brings others, and into what."""

    company_id: UUID
    name: str
    side: Side
    unit_id: UUID | None
    campaign_id: UUID | None
    number: str = ""
    """The bringer's own number, its VAT number if any: customer numbers are told apart by it."""
    anew: bool = False
    """Who has answered is asked again, from nothing: a person or program means this one entity, not a file of all."""


class Bringing:
    """Keeps what companies bring and writes to it."""

    def __init__(self, database: Database, *, mails: MailQueue, portal: Portal) -> None:
        self._database = database
        self._mails = mails
        self._portal = portal

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
                partner_rows.entity(row, supplier=bringer.side == "supplier", issuer=bringer.number)
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
