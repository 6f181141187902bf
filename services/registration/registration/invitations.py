"""The link that makes an account: sent to whoever registers a company, or is asked in by one; used once."""

from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from contracts.ids import new_id
from contracts.registration import CompanyActivated, Role
from mesh import audit, outbox
from mesh.clock import Clock
from mesh.commands import NOBODY
from mesh.db import Database
from mesh.errors import Conflict
from mesh.transaction import Transaction
from registration import errors, states
from registration.arriving import Arriving
from registration.domain import membership, natural_person, throttling
from registration.domain.company import Company
from registration.domain.search_text import folded
from registration.domain.terms import CURRENT
from registration.mail_queue import MailQueue
from registration.mail_texts import links
from registration.opaque_tokens import digest, new_token
from registration.passwords import Passwords
from registration.plans import Plans
from registration.portal import Portal
from registration.sign_in import SignIn
from registration.store import acceptances, activations, companies, people, prospects
from registration.store.activations import Activation

_PAGE = "/activation#"
"""The token stands behind the hash: browsers keep that to themselves, so no log and no referrer ever holds it."""


@dataclass(frozen=True)
class Invitee:
    """To whom a link goes."""

    email: str
    name: str
    language: str


@dataclass(frozen=True)
class Offer:
    """What a link opens, for whoever holds it: the company, and whether they have a password already."""

    purpose: activations.Purpose
    email: str
    company: str
    has_password: bool
    terms: str | None
    """The version to accept, where the link makes a company."""
    issuer: str
    """Who brings the company, "" for nobody."""
    company_given: Company | None
    """What the issuer said of a company that has no account yet, for its own people to correct."""
    name: str
    """The person that the issuer named, where `company_given`."""
    national_number: str
    """What the issuer gave of a natural person, masked: a link may be in hands that are not the person's."""


@dataclass(frozen=True)
class Activated:
    """Who can sign in now, and for which company."""

    user_id: UUID
    company_id: UUID


@dataclass(frozen=True)
class _Request:
    invitee: Invitee
    roles: frozenset[Role]
    company: Company | None
    company_name: str

    @classmethod
    def of(cls, found: Activation) -> Self:
        content = found.request
        company = content.get("company")
        return cls(
            Invitee(found.email, content["name"], content["language"]),
            frozenset(Role(role) for role in content["roles"]),
            Company.model_validate(company) if company else None,
            content["company_name"],
        )

    def corrected(self, company: Company | None, name: str | None) -> tuple[Self, bool]:
        """With what the company's own people say of it, and whether it still is the one that was named.

        A national number that they do not give anew is the one that was given: no link shows it, so none sends it back.

        Raises Invalid (`IDENTIFIER_NEEDED`).
        """
        given = self.company
        assert given is not None
        own = (company or given).model_copy(
            update={
                "supplier": given.supplier,
                "buyer": given.buyer,
                "kind": given.kind,
                "national_number": (company and company.national_number) or given.national_number,
                "customer_number": given.customer_number,
            }
        )
        if given.account_keys() and not own.account_keys():
            raise errors.identifier_needed()
        same = set(own.account_keys()) == set(given.account_keys()) and folded(own.legal_name) == folded(
            given.legal_name
        )
        invitee = replace(self.invitee, name=name or self.invitee.name)
        return replace(self, company=own, company_name=own.legal_name, invitee=invitee), same


class Invitations:
    """Sends links and lets them be used."""

    def __init__(
        self,
        database: Database,
        *,
        mails: MailQueue,
        passwords: Passwords,
        sign_in: SignIn,
        portal: Portal,
        clock: Clock,
        plans: Plans,
        arriving: Arriving,
    ) -> None:
        self._database = database
        self._mails = mails
        self._passwords = passwords
        self._sign_in = sign_in
        self._portal = portal
        self._clock = clock
        self._plans = plans
        self._arriving = arriving

    async def register(self, tx: Transaction, company: Company, invitee: Invitee) -> UUID:
        """Send the link that will make a company's account; until it is used there is none, and nothing is claimed.

        Raises Invalid (`NO_SIDE`, `IDENTIFIER_NEEDED`, `NATIONAL_NUMBER_NEEDED`), Conflict (`ACCOUNT_EXISTS`).
        A customer number is its issuer's word: who has it alone comes by the issuer's link. That a natural person has
        an account is told when the link is used: their number is nobody else's to ask about.
        """
        if not (company.supplier or company.buyer):
            raise errors.no_side()
        if company.customer_number or (company.kind == "person" and not company.account_keys()):
            raise errors.national_number_needed()
        if not company.account_keys():
            raise errors.identifier_needed()
        for scheme in await companies.taken(tx, natural_person.public(company.account_keys())):
            raise errors.account_exists(scheme)
        asked = {"company": company.model_dump(mode="json"), "company_name": company.legal_name}
        return await self._send(tx, NOBODY, asked, invitee, membership.FIRST, "registration")

    async def invite(
        self, tx: Transaction, company_id: UUID, company_name: str, invitee: Invitee, roles: frozenset[Role]
    ) -> UUID:
        """Ask somebody to act for a company; they do once they have used the link. An older link of theirs ends."""
        await activations.withdraw(tx, company_id, email=invitee.email)
        return await self._send(tx, company_id, {"company_name": company_name}, invitee, roles, "invitation")

    async def _send(
        self,
        tx: Transaction,
        company_id: UUID,
        asked: dict[str, Any],
        invitee: Invitee,
        roles: frozenset[Role],
        occasion: links.Occasion,
    ) -> UUID:
        token, activation_id = new_token(), new_id()
        known = await people.by_email(tx, invitee.email)
        request = asked | {"name": invitee.name, "language": invitee.language, "roles": sorted(roles)}
        await activations.insert(
            tx, activation_id, digest(token), email=invitee.email, company_id=company_id, request=request
        )
        if known is not None and known.has_credential:
            occasion = "registration_known" if occasion == "registration" else "invitation_known"
        text = links.written(
            occasion,
            known.language if known else invitee.language,
            person=invitee.name,
            company=asked["company_name"],
            link=self._portal.link(_PAGE + token),
        )
        await self._mails.put(tx, to=invitee.email, subject=text.subject, text=text.text, html=text.html)
        return activation_id

    async def offer(self, token: str) -> Offer:
        """What a link opens. Raises NotFound (`ACTIVATION_UNKNOWN`), Gone (`ACTIVATION_OVER`)."""
        async with self._database.transaction() as tx:
            found = activations.living(await activations.read(tx, digest(token)))
            known = await people.by_email(tx, found.email)
            given = None
            if prospect_id := found.request.get("prospect_id"):
                await prospects.opened(tx, UUID(prospect_id))
                company = Company.model_validate(found.request["company"])
                given = None if await companies.owners(tx, company.account_keys()) else company
        chosen = known is not None and known.has_credential and found.purpose in ("account", "consent")
        chosen = chosen or found.purpose == "address"
        return Offer(
            purpose=found.purpose,
            email=found.email,
            company=found.request.get("company_name", ""),
            has_password=chosen,
            terms=CURRENT.version if found.request.get("company") else None,
            issuer=found.request.get("issuer", ""),
            company_given=given.model_copy(update={"national_number": None}) if given else None,
            national_number=natural_person.masked(given.national_number or "") if given else "",
            name=found.request["name"] if given else "",
        )

    async def begun(self, token: str) -> None:
        """Somebody fills in what a link asks. Raises NotFound (`ACTIVATION_UNKNOWN`), Gone (`ACTIVATION_OVER`)."""
        async with self._database.transaction() as tx:
            found = activations.living(await activations.read(tx, digest(token)))
            if prospect_id := found.request.get("prospect_id"):
                await prospects.begun(tx, UUID(prospect_id))

    async def decline(self, token: str, *, address: str) -> None:
        """A customer refuses electronic invoices; the link ends, no account is made.

        Raises NotFound (`ACTIVATION_UNKNOWN`), Gone (`ACTIVATION_OVER`), Conflict (`ACCOUNT_EXISTS`,
        `ALREADY_ANSWERED`).
        """
        async with self._database.transaction() as tx:
            found = activations.living(await activations.read(tx, digest(token), lock=True))
            if found.purpose != "consent":
                raise errors.activation_unknown()
            await _run_by(tx, Company.model_validate(found.request["company"]), await people.by_email(tx, found.email))
            await activations.use(tx, found.activation_id)
            prospect_id = UUID(found.request["prospect_id"])
            await self._arriving.answered(tx, prospect_id, agreed=False, email=found.email, address=address)

    async def use(
        self,
        token: str,
        password: str,
        *,
        address: str,
        device: str,
        terms: str | None = None,
        company: Company | None = None,
        name: str | None = None,
    ) -> Activated:
        """Make the account, or add the company to the one that the person has; the link ends.

        A new person chooses the password, one with an account proves it. `company` and `name` correct what the issuer
        gave; its sides stay. Under another name or other numbers than the buyer gave, a supplier is not who the buyer
        agreed to: the buyer is only asked.
        Raises NotFound (`ACTIVATION_UNKNOWN`), Gone (`ACTIVATION_OVER`), Invalid (`PASSWORD_REFUSED`, `TERMS_NEEDED`,
        `IDENTIFIER_NEEDED`, `ANOTHER_COMPANY`: a consent is that of the company that was asked), Unauthenticated
        (`SIGN_IN_FAILED`), Forbidden (`NOT_A_SUPPLIER`), Conflict (`ACCOUNT_EXISTS`, `TOO_MANY_COMPANIES`, `BUSY`,
        `ALREADY_ANSWERED`, `CONNECTION_ENDED`, `CONNECTION_EXISTS`).
        """
        offered = await self.offer(token)
        if offered.terms is not None and terms != offered.terms:
            raise errors.terms_needed(offered.terms)
        if offered.has_password:
            await self._sign_in.check(offered.email, password, address=address, device=device)
            hashed = None
        else:
            hashed = await self._passwords.accepted(password, email=offered.email, further=(offered.company,))
        async with self._database.transaction() as tx:
            found = activations.living(await activations.read(tx, digest(token), lock=True))
            await people.lock_email(tx, found.email)
            known = await people.by_email(tx, found.email)
            if (known is not None and known.has_credential) is not offered.has_password:
                raise Conflict("BUSY", "Another link to the same person is being used; try again.", retry_after=1)
            request = _Request.of(found)
            same = True
            if offered.company_given is not None:
                request, same = request.corrected(company, name)
            if not same and found.purpose == "consent":
                raise errors.another_company()
            company_id, made = await self._company(tx, found, request, known)
            person_id = await self._person(tx, request, known, hashed, company_id)
            if request.company is not None and made:
                linked = found.request.get("prospect_id")
                await self._arriving.joined(
                    tx,
                    company_id,
                    request.company.account_keys(),
                    request.invitee.name,
                    linked=UUID(linked) if linked and same else None,
                )
                if linked and not same:
                    await self._arriving.came_as_another(tx, UUID(linked), company_id)
            elif "prospect_id" in found.request and found.purpose == "account":
                await self._arriving.came(
                    tx,
                    UUID(found.request["prospect_id"]),
                    company_id,
                    email=found.email,
                    person=request.invitee.name,
                )
            if found.purpose == "consent":
                await self._arriving.answered(
                    tx,
                    UUID(found.request["prospect_id"]),
                    agreed=True,
                    email=found.email,
                    address=address,
                    company_id=company_id,
                    person_id=person_id,
                    person=request.invitee.name,
                )
            if made:
                network = throttling.network_of(address)
                await acceptances.insert(tx, company_id, person_id, CURRENT, network=network)
            await activations.use(tx, found.activation_id)
            audit.note(
                tx,
                actor=f"user:{person_id}",
                action="account.activate",
                subject=str(person_id),
                company_id=company_id,
                detail={"activation": found.activation_id, "company_made": made},
            )
        return Activated(person_id, company_id)

    async def _company(
        self, tx: Transaction, found: Activation, request: _Request, known: people.Known | None
    ) -> tuple[UUID, bool]:
        """The company of a link, and whether it was made now. Who runs it already answers who brings it."""
        if request.company is None:
            if await companies.read(tx, found.company_id) is None:
                raise errors.activation_over()
            return found.company_id, False
        if "prospect_id" in found.request:
            owner = await _run_by(tx, request.company, known)
            if owner is not None:
                return owner, False
        company_id = new_id()
        await companies.insert(tx, company_id, request.company)
        if not await companies.claim(tx, company_id, request.company.account_keys()):
            taken = await companies.taken(tx, request.company.account_keys())
            raise errors.account_exists(next(iter(taken), "VAT"))
        await states.company(tx, company_id)
        activated = CompanyActivated(company_id=company_id, at=self._clock.now())
        outbox.emit(tx, activated, subject=company_id, tenant=company_id)
        await self._plans.welcome(tx, company_id)
        return company_id, True

    async def _person(
        self, tx: Transaction, request: _Request, known: people.Known | None, hashed: str | None, company_id: UUID
    ) -> UUID:
        if known is not None and known.memberships >= membership.MAX_COMPANIES:
            raise errors.too_many_companies()
        person_id = known.person_id if known else new_id()
        invitee = request.invitee
        if known is None:
            await people.insert(tx, person_id, email=invitee.email, name=invitee.name, language=invitee.language)
        if hashed is not None:
            await people.set_password(tx, person_id, hashed)
        before = await people.membership(tx, person_id, company_id)
        await people.set_roles(tx, person_id, company_id, request.roles | (before.roles if before else frozenset()))
        await states.user(tx, person_id, revoked=False)
        return person_id


async def _run_by(tx: Transaction, company: Company, known: people.Known | None) -> UUID | None:
    """The account that a company has already, which only who runs it answers for; None where it has none.

    Raises Conflict (`ACCOUNT_EXISTS`): others run it.
    """
    owners = await companies.owners(tx, company.account_keys())
    for owner in owners.values():
        if known is not None and await people.runs(tx, known.person_id, owner):
            return owner
    for key in owners:
        raise errors.account_exists(key.scheme)
    return None
