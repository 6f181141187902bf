"""What the operator does for people takes two of them; who finds a company taken asks its administrator."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from stdnum import luhn
from stdnum.fr import siren as french

from contracts.ids import new_id
from contracts.registration import ConnectionStatus, Role
from registration import merging, states
from registration.domain.company import Company
from registration.domain.identifiers import Key
from registration.store import companies, connections, people
from registration.testing import BUYER, BUYER_COMPANY, OPERATOR, SUPPLIER, SUPPLIER_COMPANY, UNIT, Running

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"
OPERATORS = UUID("019a0000-0000-7000-8000-000000000003")


async def _person(running: Running, company_id: UUID, *roles: Role, exempt: bool = True) -> tuple[UUID, str]:
    person_id, email = new_id(), f"p.{uuid4().hex[:12]}@tests.example"
    hashed = await running.env.passwords.hash(PASSWORD)
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, person_id, email=email, name="Paule Roy", language="fr")
        await people.set_password(tx, person_id, hashed)
        await people.exempt(tx, person_id, exempt=exempt)
        await people.set_roles(tx, person_id, company_id, roles)
        await states.user(tx, person_id, revoked=False)
    return person_id, email


async def _asked(program: httpx.AsyncClient, **act: Any) -> dict[str, Any]:
    reply = await program.post("/v1/ops/registration/acts", json={"reason": "identité vérifiée"} | act)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def test_a_lost_second_factor_is_reset_by_two_operators(running: Running) -> None:
    _, email = await _person(running, SUPPLIER_COMPANY, Role.VIEWER, exempt=False)
    _, other = await _person(running, OPERATORS, Role.OPERATOR)
    async with running.signed_in(email, PASSWORD) as browser:
        begun = await browser.post("/v1/session/factors", json={"kind": "email", "name": "mail", "password": PASSWORD})
        assert begun.status_code == 201
        async with running.acting(OPERATOR) as first, running.acting(other, PASSWORD) as second:
            act = await _asked(first, kind="second_factor_reset", email=email)
            path = f"/v1/ops/registration/acts/{act['id']}/approve"
            alone = await first.post(path, json={})
            assert (alone.status_code, alone.json()["code"]) == (403, "SAME_EYES")
            assert (await browser.get("/v1/session")).status_code == 200, "nothing happens before somebody agrees"
            done = await second.post(path, json={"note": "vu"})
            assert (done.status_code, done.json()["state"]) == (200, "done")
            assert (await second.post(path, json={})).json()["code"] == "ACT_DECIDED"
            listed = (await first.get("/v1/ops/registration/acts", params={"state": "done"})).json()
            assert act["id"] in [each["id"] for each in listed]
        assert (await browser.get("/v1/session")).status_code == 401
    assert any("réinitialisé" in mail["text"] for mail in await running.mails(email))


async def test_who_does_not_operate_asks_for_no_act(running: Running) -> None:
    async with running.acting(BUYER) as program:
        body = {"kind": "second_factor_reset", "email": SUPPLIER, "reason": "parce que"}
        assert (await program.post("/v1/ops/registration/acts", json=body)).status_code == 403


async def _company(running: Running, name: str, **numbers: Any) -> UUID:
    company_id = new_id()
    content = {"legal_name": name, "country": "FR", "address": {"country": "FR"}, "time_zone": "Europe/Paris"}
    company = Company.model_validate(content | {"supplier": True} | numbers)
    async with running.env.pipeline.transaction() as tx:
        await companies.insert(tx, company_id, company)
        assert await companies.claim(tx, company_id, company.account_keys())
    return company_id


def _siren() -> str:
    digits = f"{uuid4().int % 10**8:08d}"
    return digits + luhn.calc_check_digit(digits)


def _siret(siren: str, establishment: int) -> dict[str, str]:
    digits = f"{siren}{establishment:04d}"
    return {"scheme": "0009", "value": digits + luhn.calc_check_digit(digits)}


async def test_an_account_that_was_taken_in_before_follows_and_everybody_hears_where_to(running: Running) -> None:
    oldest, gone, kept = [await _company(running, f"Menuiserie {name}") for name in ("Ter", "Bis", "Un")]
    async with running.env.pipeline.transaction() as tx:
        await merging.merge(tx, oldest, gone)
    before = len(await running.facts())
    async with running.env.pipeline.transaction() as tx:
        await merging.merge(tx, gone, kept)
    told = {key for _, key in (await running.facts())[before:]}
    assert {f"company:{one}" for one in (oldest, gone, kept)} <= told
    async with running.env.pipeline.transaction() as tx:
        found = [await states.company(tx, one) for one in (oldest, gone, kept)]
    assert [state.merged_into for state in found] == [kept, kept, None]
    assert set(found[2].merged) == {oldest, gone}


async def test_two_accounts_of_one_company_become_one(running: Running) -> None:
    gone, kept = await _company(running, "Menuiserie Bis"), await _company(running, "Menuiserie")
    person_id, email = await _person(running, gone, Role.ACCOUNTANT)
    await _person(running, kept, Role.ADMINISTRATOR)
    _, other = await _person(running, OPERATORS, Role.OPERATOR)
    connection_id = new_id()
    async with running.env.pipeline.transaction() as tx:
        await connections.insert(
            tx,
            connection_id,
            supplier_id=gone,
            buyer_id=BUYER_COMPANY,
            unit_id=UNIT,
            status=ConnectionStatus.ACTIVE,
            since=running.env.clock.now(),
        )
    before = len(await running.facts())
    async with running.acting(OPERATOR) as first, running.acting(other, PASSWORD) as second:
        act = await _asked(first, kind="company_merge", from_company_id=str(gone), into_company_id=str(kept))
        done = await second.post(f"/v1/ops/registration/acts/{act['id']}/approve", json={})
        assert done.status_code == 200, done.text
        again = await _asked(first, kind="company_merge", from_company_id=str(gone), into_company_id=str(kept))
        refused = await second.post(f"/v1/ops/registration/acts/{again['id']}/approve", json={})
        assert refused.json()["code"] == "CANNOT_MERGE"
    keys = {key for _, key in (await running.facts())[before:]}
    assert {f"company:{gone}", f"company:{kept}", f"user:{person_id}", f"connection:{connection_id}"} <= keys
    async with running.signed_in(email, PASSWORD) as browser:
        (mine,) = (await browser.get("/v1/session")).json()["companies"]
        assert (mine["id"], mine["roles"]) == (str(kept), ["accountant"])
        token = (await browser.get("/v1/session")).cookies
        assert token is not None
    async with running.env.pipeline.transaction() as tx:
        assert await tx.value("select supplier_id from connection where id = :id", id=connection_id) == kept
        state = await states.company(tx, kept)
    assert state.merged == (gone,)


async def test_what_a_merged_account_asked_brought_and_says_of_itself_goes_on(running: Running) -> None:
    gone, kept = await _company(running, "Serrurerie Bis"), await _company(running, "Serrurerie")
    _, email = await _person(running, gone, Role.ADMINISTRATOR)
    _, invited = await _person(running, kept, Role.VIEWER), f"i.{uuid4().hex[:12]}@tests.example"
    async with running.env.pipeline.transaction() as tx:
        await companies.confirm(tx, gone, "the operator")
    siret = _siret(_siren(), 1)["value"]
    cells = ("Client", "", siret, "1 rue", "57000", "Metz", "Anne", "Bois", f"c.{email}", "association")
    names = "name;vat;siret;address;postcode;city;first_name;last_name;email;kind"
    async with running.acting(email, PASSWORD) as person:
        ticket = await person.post("/v1/tickets", json={"topic": "other", "subject": "Clé", "text": "Perdue"})
        file = f"{names}\n{';'.join(cells)}".encode()
        query = {"side": "customer", "name": "Clients"}
        campaign = (await person.post("/v1/invitations/files", params=query, content=file)).raise_for_status()
        profile = {"contacts": [{"name": "Luc", "purpose": "billing", "phone": "+33388000000"}]}
        path = f"/v1/companies/{gone}/profile"
        (await person.put(path, json=profile, headers={"if-match": '"v0"'})).raise_for_status()
        asked = {"email": invited, "name": "Ida Bois", "roles": ["viewer"]}
        assert (await person.post("/v1/users", json=asked)).status_code == 202
    link = await running.link(invited)
    async with running.env.pipeline.transaction() as tx:
        await merging.merge(tx, gone, kept)
    await running.mails(email)
    async with running.acting(email, PASSWORD) as person:
        assert (await person.get(f"/v1/tickets/{ticket.json()['id']}")).json()["subject"] == "Clé"
        assert [each["id"] for each in (await person.get("/v1/invitations/campaigns")).json()] == [
            campaign.json()["id"]
        ]
        assert len((await person.get("/v1/invitations", params={"side": "customer"})).json()["items"]) == 1
        assert (await person.get(f"/v1/companies/{kept}/profile")).json()["contacts"][0]["name"] == "Luc"
    async with running.visitor() as browser:
        used = await browser.post(f"/v1/activations/{link}", json={"password": PASSWORD})
    assert used.json()["company_id"] == str(kept)


@pytest.mark.parametrize(
    ("in_gone", "in_kept", "afterwards"),
    [
        ((Role.ADMINISTRATOR, False), None, ({"administrator"}, False)),
        ((Role.ADMINISTRATOR, False), (Role.VIEWER, True), ({"viewer"}, True)),
        ((Role.ADMINISTRATOR, True), (Role.VIEWER, False), ({"viewer"}, False)),
    ],
)
async def test_who_was_shut_out_is_not_let_in_by_a_merge(
    running: Running,
    in_gone: tuple[Role, bool],
    in_kept: tuple[Role, bool] | None,
    afterwards: tuple[set[str], bool],
) -> None:
    gone, kept = await _company(running, "Couverture Bis"), await _company(running, "Couverture")
    person_id, _ = await _person(running, gone, in_gone[0])
    async with running.env.pipeline.transaction() as tx:
        await people.set_active(tx, person_id, gone, active=in_gone[1])
        if in_kept is not None:
            await people.set_roles(tx, person_id, kept, [in_kept[0]])
            await people.set_active(tx, person_id, kept, active=in_kept[1])
        await merging.merge(tx, gone, kept)
        (member,) = await people.members(tx, kept)
    assert (set(member["roles"]), member["active"]) == afterwards


async def test_numbers_of_an_account_that_was_merged_stay_its_companys_whatever_it_says_later(running: Running) -> None:
    siren = _siren()
    vat, siret = "FR" + french.to_tva(siren), _siret(siren, 1)
    gone = await _company(running, "Toitures Bis", vat_id=vat)
    kept = await _company(running, "Toitures", legal_id={"scheme": "0060", "value": siren})
    _, email = await _person(running, kept, Role.ADMINISTRATOR)
    async with running.env.pipeline.transaction() as tx:
        await merging.merge(tx, gone, kept)
    async with running.acting(email, PASSWORD) as admin:
        path = f"/v1/companies/{kept}"
        for change in ({"identifiers": [siret]}, {"identifiers": [], "vat_id": vat}, {"vat_id": None}):
            headers = {"if-match": (await admin.get(path)).headers["etag"]}
            changed = await admin.patch(path, json=change, headers=headers)
            assert changed.status_code == 200, changed.text
    third = {
        "legal_name": "Toitures Ter",
        "country": "FR",
        "vat_id": vat,
        "address": {"country": "FR"},
        "time_zone": "Europe/Paris",
        "supplier": True,
    }
    async with running.visitor() as browser:
        person = {"email": f"t.{uuid4().hex[:12]}@tests.example", "name": "Théo Bois"}
        asked = await browser.post("/v1/registrations", json={"company": third, "person": person})
    assert (asked.status_code, asked.json()["code"]) == (409, "ACCOUNT_EXISTS")


async def test_numbers_of_a_company_that_was_absorbed_stay_its_accounts(
    running: Running,
) -> None:
    one, other = _siren(), _siren()
    absorbed, vat = _siret(other, 1), "FR" + french.to_tva(one)
    gone = await _company(running, "Deux", identifiers=[absorbed, {"scheme": "0060", "value": "123456789"}])
    kept = await _company(running, "Une", vat_id=vat)
    _, email = await _person(running, kept, Role.ADMINISTRATOR)
    async with running.env.pipeline.transaction() as tx:
        await merging.merge(tx, gone, kept)
        owners = await companies.owners(tx, [Key("0009", absorbed["value"]), Key("VAT", vat)])
    assert set(owners.values()) == {kept}
    async with running.acting(email, PASSWORD) as admin:
        read = await admin.get(f"/v1/companies/{kept}")
        assert [each["scheme"] for each in read.json()["identifiers"]] == ["0060"]
        headers = {"if-match": read.headers["etag"]}
        changed = await admin.patch(f"/v1/companies/{kept}", json={"legal_name": "Une et Deux"}, headers=headers)
    assert changed.status_code == 200, changed.text


async def test_who_finds_the_company_taken_asks_its_administrators(running: Running) -> None:
    email = f"n.{uuid4().hex[:12]}@koenig.example"
    wanted = {"email": email, "name": "Nora Klein", "message": "Je remplace Élise"}
    async with running.visitor() as browser:
        known = {"company": {"scheme": "0002", "value": "802 345 678"}} | wanted
        unknown = {"company": {"scheme": "0002", "value": "111111118"}} | wanted
        replies = [await browser.post("/v1/registrations/access-requests", json=each) for each in (known, unknown)]
    assert {(reply.status_code, reply.content) for reply in replies} == {(202, b"")}
    assert "Nora Klein" in (await running.mails(SUPPLIER))[0]["subject"]
    async with running.acting(BUYER) as stranger:
        assert (await stranger.get("/v1/users/access-requests")).json() == []
    async with running.acting(SUPPLIER) as program:
        (asked,) = (await program.get("/v1/users/access-requests")).json()
        assert asked["email"] == email
        path = f"/v1/users/access-requests/{asked['id']}/accept"
        assert (await program.post(path, json={"roles": ["operator"]})).json()["code"] == "OPERATOR_ROLE"
        assert (await program.post(path, json={"roles": ["viewer"]})).status_code == 204
        assert (await program.post(path, json={"roles": ["viewer"]})).status_code == 404
    token = await running.link(email)
    async with running.visitor() as browser:
        used = await browser.post(f"/v1/activations/{token}", json={"password": PASSWORD})
    assert used.json()["company_id"] == str(SUPPLIER_COMPANY)
