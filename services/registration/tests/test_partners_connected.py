"""The directory, and what the two sides of a connection are told."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from contracts.ids import new_id
from registration.domain.company import Company
from registration.store import companies, purchases
from registration.testing import BUYER, BUYER_COMPANY, OPERATOR, SUPPLIER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected


async def _company(running: Running, name: str, **more: object) -> UUID:
    company_id = new_id()
    content = {"legal_name": name, "country": "FR", "address": {"country": "FR"}, "time_zone": "Europe/Paris"} | more
    async with running.env.pipeline.transaction() as tx:
        await companies.insert(tx, company_id, Company.model_validate(content))
    return company_id


async def test_exc_finds_groupe_exco_and_two_characters_find_nothing(running: Running) -> None:
    exco = await _company(running, "GROUPE EXCO")
    begins = await _company(running, "Excès & Cie", supplier=True)
    async with running.acting(SUPPLIER) as program:
        found = (await program.get("/v1/partners", params={"q": "exc"})).json()
        assert [each["id"] for each in found["items"]] == [str(begins), str(exco)]
        narrowed = (await program.get("/v1/partners", params={"q": "exc", "supplier": True})).json()
        assert [each["id"] for each in narrowed["items"]] == [str(begins)]
        short = await program.get("/v1/partners", params={"q": "ex"})
        assert (short.status_code, short.json()["code"]) == (422, "SEARCH_TOO_SHORT")


async def test_filters_find_who_stands_behind_more_than_a_page_of_others(running: Running) -> None:
    async with running.env.pipeline.transaction() as tx:
        await tx.execute(
            """insert into company (id, legal_name, country, address, time_zone, language, supplier, buyer,
                search_text, created_at)
            select gen_random_uuid(), 'Zinguerie ' || n, 'FR', '{}', 'Europe/Paris', 'fr',
                true, false, 'ZINGUERIE ' || n, '2020-01-01' from generate_series(10001, 10600) n"""
        )
    newest = await _company(running, "Zinguerie 99999", supplier=True)
    abroad = await _company(running, "Vieille Zinguerie", country="BE", address={"country": "BE"}, buyer=True)
    async with running.acting(SUPPLIER) as program:

        async def found(**filters: object) -> list[str]:
            reply = await program.get("/v1/partners", params={"q": "zingue", **{k: str(v) for k, v in filters.items()}})
            assert reply.status_code == 200, reply.text
            return [each["id"] for each in reply.json()["items"]]

        today = datetime.now().date().isoformat()  # noqa: DTZ005 - the day of the rows that were just made
        assert await found(created_since="2021-01-01") == [str(newest), str(abroad)]
        assert await found(created_since=today, country="FR") == [str(newest)]
        assert await found(country="BE") == [str(abroad)]
        assert await found(buyer=True) == [str(abroad)]
        assert await found(status="active") == []
        assert len(await found(status="none", supplier=True)) == 50
        connected = await program.get("/v1/partners", params={"q": "brasseries", "status": "active"})
        assert [each["id"] for each in connected.json()["items"]] == [str(BUYER_COMPANY)]
        strangers = await program.get("/v1/partners", params={"q": "brasseries", "status": "none"})
        assert strangers.json()["items"] == []


@pytest.mark.parametrize("words", ["FR65908172638", "908 172 638", "90817263800045", "sseries du rh"])
async def test_a_partner_is_found_by_its_numbers_with_its_units_and_our_connection(
    running: Running, words: str
) -> None:
    async with running.acting(SUPPLIER) as program:
        (found,) = (await program.get("/v1/partners", params={"q": words, "status": "active"})).json()["items"]
    assert found["id"] == str(BUYER_COMPANY)
    assert found["units"][0]["name"] == "Achats"
    assert found["connections"][0]["status"] == "active"


async def test_the_directory_tells_nothing_but_what_everybody_may_see(running: Running) -> None:
    async with running.acting(SUPPLIER) as program:
        found = (await program.get(f"/v1/partners/{BUYER_COMPANY}")).json()
        assert not {"address", "electronic_address", "settings", "users"} & set(found)
        assert (await program.get(f"/v1/partners/{new_id()}")).status_code == 404


async def test_a_connection_ends_for_good_only_with_the_partner_s_name_typed(running: Running) -> None:
    async with running.acting(SUPPLIER) as program:
        (connection,) = (await program.get("/v1/connections", params={"status": "active"})).json()["items"]
        path = f"/v1/connections/{connection['id']}/disconnect"
        refused = await program.post(path, json={"confirm": "Brasseries"})
        assert (refused.status_code, refused.json()["code"]) == (422, "CONFIRMATION_NEEDED")
        ended = await program.post(path, json={"confirm": "brasseries du rhin sa"})
        assert (ended.status_code, ended.json()["status"]) == (200, "disconnected")
        again = await program.post("/v1/connections", json={"unit_id": connection["unit_id"], "message": "encore"})
        assert again.status_code == 201, again.text
    assert any("mis fin" in mail["subject"] for mail in await running.mails(BUYER))
    async with running.acting(BUYER) as program:
        refusal = await program.post(f"/v1/connections/{connection['id']}/refuse", json={"reason": "Pas de contrat"})
        assert (refusal.status_code, refusal.json()["reason"]) == (200, "Pas de contrat")
        log = (await program.get(f"/v1/companies/{BUYER_COMPANY}/mails")).json()["items"]
        assert {"address": BUYER, "state": "sent"}.items() <= next(
            each for each in log if each["address"] == BUYER
        ).items()
    newest = (await running.mails(SUPPLIER))[0]
    assert "Pas de contrat" in newest["text"]


async def test_packs_are_bought_and_months_are_granted(running: Running) -> None:
    company_id = await _company(running, "Menuiserie des Vosges", supplier=True)
    async with running.env.pipeline.transaction() as tx:
        await running.env.plans.welcome(tx, company_id)
        assert await tx.value("select granted from allowance where company_id = :id", id=company_id) == 10
        await tx.execute("update allowance set free_until = current_date - 1 where company_id = :id", id=company_id)
    assert await running.env.plans.grant_the_month() >= 1
    async with running.env.pipeline.transaction() as tx:
        row = await tx.row(
            "select granted, free_until > now() as later from allowance where company_id = :id", id=company_id
        )
    assert row == {"granted": 20, "later": True}
    async with running.acting(SUPPLIER) as program:
        plan = (await program.get("/v1/plans")).json()
        assert (plan["granted"], [pack["code"] for pack in plan["packs"]]) == (None, ["S", "M", "L", "A"])
        bought = await program.post("/v1/plans/purchases", json={"pack": "S"})
        assert (bought.status_code, bought.json()["state"], bought.json()["amount"]) == (201, "paid", "25.00")
        assert len((await program.get("/v1/plans/purchases")).json()) == 1
        assert (await program.get("/v1/plans")).json()["granted"] is None
    async with running.env.pipeline.transaction() as tx:
        assert await tx.value("select count(*) from purchase where company_id = :id", id=SUPPLIER_COMPANY) == 1


async def test_the_archive_option_is_bought_once_for_twelve_months_and_ends_at_noon(running: Running) -> None:
    grant = f"/v1/companies/{SUPPLIER_COMPANY}/grant"
    async with running.acting(SUPPLIER) as program, running.acting(OPERATOR) as operator:
        before = (await program.get(grant)).json()["transactions"]
        refused = await program.post("/v1/plans/purchases", json={"pack": "A"})
        assert (refused.status_code, refused.json()["code"]) == (409, "ARCHIVE_WITHOUT_END")
        stands = running.env.clock.now().replace(microsecond=0) + timedelta(days=40)
        sent = {"transactions": before, "archive_ends_at": stands.isoformat()}
        for _ in range(2):
            assert (await operator.put(grant, json=sent)).status_code == 200
        kept = (await operator.put(grant, json={"transactions": before})).json()
        assert datetime.fromisoformat(kept["archive_ends_at"]) == stands, "left out, it stays as it is"
        facts = len(await running.facts())
        headers = {"idempotency-key": "an-archive"}
        bought = await program.post("/v1/plans/purchases", json={"pack": "A"}, headers=headers)
        assert (bought.status_code, bought.json()["state"], bought.json()["archive_months"]) == (201, "paid", 12)
        again = await program.post("/v1/plans/purchases", json={"pack": "A"}, headers=headers)
        assert again.json()["id"] == bought.json()["id"]
        plan = (await program.get("/v1/plans")).json()
        (pack,) = [each for each in plan["packs"] if each["code"] == "A"]
        assert (pack["transactions"], pack["archive_months"]) == (0, 12)
        assert (await program.get(grant)).json() == {
            "transactions": before,
            "archive_ends_at": plan["archive_ends_at"],
        }
        assert [key for _, key in (await running.facts())[facts:]] == [f"grant:{SUPPLIER_COMPANY}"]
        async with running.env.pipeline.transaction() as tx:
            purchase = await purchases.read(tx, UUID(bought.json()["id"]))
        assert purchase
        await running.env.plans.settle(purchase)
        assert (await program.get("/v1/plans")).json()["archive_ends_at"] == plan["archive_ends_at"]
        assert (await operator.put(grant, json=sent | {"archive_ends_at": None})).json()["archive_ends_at"] is None
    paris = ZoneInfo("Europe/Paris")
    ends = datetime.fromisoformat(plan["archive_ends_at"]).astimezone(paris)
    day = stands.astimezone(paris)
    assert (ends.year, ends.month, ends.hour, ends.minute) == (day.year + 1, day.month, 12, 0)
