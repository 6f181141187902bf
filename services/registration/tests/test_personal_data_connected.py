"""What is kept of a person, wherever it stands: they are told all of it, and nothing is left when they are erased.

The walk reads every column of the schema, so a table that begins to hold something personal turns it red until
`store/personal_data.py` knows it.
"""

from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from contracts.ids import new_id
from contracts.registration import Role
from registration import erasing, states
from registration.domain.second_factor import Method
from registration.domain.terms import CURRENT
from registration.second_factor import phone_purpose
from registration.store import acceptances, activations, addresses, factors, mails, people, units
from registration.store.personal_data import PLACES
from registration.testing import (
    BUYER,
    BUYER_COMPANY,
    CONNECTION,
    OPERATOR,
    SUPPLIER,
    SUPPLIER_COMPANY,
    Running,
    partner_row,
)
from registration.testing import UNIT as DEMO_UNIT

pytestmark = pytest.mark.connected
PASSWORD: Final = "une phrase assez longue"
PHONE: Final = "+33611223344"
PASSING: Final = frozenset({"outbox", "outgoing_mail"})
"""What leaves within seconds: facts, whose topic keeps the latest state alone, and mails, encrypted."""


class Somebody:
    """A person whose name and addresses nobody else has."""

    def __init__(self) -> None:
        self.id, mark = new_id(), uuid4().hex[:10]
        self.name, self.email, self.further = (
            f"Zoé Brandt-{mark}",
            f"zoe.{mark}@tests.example",
            f"z.{mark}@home.example",
        )
        self.marks = (self.name, self.email, self.further, PHONE)

    async def plant(self, running: Running) -> None:
        """Every way in which something of a person comes to be kept."""
        await self._signs_in(running)
        await self._writes_and_is_written_about(running)
        await self._is_brought(running)
        await self._is_named_as_a_contact(running)

    async def _signs_in(self, running: Running) -> None:
        hashed, factor = await running.env.passwords.hash(PASSWORD), new_id()
        async with running.env.pipeline.transaction() as tx:
            await people.insert(tx, self.id, email=self.email, name=self.name, language="fr")
            await people.set_password(tx, self.id, hashed)
            await people.exempt(tx, self.id, exempt=True)
            await people.set_roles(tx, self.id, SUPPLIER_COMPANY, [Role.VIEWER])
            await states.user(tx, self.id, revoked=False)
            await addresses.insert(tx, new_id(), self.id, self.further)
            sealed = running.env.vault.encrypt(phone_purpose(factor), PHONE.encode())
            await factors.insert(
                tx, factor, self.id, Method.SMS, f"Portable de {self.name}", sealed=sealed, confirmed=True
            )
            await mails.flag_address(tx, self.further, "550")
            await acceptances.insert(tx, SUPPLIER_COMPANY, self.id, CURRENT, network="192.0.2.0/24")
            request = {"name": self.name, "language": "fr", "roles": ["viewer"], "company_name": "Ailleurs"}
            await activations.insert(
                tx, new_id(), uuid4().bytes, email=self.further, company_id=BUYER_COMPANY, request=request
            )

    async def _writes_and_is_written_about(self, running: Running) -> None:
        asked = {"topic": "other", "subject": f"Accès de {self.name}", "text": f"Rappelez {self.email} ou {PHONE}"}
        async with running.acting(self.email, PASSWORD) as person:
            opened = await person.post(
                "/v1/tickets", json=asked | {"document": self.email}, headers={"idempotency-key": uuid4().hex}
            )
            path = f"/v1/tickets/{opened.json()['id']}/files"
            named = await person.post(path, params={"name": f"{self.name}.txt"}, content=b"note")
            assert named.status_code == 201, named.text
        async with running.visitor() as visitor:
            outside = asked | {"email": self.further, "name": self.name, "language": "fr"}
            assert (await visitor.post("/v1/registrations/tickets", json=outside)).status_code == 202
            wanted = {"company": {"scheme": "VAT", "value": "FR65908172638"}, "email": self.email, "name": self.name}
            access = await visitor.post("/v1/registrations/access-requests", json=wanted | {"message": PHONE})
            assert access.status_code == 202, access.text
        async with running.acting(OPERATOR) as operator:
            form = {"kind": "access_grant", "company_id": str(BUYER_COMPANY), "email": self.email, "name": self.name}
            asked_for = await operator.post(
                "/v1/ops/registration/acts", json=form | {"reason": f"formulaire de {self.name}"}
            )
            assert asked_for.status_code == 201, asked_for.text

    async def _is_brought(self, running: Running) -> None:
        first, _, last = self.name.partition(" ")
        row = partner_row(email=self.email, first_name=first, last_name=last)
        async with running.acting(BUYER) as buyer:
            body = {"side": "supplier", "unit_id": str(DEMO_UNIT), "entity": row}
            assert (await buyer.post("/v1/invitations", json=body)).status_code == 201
        async with running.env.pipeline.transaction() as tx:
            # what a consent leaves, of an entity whose contact was somebody else
            await tx.execute(
                """insert into prospect (id, company_id, side, scheme, value, keys, legal_name, content, email,
                    language, state, proof)
                values (:id, :company, 'customer', 'VAT', :value, '{}', 'Client', '{"contact": "Autre"}',
                    'autre@tests.example', 'fr', 'accepted', jsonb_build_object('email', cast(:email as text),
                        'person_name', cast(:name as text), 'person_id', cast(:person as text)))""",
                id=new_id(),
                company=SUPPLIER_COMPANY,
                value=uuid4().hex,
                email=self.email,
                name=self.name,
                person=str(self.id),
            )

    async def _is_named_as_a_contact(self, running: Running) -> None:
        profile = f"/v1/companies/{SUPPLIER_COMPANY}/profile"
        contact = {"name": self.name, "purpose": "billing", "email": self.email, "phone": PHONE}
        other = {"name": "Anne Weber", "purpose": "orders", "email": "anne@weber.example"}
        async with running.acting(SUPPLIER) as supplier:
            at = {"if-match": (await supplier.get(profile)).headers["etag"]}
            kept = await supplier.put(profile, json={"contacts": [contact, other]}, headers=at)
            assert kept.status_code == 200, kept.text
        async with running.acting(BUYER) as buyer:
            unit = next(each for each in (await buyer.get("/v1/units")).json() if each["id"] == str(DEMO_UNIT))
            settings = {"support_contact": f"{self.name}, {self.email}, {PHONE}", "compliance_contact": self.further}
            at = {"if-match": f'"v{unit["version"]}"'}
            changed = await buyer.patch(f"/v1/units/{DEMO_UNIT}", json={"settings": settings}, headers=at)
            assert changed.status_code == 200, changed.text
        async with running.acting(OPERATOR) as operator:
            path = f"/v1/ops/registration/companies/{SUPPLIER_COMPANY}/back-end"
            found = (await operator.get(path)).json()
            at = {"if-match": f'"v{found[0]["version"] if found else 0}"'}
            system = {"name": "ERP", "channel": "api", "contact": f"{self.name} {PHONE}"}
            assert (await operator.put(path, json={"systems": [system]}, headers=at)).status_code == 200
        async with running.env.pipeline.transaction() as tx:
            await tx.execute(
                """update connection set message = :name, question = :email, ready_contact = :phone,
                    consent_proof = jsonb_build_object('email', cast(:giver as text), 'person_name',
                        cast(:name as text), 'withdrawn_by', cast(:name as text)) where id = :id""",
                giver=self.further,
                name=f"{self.name} vous connaît",
                email=f"Demandez {self.email}",
                phone=f"{self.name} {PHONE}",
                id=CONNECTION,
            )

    async def standing(self, running: Running) -> set[tuple[str, str]]:
        """Tables and columns of the whole schema that hold something of them."""
        found: set[tuple[str, str]] = set()
        async with running.env.pipeline.transaction() as tx:
            columns = await tx.rows(
                """select c.table_name as t, c.column_name as n, c.data_type as kind
                from information_schema.columns c join information_schema.tables b
                    using (table_schema, table_name)
                where c.table_schema = 'registration' and b.table_type = 'BASE TABLE'
                    and c.data_type in ('text', 'jsonb', 'bytea', 'ARRAY')"""
            )
            for column in columns:
                table, name = column["t"], column["n"]
                value = f"encode({name}, 'escape')" if column["kind"] == "bytea" else f"cast({name} as text)"
                holds = await tx.value(
                    f"""select exists (select from {table} where exists (select from unnest(cast(:marks as text[])) m
                        where position(lower(m) in lower({value})) > 0))""",  # noqa: S608 - names from the catalog
                    marks=list(self.marks),
                )
                if holds and table not in PASSING:
                    found.add((table, name))
        return found


def _told(about: dict[str, Any], table: str, column: str, marks: tuple[str, ...]) -> bool:
    kinds = [kind for kind, place in PLACES.items() if place.table == table]
    rows = [row for kind in kinds for row in (about[kind] if isinstance(about[kind], list) else [about[kind]])]
    return any(mark.lower() in str(row.get(column, "")).lower() for row in rows for mark in marks)


async def test_all_that_is_kept_of_somebody_is_told_and_then_gone(running: Running) -> None:
    somebody, namesake = Somebody(), Somebody()
    await somebody.plant(running)
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, namesake.id, email=namesake.email, name=namesake.name, language="fr")
    before = await somebody.standing(running)
    planted = {table for table, _ in before}
    assert planted >= {
        "acceptance", "access_request", "act", "activation", "back_end", "bad_address", "company_profile", "connection",
        "factor", "idempotency", "kept_version", "mail_log", "person", "person_address", "prospect", "ticket",
        "ticket_entry", "ticket_file", "unit",
    }  # fmt: skip

    async with running.signed_in(somebody.email, PASSWORD) as browser:
        about = (await browser.get("/v1/session/about-me")).json()
    untold = [place for place in sorted(before) if not _told(about, *place, somebody.marks)]
    assert untold == [], "kept, and not told to the person it is about"
    assert PHONE in [each["phone"] for each in about["factors"]], "encrypted at rest, and theirs to know"
    assert "Anne Weber" not in str(about["contacts"]), "other people of the company are not theirs to be told"

    facts = len(await running.facts())
    async with running.env.pipeline.transaction() as tx:
        await erasing.erase(tx, running.env.vault, somebody.id)
    assert await somebody.standing(running) == set(), "left behind"
    assert {key for _, key in (await running.facts())[facts:]} == {f"user:{somebody.id}", f"unit:{DEMO_UNIT}"}
    assert await namesake.standing(running) == {("person", "email"), ("person", "name")}
    await _others_stay(running, somebody.id)


async def _others_stay(running: Running, gone: UUID) -> None:
    async with running.acting(SUPPLIER) as supplier:
        profile = (await supplier.get(f"/v1/companies/{SUPPLIER_COMPANY}/profile")).json()
        assert [each["name"] for each in profile["contacts"]] == ["Anne Weber"]
    async with running.env.pipeline.transaction() as tx:
        unit = await units.read(tx, DEMO_UNIT, BUYER_COMPANY)
        assert unit is not None
        assert unit.settings.support_contact == "…, …, …"
        open_ones = await tx.value(
            """select count(*) from prospect where state in ('asked', 'opened') and email = ''
                or exists (select from act where state = 'asked' and params ->> 'email' = '…')"""
        )
        assert open_ones == 0, "nobody is there who could answer"
        agreed = await tx.row("select proof from prospect where proof ->> 'person_id' = :person", person=str(gone))
    assert agreed is not None
    assert agreed["proof"] == {"email": "", "person_name": "", "person_id": str(gone)}, (
        "the proof stays, under their id"
    )
