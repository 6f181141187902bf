"""Buyers bring suppliers and issuers their customers: links, consent for one entity at a time, and who is told."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from registration import states
from registration.domain.terms import CURRENT
from registration.domain.unit import UnitSettings
from registration.store import units
from registration.testing import BUYER, SUPPLIER, UNIT, Running, partner_row

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"
FIELDS = ("name", "vat", "siret", "address", "postcode", "city", "first_name", "last_name", "email")


def _email() -> str:
    return f"anne.{uuid4().hex[:12]}@weber.example"


def _csv(rows: list[dict[str, str]]) -> bytes:
    return "\r\n".join([";".join(FIELDS), *(";".join(row[name] for name in FIELDS) for row in rows)]).encode()


async def _brought(program: httpx.AsyncClient, rows: list[dict[str, str]], **query: Any) -> dict[str, Any]:
    reply = await program.post(
        "/v1/invitations/files", params=query, content=_csv(rows), headers={"content-type": "text/csv"}
    )
    assert reply.status_code == 201, reply.text
    return reply.json()


async def _tokens(running: Running, email: str) -> dict[str, str]:
    """Tokens by the subject of their mail and the customer it names."""
    found: dict[str, str] = {}
    for mail in await running.mails(email):
        for link in mail["links"]:
            if "/activation#" in link:
                found[mail["text"]] = link.partition("#")[2]
    return found


async def _accept(running: Running, token: str) -> httpx.Response:
    async with running.visitor() as browser:
        return await browser.post(f"/v1/activations/{token}", json={"password": PASSWORD, "terms": CURRENT.version})


async def _account(running: Running) -> tuple[dict[str, str], str, str]:
    """A company that a buyer has brought: what it is in a file, and who runs it: the first one, and a second one."""
    row, second = partner_row(name=f"Papeterie {uuid4().hex[:6]}", email=_email()), _email()
    async with running.acting(BUYER) as program:
        await _brought(program, [row], side="supplier", name="Papeteries", unit_id=str(UNIT))
    assert (await _accept(running, await running.link(row["email"]))).status_code == 200
    async with running.acting(row["email"], PASSWORD) as program:
        asked = {"email": second, "name": "Luc Second", "roles": ["administrator"]}
        assert (await program.post("/v1/users", json=asked)).status_code == 202
    assert (await _accept(running, await running.link(second))).status_code == 200
    return row, row["email"], second


async def _prospect(running: Running, who: str, name: str, side: str) -> dict[str, Any]:
    async with running.acting(who) as program:
        found = (await program.get("/v1/invitations", params={"side": side})).json()["items"]
    return next(each for each in found if each["legal_name"] == name)


async def test_an_administrator_who_was_shut_out_answers_for_the_company_no_more(running: Running) -> None:
    row, first, second = await _account(running)
    async with running.acting(SUPPLIER) as program:
        await _brought(program, [row], side="customer", name="Clients")
    link = await running.link(second)
    async with running.acting(first, PASSWORD) as program:
        people = (await program.get("/v1/users")).json()
        shut_out = next(each["id"] for each in people if each["email"] == second)
        assert (await program.patch(f"/v1/users/{shut_out}", json={"active": False})).status_code == 200
    agreed = await _accept(running, link)
    assert (agreed.status_code, agreed.json()["code"]) == (409, "ACCOUNT_EXISTS")
    async with running.visitor() as browser:
        declined = await browser.post(f"/v1/activations/{link}/decline")
    assert (declined.status_code, declined.json()["code"]) == (409, "ACCOUNT_EXISTS")
    assert (await _prospect(running, SUPPLIER, row["name"], "customer"))["proof"] is None
    assert (await _accept(running, await running.link(first))).status_code == 200


async def test_a_link_from_before_the_end_of_a_connection_does_not_bring_it_back(running: Running) -> None:
    row, first, _ = await _account(running)
    async with running.acting(SUPPLIER) as program:
        await _brought(program, [row], side="customer", name="Clients")
    link = await running.link(first)
    async with running.signed_in(first, PASSWORD) as browser:
        (member,) = (await browser.get("/v1/session")).json()["companies"]
    unit = uuid4()
    async with running.env.pipeline.transaction() as tx:
        await units.insert(tx, unit, UUID(member["id"]), "Achats", UnitSettings())
        await states.unit(tx, unit)
    async with running.acting(SUPPLIER) as program:
        asked = (await program.post("/v1/connections", json={"unit_id": str(unit), "message": "Bonjour"})).json()
    path = f"/v1/connections/{asked['id']}"
    await running.mails(first)
    async with running.acting(first, PASSWORD) as program:
        accepted = await program.post(f"{path}/accept", json={"consent": True})
        assert accepted.json()["status"] == "active", accepted.text
    async with running.acting(SUPPLIER) as program:
        ended = await program.post(f"{path}/disconnect", json={"confirm": row["name"]})
        assert ended.json()["status"] == "disconnected", ended.text
    late = await _accept(running, link)
    assert (late.status_code, late.json().get("code")) == (410, "ACTIVATION_OVER"), "its yes was the answer"
    async with running.acting(SUPPLIER) as program:
        found = (await program.get("/v1/connections", params={"status": "disconnected"})).json()["items"]
    assert [each["consent"] for each in found if each["id"] == asked["id"]] == [False]


async def test_a_company_answers_once_whoever_of_its_people_is_first(running: Running) -> None:
    row, first, second = await _account(running)
    async with running.acting(SUPPLIER) as program:
        await _brought(program, [row], side="customer", name="Clients")
    links = [await running.link(first), await running.link(second)]
    assert (await _accept(running, links[0])).status_code == 200
    proof = (await _prospect(running, SUPPLIER, row["name"], "customer"))["proof"]
    assert (proof["agreed"], proof["email"]) == (True, first)
    async with running.visitor() as browser:
        assert (await browser.post(f"/v1/activations/{links[1]}/decline")).status_code == 410
    assert (await _accept(running, links[1])).status_code == 410
    assert (await _prospect(running, SUPPLIER, row["name"], "customer"))["proof"] == proof


async def test_of_two_answers_at_the_same_moment_one_counts(running: Running) -> None:
    row, first, second = await _account(running)
    async with running.acting(SUPPLIER) as program:
        await _brought(program, [row], side="customer", name="Clients")
    links = [await running.link(first), await running.link(second)]
    async with running.visitor() as browser:
        got = await asyncio.gather(*(browser.post(f"/v1/activations/{link}/decline") for link in links))
    one, other = sorted(got, key=lambda reply: reply.status_code)
    assert (one.status_code, other.status_code in (409, 410)) == (204, True)
    assert other.json()["code"] in ("ALREADY_ANSWERED", "ACTIVATION_OVER")


async def _buyer(running: Running) -> tuple[str, str]:
    """A company that a supplier has brought, with a unit: who runs it, and the unit."""
    email = _email()
    async with running.acting(SUPPLIER) as program:
        await _brought(
            program, [partner_row(name=f"Acheteur {uuid4().hex[:6]}", email=email)], side="customer", name="Clients"
        )
    assert (await _accept(running, await running.link(email))).status_code == 200
    async with running.acting(email, PASSWORD) as program:
        (unit,) = (await program.get("/v1/units")).json()
    return email, unit["id"]


async def _with(running: Running, email: str, unit: str) -> list[tuple[str, bool]]:
    await running.mails(email)
    async with running.acting(email, PASSWORD) as program:
        found = (await program.get("/v1/connections")).json()["items"]
    return [(each["status"], each["consent"]) for each in found if each["unit_id"] == unit]


async def test_a_supplier_with_an_account_is_connected_by_a_second_buyers_link(running: Running) -> None:
    row, first, second = await _account(running)
    buyer, unit = await _buyer(running)
    async with running.acting(buyer, PASSWORD) as program:
        campaign = await _brought(program, [row], side="supplier", name="Nos fournisseurs", unit_id=unit)
    links = [await running.link(first), await running.link(second)]
    reply = await _accept(running, links[0])
    assert reply.status_code == 200, reply.text
    assert await _with(running, first, unit) == [("active", True)]
    assert (await _accept(running, links[1])).status_code == 410
    await running.mails(buyer)
    async with running.acting(buyer, PASSWORD) as program:
        assert (await program.get(f"/v1/invitations/campaigns/{campaign['id']}")).json()["done"] == 1


async def test_an_account_that_nobody_confirmed_only_asks_a_buyer_who_named_somebody_else(running: Running) -> None:
    row, first, _ = await _account(running)
    async with running.env.pipeline.transaction() as tx:
        await tx.execute(
            """update company set confirmed_at = null, confirmed_by = null where id = (
                select m.company_id from membership m join person p on p.id = m.person_id where p.email = :email)""",
            email=first,
        )
    buyer, unit = await _buyer(running)
    async with running.acting(buyer, PASSWORD) as program:
        await _brought(program, [row | {"email": _email()}], side="supplier", name="Nos fournisseurs", unit_id=unit)
    assert (await _accept(running, await running.link(first))).status_code == 200
    assert await _with(running, first, unit) == [("requested", False)]


async def test_a_supplier_that_asks_after_an_end_waits_for_the_buyer_whatever_link_it_has(running: Running) -> None:
    row, first, _ = await _account(running)
    buyer, unit = await _buyer(running)
    async with running.acting(buyer, PASSWORD) as program:
        await _brought(program, [row], side="supplier", name="Nos fournisseurs", unit_id=unit)
    link = await running.link(first)
    await running.mails(first)
    async with running.acting(first, PASSWORD) as program:
        assert (await program.post("/v1/connections", json={"unit_id": unit, "message": "x"})).status_code == 201
    late = await _accept(running, link)
    assert (late.status_code, late.json()["code"]) == (409, "CONNECTION_EXISTS")
    assert await _with(running, first, unit) == [("requested", False)]


async def test_who_says_nothing_for_a_week_is_written_to_again_three_times_at_most(running: Running) -> None:
    email = _email()
    async with running.acting(BUYER) as program:
        await _brought(
            program, [partner_row(name="Silencieux", email=email)], side="supplier", name="Relances", unit_id=str(UNIT)
        )
    assert await running.env.bringing.remind_the_silent() == 0, "not before a week has gone by"
    for _ in range(4):
        async with running.env.pipeline.transaction() as tx:
            await tx.execute(
                """update prospect set asked_at = now() - interval '30 days', reminded_at = now() - interval '8 days'
                where email = :email""",
                email=email,
            )
        await running.env.bringing.remind_the_silent()
    links = [link for mail in await running.mails(email) for link in mail["links"] if "/activation#" in link]
    assert len(set(links)) == 4, "the first one and three reminders"


async def test_of_a_hundred_suppliers_seven_are_reported_and_one_comes_by_its_link(running: Running) -> None:
    rows = [partner_row(name=f"Fournisseur {n}", email=_email()) for n in range(100)]
    for bad in range(7):
        rows[bad * 10] |= {"siret": ""}
    async with running.acting(BUYER) as program:
        campaign = await _brought(program, rows, side="supplier", name="Printemps", unit_id=str(UNIT))
        assert (campaign["accepted"], campaign["rejected"], campaign["sent"]) == (93, 7, 93)
        errors = (await program.get(f"/v1/invitations/campaigns/{campaign['id']}/errors")).text.splitlines()
        assert errors[:2] == ["line;field;reason", "2;siret;MISSING"]
        assert len(errors) == 8
        again = await _brought(program, rows, side="supplier", name="Encore", unit_id=str(UNIT))
        assert (again["accepted"], again["rejected"]) == (0, 100), "nobody is written to twice"
        reminded = await program.post(f"/v1/invitations/campaigns/{campaign['id']}/remind")
        assert reminded.json() == {"sent": 0}, "not within three days"
    email = rows[1]["email"]
    token = await running.link(email)
    async with running.visitor() as browser:
        offered = (await browser.get(f"/v1/activations/{token}")).json()
    assert (offered["purpose"], offered["company"], offered["issuer"]) == (
        "account",
        "Fournisseur 1",
        "Brasseries du Rhin SA",
    )
    assert (await _accept(running, token)).status_code == 200
    async with running.acting(email, PASSWORD) as program:
        (connection,) = (await program.get("/v1/connections")).json()["items"]
        assert (connection["status"], connection["unit_name"]) == ("active", "Achats")
    async with running.acting(BUYER) as program:
        funnel = (await program.get(f"/v1/invitations/campaigns/{campaign['id']}")).json()
    assert (funnel["opened"], funnel["done"]) == (1, 1)
    assert any("Activation de Fournisseur 1" in mail["subject"] for mail in await running.mails(BUYER))


async def test_a_link_of_one_buyer_only_asks_the_others_that_wait_for_the_same_number(running: Running) -> None:
    row = partner_row(name="Tuilerie Nord", email=_email())
    async with running.acting(BUYER) as program:
        await _brought(program, [row], side="supplier", name="Vraie", unit_id=str(UNIT))
    other, to_itself = _email(), _email()
    async with running.acting(SUPPLIER) as program:
        await _brought(program, [partner_row(name="Acheteur curieux", email=other)], side="customer", name="Client")
    assert (await _accept(running, await running.link(other))).status_code == 200
    async with running.acting(other, PASSWORD) as program:
        (unit,) = (await program.get("/v1/units")).json()
        await _brought(program, [row | {"email": to_itself}], side="supplier", name="Fausse", unit_id=unit["id"])
    assert (await _accept(running, await running.link(to_itself))).status_code == 200
    async with running.acting(to_itself, PASSWORD) as program:
        found = (await program.get("/v1/connections")).json()["items"]
    assert {each["unit_id"]: (each["status"], each["consent"]) for each in found} == {
        unit["id"]: ("active", True),
        str(UNIT): ("requested", False),
    }


async def _registered(running: Running, row: dict[str, str], email: str, numbers: tuple[str, ...]) -> None:
    """An account that its own people made, by these numbers alone."""
    company = {
        "legal_name": "Scierie de l’Est",
        "country": "FR",
        "vat_id": row["vat"] if "vat" in numbers else None,
        "legal_id": {"scheme": "0002", "value": row["siret"][:9]} if "siren" in numbers else None,
        "identifiers": [{"scheme": "0009", "value": row["siret"]}] if "siret" in numbers else [],
        "address": {"country": "FR"},
        "time_zone": "Europe/Paris",
        "supplier": True,
    }
    async with running.visitor() as browser:
        person = {"email": email, "name": "Luc Bois"}
        asked = await browser.post("/v1/registrations", json={"company": company, "person": person})
        assert asked.status_code == 202, asked.text
    assert (await _accept(running, await running.link(email))).status_code == 200


@pytest.mark.parametrize("numbers", [("vat", "siren"), ("siren",)])
async def test_a_company_is_known_by_any_of_its_numbers_and_its_own_people_are_written_to(
    running: Running, numbers: tuple[str, ...]
) -> None:
    row, own = partner_row(name="Scierie Sud", email=_email()), _email()
    await _registered(running, row, own, numbers)
    async with running.acting(BUYER) as program:
        await _brought(program, [row], side="supplier", name="Connue", unit_id=str(UNIT))
    assert await running.mails(row["email"]) == [], "not to the contact that was given"
    assert any("/activation#" in link for link in (await running.mails(own))[0]["links"])


@pytest.mark.parametrize("numbers", [("vat", "siret"), ("vat",), ("siren",)])
async def test_who_registers_by_themselves_only_asks_the_buyer_that_waits_for_their_number(
    running: Running, numbers: tuple[str, ...]
) -> None:
    row, own = partner_row(name="Scierie Est", email=_email()), _email()
    async with running.acting(BUYER) as program:
        campaign = await _brought(program, [row], side="supplier", name="Une", unit_id=str(UNIT))
    await _registered(running, row, own, numbers)
    async with running.acting(own, PASSWORD) as program:
        (connection,) = (await program.get("/v1/connections")).json()["items"]
        assert (connection["status"], connection["consent"]) == ("requested", False)
    async with running.acting(BUYER) as program:
        assert (await program.get(f"/v1/invitations/campaigns/{campaign['id']}")).json()["done"] == 0
    assert "Scierie de l’Est demande une mise en relation" in [mail["subject"] for mail in await running.mails(BUYER)]


async def test_a_person_with_three_entities_opens_only_the_one_they_accept(running: Running) -> None:
    email = _email()
    rows = [partner_row(name=f"Hôtel {name}", email=email) for name in ("du Lac", "du Port", "du Parc")]
    async with running.acting(SUPPLIER) as program:
        await _brought(program, rows, side="customer", name="Clients")
    tokens = await _tokens(running, email)
    assert len(tokens) == 3
    lake = next(token for text, token in tokens.items() if "Hôtel du Lac" in text)
    port = next(token for text, token in tokens.items() if "Hôtel du Port" in text)
    async with running.visitor() as browser:
        offered = (await browser.get(f"/v1/activations/{lake}")).json()
        assert (offered["purpose"], offered["company"]) == ("consent", "Hôtel du Lac")
        assert "format électronique" in offered["consent"]["fr"]
        assert (await browser.post(f"/v1/activations/{port}/decline")).status_code == 204
        assert (await browser.post(f"/v1/activations/{port}/decline")).status_code == 410
    assert (await _accept(running, lake)).status_code == 200
    async with running.acting(SUPPLIER) as program:
        found = (await program.get("/v1/invitations", params={"side": "customer"})).json()["items"]
        states = {each["legal_name"]: each for each in found}
        assert {name: each["state"] for name, each in states.items() if name.startswith("Hôtel")} == {
            "Hôtel du Lac": "accepted",
            "Hôtel du Port": "declined",
            "Hôtel du Parc": "asked",
        }
        proof = states["Hôtel du Lac"]["proof"]
        assert (proof["agreed"], proof["email"], proof["person_name"]) == (True, email, "Anne Weber")
        active = (await program.get("/v1/connections", params={"status": "active"})).json()["items"]
        assert [each["consent"] for each in active if each["buyer_name"] == "Hôtel du Lac"] == [True]
        assert not [each for each in active if each["buyer_name"] == "Hôtel du Port"]
        lac = states["Hôtel du Lac"]["id"]
        async with running.acting(BUYER) as stranger:
            assert (await stranger.get(f"/v1/invitations/{lac}")).status_code == 404
    subjects = [mail["subject"] for mail in await running.mails(SUPPLIER)]
    assert "Activation de Hôtel du Lac sur Navette" in subjects
    assert "Hôtel du Port préfère le papier" in subjects


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"nom;tva\nx;y", "FILE_UNREADABLE"),
        (b"PK\x03\x04 in one line", "FILE_UNREADABLE"),
        (b"", "FILE_UNREADABLE"),
        ("name;vat\nÉté".encode("latin-1"), "FILE_UNREADABLE"),
        (";".join(FIELDS).encode() + b"\n" + b"x" * 5_000, "FILE_UNREADABLE"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused(running: Running, body: bytes, code: str) -> None:
    async with running.acting(SUPPLIER) as program:
        query = {"side": "customer", "name": "x"}
        reply = await program.post("/v1/invitations/files", params=query, content=body)
        assert (reply.status_code, reply.json()["code"]) == (422, code)
        one = await program.post("/v1/invitations", json={"side": "customer", "entity": {"name": "Sans rien"}})
        assert (one.status_code, one.json()["code"]) == (422, "ENTITY_NOT_TAKEN")
        assert {"/entity/vat", "/entity/email"} <= {each["pointer"] for each in one.json()["violations"]}
