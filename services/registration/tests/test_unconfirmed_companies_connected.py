"""Numbers are public: whoever registers a company first writes to nobody until somebody known vouches for them."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from stdnum import luhn

from contracts.ids import new_id
from contracts.registration import Role
from registration import states
from registration.domain.terms import CURRENT
from registration.store import companies, people
from registration.testing import BUYER, BUYER_COMPANY, OPERATOR, UNIT, Running

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"
OPERATORS = UUID("019a0000-0000-7000-8000-000000000003")
HEADER = "name;vat;siret;address;postcode;city;first_name;last_name;email;kind"
BROUGHT: dict[str, Any] = {
    "side": "customer",
    "entity": {
        "name": "Association du Pont",
        "siret": "80234567800014",
        "address": "1 rue",
        "postcode": "57000",
        "city": "Metz",
        "first_name": "Ida",
        "last_name": "Pont",
        "email": "ida@pont.example",
        "kind": "association",
    },
}


def _email() -> str:
    return f"p.{uuid4().hex[:12]}@scierie.example"


def _siret() -> str:
    digits = f"{uuid4().int % 10**8:08d}"
    siren = digits + luhn.calc_check_digit(digits)
    return f"{siren}0001" + luhn.calc_check_digit(f"{siren}0001")


async def _used(running: Running, email: str) -> dict[str, Any]:
    token = await running.link(email)
    async with running.visitor() as browser:
        reply = await browser.post(f"/v1/activations/{token}", json={"password": PASSWORD, "terms": CURRENT.version})
    return reply.raise_for_status().json()


async def _registered(running: Running, siret: str) -> tuple[str, str]:
    """Somebody who registered by themselves: their e-mail, and the company."""
    email = _email()
    company = {
        "legal_name": "Scierie de l’Est",
        "country": "FR",
        "identifiers": [{"scheme": "0009", "value": siret}],
        "address": {"country": "FR"},
        "time_zone": "Europe/Paris",
        "supplier": True,
    }
    async with running.visitor() as browser:
        body = {"company": company, "person": {"email": email, "name": "Luc Bois"}}
        (await browser.post("/v1/registrations", json=body)).raise_for_status()
    return email, (await _used(running, email))["company_id"]


async def _second_operator(running: Running) -> str:
    person_id, email = new_id(), _email()
    hashed = await running.env.passwords.hash(PASSWORD)
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, person_id, email=email, name="Ode Second", language="fr")
        await people.set_password(tx, person_id, hashed)
        await people.exempt(tx, person_id, exempt=True)
        await people.set_roles(tx, person_id, OPERATORS, [Role.OPERATOR])
        await states.user(tx, person_id, revoked=False)
    return email


async def _done(running: Running, **act: Any) -> None:
    other = await _second_operator(running)
    async with running.acting(OPERATOR) as first, running.acting(other, PASSWORD) as second:
        asked = await first.post("/v1/ops/registration/acts", json={"reason": "pièces vues"} | act)
        assert asked.status_code == 201, asked.text
        path = f"/v1/ops/registration/acts/{asked.json()['id']}/approve"
        assert (await first.post(path, json={})).json()["code"] == "SAME_EYES"
        done = await second.post(path, json={})
        assert done.status_code == 200, done.text


async def _bring(program: httpx.AsyncClient) -> tuple[int, str]:
    reply = await program.post("/v1/invitations", json=BROUGHT)
    return reply.status_code, reply.json().get("code", "")


async def test_nobody_is_written_to_in_the_name_of_a_company_that_nobody_vouches_for(running: Running) -> None:
    email, _ = await _registered(running, _siret())
    async with running.acting(email, PASSWORD) as program:
        assert await _bring(program) == (403, "COMPANY_UNCONFIRMED")
        query = {"side": "customer", "name": "x"}
        sent = await program.post("/v1/invitations/files", params=query, content=f"{HEADER}\n".encode())
        assert sent.json()["code"] == "COMPANY_UNCONFIRMED"
        asked = (await program.post("/v1/connections", json={"unit_id": str(UNIT)})).json()
        assert asked["supplier_confirmed"] is False
    async with running.acting(BUYER) as buyer:
        found = (await buyer.get("/v1/partners", params={"q": "scierie de"})).json()["items"]
        assert [each["confirmed"] for each in found if each["id"] == asked["supplier_id"]] == [False]
        accepted = await buyer.post(f"/v1/connections/{asked['id']}/accept", json={"consent": True})
        assert accepted.status_code == 200
        assert (await buyer.get(f"/v1/connections/{asked['id']}")).json()["supplier_confirmed"] is True
    async with running.acting(email, PASSWORD) as program:
        assert (await _bring(program))[0] == 201


async def test_two_operators_confirm_who_shows_papers(running: Running) -> None:
    email, company_id = await _registered(running, _siret())
    await _done(running, kind="company_confirm", company_id=company_id)
    async with running.acting(email, PASSWORD) as program:
        assert (await _bring(program))[1] != "COMPANY_UNCONFIRMED"
    assert "Scierie de l’Est est confirmée" in [mail["subject"] for mail in await running.mails(email)]


async def test_who_came_by_their_number_is_not_reminded_while_the_buyer_decides(running: Running) -> None:
    siret, invited = _siret(), _email()
    cells = ("Scierie Est", "", siret, "1 rue", "57000", "Metz", "Anne", "Bois", invited, "association")
    async with running.acting(BUYER) as buyer:
        query = {"side": "supplier", "name": "Une", "unit_id": str(UNIT)}
        body = f"{HEADER}\n{';'.join(cells)}\n".encode()
        campaign = (await buyer.post("/v1/invitations/files", params=query, content=body)).raise_for_status().json()
        async with running.env.pipeline.transaction() as tx:
            sql = "update prospect set asked_at = now() - interval '30 days' where campaign_id = :id"
            await tx.execute(sql, id=campaign["id"])
        email, _ = await _registered(running, siret)
        assert await running.env.bringing.remind_the_silent() == 0
        path = f"/v1/invitations/campaigns/{campaign['id']}"
        assert (await buyer.post(f"{path}/remind")).json() == {"sent": 0}
        asked = (await buyer.get("/v1/connections", params={"status": "requested"})).json()["items"]
        (theirs,) = [each for each in asked if each["supplier_name"] == "Scierie de l’Est"]
        refused = await buyer.post(f"/v1/connections/{theirs['id']}/refuse", json={"reason": "Ce n’est pas elle"})
        assert refused.status_code == 200
        assert (await buyer.post(f"{path}/remind")).json() == {"sent": 1}, "the true one is still waited for"
    async with running.acting(email, PASSWORD) as program:
        again = await program.post("/v1/connections", json={"unit_id": str(UNIT)})
        assert again.status_code == 201


async def test_what_matches_a_campaign_and_is_accepted_is_done_in_its_funnel(running: Running) -> None:
    siret = _siret()
    cells = ("Scierie Sud", "", siret, "1 rue", "57000", "Metz", "Anne", "Bois", _email(), "association")
    async with running.acting(BUYER) as buyer:
        query = {"side": "supplier", "name": "Deux", "unit_id": str(UNIT)}
        body = f"{HEADER}\n{';'.join(cells)}\n".encode()
        campaign = (await buyer.post("/v1/invitations/files", params=query, content=body)).raise_for_status().json()
        _, company_id = await _registered(running, siret)
        asked = (await buyer.get("/v1/connections", params={"status": "requested"})).json()["items"]
        (theirs,) = [each for each in asked if each["supplier_id"] == company_id]
        (await buyer.post(f"/v1/connections/{theirs['id']}/accept", json={"consent": True})).raise_for_status()
        funnel = (await buyer.get(f"/v1/invitations/campaigns/{campaign['id']}")).json()
    assert (funnel["sent"], funnel["done"]) == (1, 1)


async def test_a_company_goes_back_to_its_own_people_on_their_papers(running: Running) -> None:
    first, company_id = await _registered(running, _siret())
    true = _email()
    async with running.acting(first, PASSWORD) as impostor:
        made = await impostor.post(f"/v1/companies/{company_id}/clients", json={"name": "x", "scopes": ["orders:read"]})
        assert made.status_code == 201, made.text
        path = f"/v1/companies/{company_id}/profile"
        profile = {"contacts": [{"name": "Luc", "purpose": "billing", "phone": "+33388000000"}]}
        (await impostor.put(path, json=profile, headers={"if-match": '"v0"'})).raise_for_status()
        where = f"/v1/companies/{company_id}"
        tag = (await impostor.get(where)).headers["etag"]
        lured = {"electronic_address": {"scheme": "0225", "value": "802345678"}}
        (await impostor.patch(where, json=lured, headers={"if-match": tag})).raise_for_status()
    async with running.env.pipeline.transaction() as tx:
        await companies.confirm(tx, UUID(company_id), "company:x")
    brought = BROUGHT["entity"] | {"siret": _siret(), "email": _email()}
    async with running.acting(first, PASSWORD) as impostor:
        (await impostor.post("/v1/invitations", json=BROUGHT | {"entity": brought})).raise_for_status()
    invited = await running.link(brought["email"])
    async with running.signed_in(first, PASSWORD) as browser:
        await _done(running, kind="company_reclaim", company_id=company_id, email=true, name="Vera Bois")
        assert (await browser.get("/v1/session")).json()["companies"] == []
    assert "Votre accès à Scierie de l’Est est retiré" in [mail["subject"] for mail in await running.mails(first)]
    await _used(running, true)
    async with running.acting(true, PASSWORD) as program:
        assert [each["name"] for each in (await program.get("/v1/users")).json()] == ["Vera Bois"]
        assert (await program.get(f"/v1/companies/{company_id}/clients")).json() == []
        assert (await program.get(path)).json()["contacts"] == []
        assert (await program.get(where)).json()["electronic_address"] is None
        assert (await program.get("/v1/invitations", params={"side": "customer"})).json()["items"] == []
        assert [each["version"] for each in (await program.get(f"{path}/versions")).json()] == [2, 1], "all of it stays"
        assert (await _bring(program))[1] != "COMPANY_UNCONFIRMED"
        assert (await program.get(f"/v1/activations/{invited}")).json()["code"] == "ACTIVATION_UNKNOWN"
    async with running.env.pipeline.transaction() as tx:
        state = await states.company(tx, UUID(company_id))
    assert state.reclaimed_at is not None


async def test_who_was_confirmed_under_another_name_or_number_is_not_confirmed(running: Running) -> None:
    email, company_id = await _registered(running, _siret())
    for change in (
        {"legal_name": "Banque de l’Est"},
        {"identifiers": [{"scheme": "0009", "value": _siret()}]},
        {"legal_name": "BANQUE DE L’EST"},
    ):
        await _done(running, kind="company_confirm", company_id=company_id)
        async with running.acting(email, PASSWORD) as program:
            path = f"/v1/companies/{company_id}"
            tag = (await program.get(path)).headers["etag"]
            (await program.patch(path, json=change, headers={"if-match": tag})).raise_for_status()
        async with running.env.pipeline.transaction() as tx:
            assert await companies.confirmed(tx, UUID(company_id)) is (change.get("legal_name") == "BANQUE DE L’EST")


async def test_a_partners_word_is_in_the_audit_trail_and_is_not_passed_on(running: Running) -> None:
    (_, first), (_, second) = await _registered(running, _siret()), await _registered(running, _siret())
    async with running.env.pipeline.transaction() as tx:
        await companies.vouch(tx, UUID(first), BUYER_COMPANY)
        await companies.vouch(tx, UUID(second), UUID(first))
    async with running.env.pipeline.transaction() as tx:
        assert await companies.confirmed(tx, UUID(first))
        assert not await companies.confirmed(tx, UUID(second)), "only the operator's yes makes a voucher"
        rows = await tx.rows(
            "select actor, company_id from audit where action = 'company.confirm' and subject = :id", id=first
        )
    assert [(row["actor"], str(row["company_id"])) for row in rows] == [(f"company:{BUYER_COMPANY}", first)]
    await _done(running, kind="company_confirm", company_id=first)
    async with running.env.pipeline.transaction() as tx:
        await companies.vouch(tx, UUID(second), UUID(first))
        assert await companies.confirmed(tx, UUID(second))
