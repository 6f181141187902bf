"""Whoever has answered is not asked again by a file; a request of its own starts from nothing; who comes is known."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from registration import states
from registration.domain.terms import CURRENT
from registration.domain.unit import UnitSettings
from registration.store import units
from registration.testing import BUYER, BUYER_COMPANY, SUPPLIER, UNIT, Running, partner_row

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"


async def _file(program: httpx.AsyncClient, row: dict[str, str], **query: str) -> tuple[dict[str, Any], list[str]]:
    """A campaign of one line, and what was told of it."""
    content = f"{';'.join(row)}\r\n{';'.join(row.values())}".encode()
    made = await program.post("/v1/invitations/files", params={"name": "x"} | query, content=content)
    assert made.status_code == 201, made.text
    told = await program.get(f"/v1/invitations/campaigns/{made.json()['id']}/errors")
    return made.json(), told.text.splitlines()[1:]


async def _one(program: httpx.AsyncClient, row: dict[str, str], **more: str) -> httpx.Response:
    return await program.post("/v1/invitations", json={"entity": row} | more)


async def _use(running: Running, token: str, **more: Any) -> httpx.Response:
    async with running.visitor() as browser:
        body = {"password": PASSWORD, "terms": CURRENT.version} | more
        return await browser.post(f"/v1/activations/{token}", json=body)


async def _letters(running: Running, email: str) -> int:
    return sum("/activation#" in link for mail in await running.mails(email) for link in mail["links"])


async def _brought(program: httpx.AsyncClient, name: str, side: str) -> list[dict[str, Any]]:
    found = (await program.get("/v1/invitations", params={"side": side})).json()["items"]
    return [each for each in found if each["legal_name"] == name]


async def test_who_has_consented_is_sent_nothing_and_who_ended_it_is_asked_anew(running: Running) -> None:
    row = partner_row()
    async with running.acting(SUPPLIER) as program:
        campaign, told = await _file(program, row, side="customer")
        assert (campaign["accepted"], told) == (1, [])
    assert (await _use(running, await running.link(row["email"]))).status_code == 200
    before = await _letters(running, row["email"])
    async with running.acting(SUPPLIER) as program:
        again, told = await _file(program, row, side="customer")
        assert (again["accepted"], told) == (0, ["2;siret;CONNECTED"])
        one = await _one(program, row, side="customer")
        assert {each["detail"] for each in one.json()["violations"]} == {"CONNECTED"}
        assert await _letters(running, row["email"]) == before, "none sent where consent exists"
        (prospect,) = await _brought(program, row["name"], "customer")
        path = f"/v1/connections/{prospect['connection_id']}/disconnect"
        assert (await program.post(path, json={"confirm": row["name"]})).status_code == 200
        again, told = await _file(program, row, side="customer")
        assert (again["accepted"], told) == (0, ["2;siret;KNOWN"]), "no file of everybody begins anew"
        anew = (await _one(program, row, side="customer")).json()
        assert (anew["accepted"], anew["had_account"]) == (1, 1)
        newest, older = await _brought(program, row["name"], "customer")
        assert (newest["state"], newest["proof"], newest["reminders"]) == ("asked", None, 0)
        assert (older["state"], older["proof"]["agreed"], older["replaced_at"] is None) == ("accepted", True, False)
    assert await _letters(running, row["email"]) == before + 1
    assert (await _use(running, await running.link(row["email"]))).status_code == 200
    async with running.acting(SUPPLIER) as program:
        assert (await _brought(program, row["name"], "customer"))[0]["state"] == "accepted"


async def test_who_declined_is_known_without_a_contact_and_asked_only_by_a_new_request(running: Running) -> None:
    row = partner_row()
    async with running.acting(SUPPLIER) as program:
        await _file(program, row, side="customer")
    token = await running.link(row["email"])
    async with running.visitor() as browser:
        assert (await browser.post(f"/v1/activations/{token}/decline")).status_code == 204
    async with running.acting(SUPPLIER) as program:
        (declined,) = await _brought(program, row["name"], "customer")
        assert (declined["state"], declined["email"], "email" in declined["proof"]) == ("declined", "", False)
        again, told = await _file(program, row, side="customer")
        assert (again["accepted"], told) == (0, ["2;siret;DECLINED"])
        assert (await _one(program, row, side="customer")).status_code == 201
        open_again = await _one(program, row, side="customer")
        assert {each["detail"] for each in open_again.json()["violations"]} == {"KNOWN"}
    assert await _letters(running, row["email"]) == 2
    async with running.env.pipeline.transaction() as tx:
        kept = await tx.value("select content ? 'contact' from prospect where id = :id", id=UUID(declined["id"]))
    assert kept is False


async def test_a_known_number_is_told_and_its_own_people_are_asked(running: Running) -> None:
    row = partner_row()
    async with running.acting(SUPPLIER) as program:
        await _file(program, row, side="customer")
    assert (await _use(running, await running.link(row["email"]))).status_code == 200
    async with running.acting(BUYER) as program:
        campaign, told = await _file(program, row, side="supplier", unit_id=str(UNIT))
        assert (campaign["accepted"], campaign["rejected"], campaign["had_account"]) == (1, 0, 1)
        assert told == ["2;siret;HAS_ACCOUNT"]
    refused = await _use(running, await running.link(row["email"]))
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_A_SUPPLIER"), "it buys, and sells nothing"


async def test_a_supplier_that_connects_by_itself_is_the_one_its_buyer_brought(running: Running) -> None:
    row, unit = partner_row(), uuid4()
    async with running.env.pipeline.transaction() as tx:
        await units.insert(tx, unit, BUYER_COMPANY, f"Unité {unit}", UnitSettings())
        await states.unit(tx, unit)
    async with running.acting(BUYER) as program:
        await _file(program, row, side="supplier", unit_id=str(UNIT))
    assert (await _use(running, await running.link(row["email"]))).status_code == 200
    async with running.acting(BUYER) as program:
        campaign, _ = await _file(program, row, side="supplier", unit_id=str(unit))
    link = await running.link(row["email"])
    await running.mails(row["email"])
    async with running.acting(row["email"], PASSWORD) as program:
        asked = (await program.post("/v1/connections", json={"unit_id": str(unit)})).json()
    path = f"/v1/invitations/campaigns/{campaign['id']}"
    async with running.acting(BUYER) as program:
        assert (await program.get(path)).json()["begun"] == 1
        await _silent_for_long(running, campaign["id"])
        assert (await program.post(f"{path}/remind")).json() == {"sent": 0}
        (await program.post(f"/v1/connections/{asked['id']}/accept", json={"consent": True})).raise_for_status()
        funnel = (await program.get(path)).json()
    assert (funnel["sent"], funnel["begun"], funnel["done"]) == (1, 1, 1)
    assert (await _use(running, link)).status_code == 410


async def test_who_ended_it_before_answering_is_reminded_of_nothing(running: Running) -> None:
    row = partner_row()
    async with running.acting(BUYER) as program:
        await _file(program, row, side="supplier", unit_id=str(UNIT))
    assert (await _use(running, await running.link(row["email"]))).status_code == 200
    unit = uuid4()
    async with running.env.pipeline.transaction() as tx:
        await units.insert(tx, unit, BUYER_COMPANY, f"Unité {unit}", UnitSettings())
        await states.unit(tx, unit)
    async with running.acting(BUYER) as program:
        campaign, _ = await _file(program, row, side="supplier", unit_id=str(unit))
    async with running.acting(row["email"], PASSWORD) as program:
        asked = (await program.post("/v1/connections", json={"unit_id": str(unit)})).json()
        path = f"/v1/connections/{asked['id']}/disconnect"
        (await program.post(path, json={"confirm": "Brasseries du Rhin SA"})).raise_for_status()
    await _silent_for_long(running, campaign["id"])
    async with running.acting(BUYER) as program:
        assert (await program.post(f"/v1/invitations/campaigns/{campaign['id']}/remind")).json() == {"sent": 0}
        brought = await _brought(program, row["name"], "supplier")
        assert {each["campaign_id"]: each["state"] for each in brought}[campaign["id"]] == "ended"
        closed = partner_row()
        campaign, _ = await _file(program, closed, side="supplier", unit_id=str(unit))
    await _silent_for_long(running, campaign["id"])
    async with running.env.pipeline.transaction() as tx:
        await tx.execute("update unit set active = false where id = :id", id=unit)
    async with running.acting(BUYER) as program:
        path = f"/v1/invitations/campaigns/{campaign['id']}/remind"
        assert (await program.post(path)).json() == {"sent": 0}, "a closed unit takes nobody in"


async def _silent_for_long(running: Running, campaign: str) -> None:
    async with running.env.pipeline.transaction() as tx:
        sql = "update prospect set asked_at = now() - interval '30 days' where campaign_id = :id"
        await tx.execute(sql, id=UUID(campaign))


async def test_a_personal_link_knows_what_the_buyer_gave_and_its_own_people_correct_it(running: Running) -> None:
    row = partner_row()
    async with running.acting(BUYER) as program:
        campaign, _ = await _file(program, row, side="supplier", unit_id=str(UNIT))
    token = await running.link(row["email"])
    async with running.visitor() as browser:
        offered = (await browser.get(f"/v1/activations/{token}")).json()
        given = offered["company_given"]
        assert (given["vat_id"], given["identifiers"][0]["value"]) == (row["vat"], row["siret"])
        assert (given["address"]["line_one"], given["address"]["postal_code"]) == ("1 rue du Bois", "57000")
        assert (offered["name"], offered["email"]) == ("Anne Weber", row["email"])
        assert (await browser.post(f"/v1/activations/{token}/begin")).status_code == 204
    path = f"/v1/invitations/campaigns/{campaign['id']}"
    async with running.acting(BUYER) as program:
        funnel = (await program.get(path)).json()
        assert (funnel["opened"], funnel["begun"], funnel["done"]) == (1, 1, 0)
    corrected = given | {"address": given["address"] | {"line_one": "2 rue Neuve"}, "buyer": True}
    assert (await _use(running, token, company=corrected, name="Anna Weber")).status_code == 200
    async with running.acting(row["email"], PASSWORD) as program:
        (connection,) = (await program.get("/v1/connections")).json()["items"]
        own = (await program.get(f"/v1/companies/{connection['supplier_id']}")).json()
        assert (connection["status"], own["address"]["line_one"], own["buyer"]) == ("active", "2 rue Neuve", False)
        assert [each["name"] for each in (await program.get("/v1/users")).json()] == ["Anna Weber"]


@pytest.mark.parametrize("what", ["legal_name", "numbers"])
async def test_under_another_name_or_number_a_supplier_is_only_asking(running: Running, what: str) -> None:
    row, other = partner_row(), partner_row()
    async with running.acting(BUYER) as program:
        await _file(program, row, side="supplier", unit_id=str(UNIT))
    token = await running.link(row["email"])
    async with running.visitor() as browser:
        given = (await browser.get(f"/v1/activations/{token}")).json()["company_given"]
    numbers = {
        "vat_id": other["vat"],
        "legal_id": {"scheme": "0002", "value": other["siret"][:9]},
        "identifiers": [{"scheme": "0009", "value": other["siret"]}],
    }
    changed = given | ({"legal_name": other["name"]} if what == "legal_name" else numbers)
    assert (await _use(running, token, company=changed)).status_code == 200
    async with running.acting(row["email"], PASSWORD) as program:
        (connection,) = (await program.get("/v1/connections")).json()["items"]
        assert (connection["status"], connection["supplier_confirmed"]) == ("requested", False)


async def test_a_consent_is_that_of_the_company_that_was_asked(running: Running) -> None:
    row = partner_row()
    async with running.acting(SUPPLIER) as program:
        await _file(program, row, side="customer")
    token = await running.link(row["email"])
    async with running.visitor() as browser:
        given = (await browser.get(f"/v1/activations/{token}")).json()["company_given"]
    refused = await _use(running, token, company=given | {"legal_name": "Quelqu’un d’autre"})
    assert (refused.status_code, refused.json()["code"]) == (422, "ANOTHER_COMPANY")


async def test_the_issuer_is_told_that_consent_is_withdrawn(running: Running) -> None:
    row = partner_row()
    async with running.acting(SUPPLIER) as program:
        await _file(program, row, side="customer")
    assert (await _use(running, await running.link(row["email"]))).status_code == 200
    async with running.acting(row["email"], PASSWORD) as program:
        (connection,) = (await program.get("/v1/connections")).json()["items"]
        path = f"/v1/connections/{connection['id']}"
        (await program.patch(path, json={"consent": False})).raise_for_status()
    assert f"{row['name']} retire son accord" in [mail["subject"] for mail in await running.mails(SUPPLIER)]
    async with running.acting(SUPPLIER) as program:
        assert (await _one(program, row, side="customer")).status_code == 201, "it may be asked anew"
