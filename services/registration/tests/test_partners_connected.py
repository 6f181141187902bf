"""The directory, and what the two sides of a connection are told."""

from uuid import UUID

import pytest

from contracts.ids import new_id
from registration.domain.company import Company
from registration.store import companies
from registration.testing import BUYER, BUYER_COMPANY, SUPPLIER, SUPPLIER_COMPANY, Running

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
        assert (plan["granted"], [pack["code"] for pack in plan["packs"]]) == (None, ["S", "M", "L"])
        bought = await program.post("/v1/plans/purchases", json={"pack": "S"})
        assert (bought.status_code, bought.json()["state"], bought.json()["amount"]) == (201, "paid", "25.00")
        assert len((await program.get("/v1/plans/purchases")).json()) == 1
        assert (await program.get("/v1/plans")).json()["granted"] is None
    async with running.env.pipeline.transaction() as tx:
        assert await tx.value("select count(*) from purchase where company_id = :id", id=SUPPLIER_COMPANY) == 1
