"""A group lists its entities once each agreed; a supplier chooses among them, and one membership covers them all."""

from uuid import UUID, uuid4

import pytest

from contracts.ids import new_id
from contracts.registration import Role
from registration import merging, states
from registration.domain.company import Company
from registration.domain.unit import UnitSettings
from registration.store import companies, groups, people, units
from registration.testing import BUYER, BUYER_COMPANY, SUPPLIER, SUPPLIER_COMPANY, UNIT, Running

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"
GROUP = f"/v1/companies/{BUYER_COMPANY}/group"


class Entity:
    """A buyer with one unit, and who runs it."""

    def __init__(self, name: str) -> None:
        self.name, self.email = f"{name} {uuid4().hex[:8]}", f"e.{uuid4().hex[:12]}@tests.example"
        self.id, self.unit_id = new_id(), new_id()
        self.group = f"/v1/companies/{self.id}/group"

    async def insert(self, running: Running, *, buyer: bool = True) -> "Entity":
        person_id, hashed = new_id(), await running.env.passwords.hash(PASSWORD)
        content = {"legal_name": self.name, "country": "FR", "address": {"country": "FR"}, "time_zone": "Europe/Paris"}
        async with running.env.pipeline.transaction() as tx:
            await companies.insert(tx, self.id, Company.model_validate(content | {"buyer": buyer, "supplier": True}))
            await companies.confirm(tx, self.id, "act:tests")
            if buyer:
                await units.insert(tx, self.unit_id, self.id, "Achats", UnitSettings())
                await states.unit(tx, self.unit_id)
            await people.insert(tx, person_id, email=self.email, name="Léa Roux", language="fr")
            await people.set_password(tx, person_id, hashed)
            await people.exempt(tx, person_id, exempt=True)
            await people.set_roles(tx, person_id, self.id, [Role.ADMINISTRATOR])
            await states.company(tx, self.id)
            await states.user(tx, person_id, revoked=False)
        return self


async def _listed(running: Running, company_id: UUID) -> list[str]:
    async with running.acting(SUPPLIER) as supplier:
        return [each["id"] for each in (await supplier.get(f"/v1/partners/{company_id}/group")).json()]


async def test_an_entity_is_listed_once_it_agreed_and_a_supplier_asks_all_its_units_at_once(running: Running) -> None:
    entity = await Entity("Brasserie d’Alsace").insert(running)
    async with running.acting(BUYER) as head:
        asked = await head.post(GROUP, json={"entity_id": str(entity.id)})
        assert asked.status_code == 201, asked.text
        link = asked.json()["id"]
        assert (await head.post(GROUP, json={"entity_id": str(entity.id)})).json()["code"] == "GROUP_LINK_EXISTS"
        # only the entity itself says yes
        assert (await head.post(f"{GROUP}/{link}/agree")).status_code == 404
    assert await _listed(running, BUYER_COMPANY) == [], "nobody sees who has not agreed"
    assert "groupe" in (await running.mails(entity.email))[0]["subject"]
    async with running.acting(entity.email, PASSWORD) as administrator:
        assert (await administrator.get(entity.group)).json()[0]["head_id"] == str(BUYER_COMPANY)
        assert (await administrator.post(f"{entity.group}/{link}/agree")).status_code == 204
        # one level: who is listed lists nobody
        nested = await administrator.post(entity.group, json={"entity_id": str(BUYER_COMPANY)})
        assert nested.json()["code"] == "GROUP_NESTED"
    both = [str(BUYER_COMPANY), str(entity.id)]
    assert await _listed(running, BUYER_COMPANY) == await _listed(running, entity.id) == both
    async with running.acting(SUPPLIER) as supplier:
        found = (await supplier.get("/v1/partners", params={"q": entity.name})).json()["items"]
        assert found[0]["group_name"] == (await supplier.get(f"/v1/partners/{BUYER_COMPANY}")).json()["legal_name"]
        # it is connected with the head's unit already, which stays as it is
        wanted = {"unit_ids": [str(UNIT), str(entity.unit_id)], "message": "Bonjour"}
        made = await supplier.post("/v1/connections/several", json=wanted)
        assert made.status_code == 201, made.text
        assert [each["unit_id"] for each in made.json()["items"]] == [str(entity.unit_id)]
        assert (await supplier.post("/v1/connections/several", json=wanted)).json() == {"items": []}
        unknown = {"unit_ids": [str(new_id())]}
        assert (await supplier.post("/v1/connections/several", json=unknown)).json()["code"] == "UNIT_UNKNOWN"
    async with running.acting(BUYER) as head:
        assert (await head.delete(f"{GROUP}/{link}")).status_code == 204
        assert (await head.get(GROUP)).json() == []
    assert await _listed(running, entity.id) == []


async def test_an_entity_refuses_and_a_stranger_neither_sees_nor_ends_a_link(running: Running) -> None:
    entity = await Entity("Malterie").insert(running)
    async with running.acting(BUYER) as head:
        link = (await head.post(GROUP, json={"entity_id": str(entity.id)})).json()["id"]
        assert (await head.post(GROUP, json={"entity_id": str(BUYER_COMPANY)})).json()["code"] == "GROUP_OF_ITSELF"
        not_buying = await Entity("Atelier").insert(running, buyer=False)
        refused = await head.post(GROUP, json={"entity_id": str(not_buying.id)})
        assert refused.json()["code"] == "GROUP_NOT_A_BUYER"
    async with running.acting(SUPPLIER) as stranger:
        own = f"/v1/companies/{SUPPLIER_COMPANY}/group"
        assert (await stranger.get(GROUP)).status_code == 404
        assert (await stranger.get(own)).json() == []
        assert (await stranger.delete(f"{own}/{link}")).json()["code"] == "GROUP_LINK_UNKNOWN"
        assert (await stranger.post(f"{own}/{link}/agree")).json()["code"] == "GROUP_LINK_UNKNOWN"
    async with running.acting(entity.email, PASSWORD) as administrator:
        assert (await administrator.delete(f"{entity.group}/{link}")).status_code == 204
        assert (await administrator.get(entity.group)).json() == []
    # who refused may be asked again
    async with running.acting(BUYER) as head:
        assert (await head.post(GROUP, json={"entity_id": str(entity.id)})).status_code == 201


async def test_who_nobody_vouches_for_lists_nobody(running: Running) -> None:
    head, entity = await Entity("Inconnu").insert(running), await Entity("Connu").insert(running)
    async with running.env.pipeline.transaction() as tx:
        await companies.unconfirm(tx, head.id)
    async with running.acting(head.email, PASSWORD) as somebody:
        asked = await somebody.post(head.group, json={"entity_id": str(entity.id)})
        assert (asked.status_code, asked.json()["code"]) == (403, "COMPANY_UNCONFIRMED")


async def test_a_merged_account_keeps_the_group_of_the_one_that_stays(running: Running) -> None:
    head, kept, gone = [await Entity(name).insert(running) for name in ("Holding", "Reste", "Part")]
    async with running.env.pipeline.transaction() as tx:
        for entity in (kept, gone):
            link = new_id()
            await groups.ask(tx, link, head.id, entity.id)
            await groups.set_state(tx, link, "agreed")
        await merging.merge(tx, gone.id, kept.id)
        assert await groups.members(tx, head.id) == [head.id, kept.id]
