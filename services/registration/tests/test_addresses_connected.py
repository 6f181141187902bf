"""A person has several addresses: each signs in, one is written to, and both sides are told of every change."""

from uuid import UUID, uuid4

import pytest

from contracts.ids import new_id
from contracts.registration import Role
from registration import states
from registration.store import addresses, people
from registration.testing import SUPPLIER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"


def _email() -> str:
    return f"p.{uuid4().hex[:12]}@tests.example"


async def _person(running: Running) -> tuple[UUID, str]:
    person_id, email = new_id(), _email()
    hashed = await running.env.passwords.hash(PASSWORD)
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, person_id, email=email, name="Paule Roy", language="fr")
        await people.set_password(tx, person_id, hashed)
        await people.exempt(tx, person_id, exempt=True)
        await people.set_roles(tx, person_id, SUPPLIER_COMPANY, [Role.VIEWER])
        await states.user(tx, person_id, revoked=False)
    return person_id, email


async def _subjects(running: Running, email: str) -> list[str]:
    return [mail["subject"] for mail in await running.mails(email)]


async def test_a_second_address_signs_in_and_takes_the_place_of_the_first(running: Running) -> None:
    person_id, email = await _person(running)
    second = _email()
    async with running.signed_in(email, PASSWORD) as browser:
        wrong = await browser.post("/v1/session/addresses", json={"email": second, "password": "not it at all"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "PASSWORD_WRONG")
        asked = await browser.post("/v1/session/addresses", json={"email": second, "password": PASSWORD})
        assert (asked.status_code, asked.content) == (202, b"")
        assert (await browser.get("/v1/session/addresses")).json() == {"primary": email, "further": []}
    token = await running.link(second)
    async with running.visitor() as browser:
        offered = (await browser.get(f"/v1/activations/{token}")).json()
        assert (offered["purpose"], offered["has_password"]) == ("address", True)
        stolen = await browser.post(f"/v1/activations/{token}", json={"password": "a mailbox is not enough"})
        assert (stolen.status_code, stolen.json()["code"]) == (401, "PASSWORD_WRONG")
        used = await browser.post(f"/v1/activations/{token}", json={"password": PASSWORD})
        assert used.json() == {"user_id": str(person_id), "company_id": None}
        again = await browser.post(f"/v1/activations/{token}", json={"password": PASSWORD})
        assert again.json()["code"] == "ACTIVATION_OVER"
    assert "Votre accès à Navette a changé" in await _subjects(running, email)
    before = len(await running.facts())
    async with running.signed_in(second, PASSWORD) as browser:
        assert (await browser.get("/v1/session")).json()["user_id"] == str(person_id)
        (further,) = (await browser.get("/v1/session/addresses")).json()["further"]
        path = f"/v1/session/addresses/{further['id']}"
        assert (await browser.post(f"{path}/primary", json={"password": PASSWORD})).status_code == 204
        now = (await browser.get("/v1/session/addresses")).json()
        assert (now["primary"], [each["email"] for each in now["further"]]) == (second, [email])
        assert (await running.facts())[before:] == [("navette.user.state.v1", f"user:{person_id}")]
        for address in (email, second):
            assert any(f"désormais {second}" in mail["text"] for mail in await running.mails(address)), address
        assert (await browser.post(f"{path}/remove", json={"password": PASSWORD})).status_code == 204
        unknown = await browser.post(f"{path}/remove", json={"password": PASSWORD})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "ADDRESS_UNKNOWN")
    for address in (email, second):
        assert any("retirée" in mail["text"] for mail in await running.mails(address)), address
    async with running.visitor() as browser:
        gone = await browser.post("/v1/session", json={"email": email, "password": PASSWORD})
    assert gone.status_code == 401


async def test_an_address_in_use_is_answered_by_mail_alone(running: Running) -> None:
    _, email = await _person(running)
    async with running.signed_in(email, PASSWORD) as browser:
        taken = await browser.post("/v1/session/addresses", json={"email": SUPPLIER, "password": PASSWORD})
        free = await browser.post("/v1/session/addresses", json={"email": _email(), "password": PASSWORD})
    assert (taken.status_code, taken.content) == (free.status_code, free.content) == (202, b"")
    assert (await _subjects(running, SUPPLIER))[0] == "Cette adresse a déjà un accès"


async def test_of_two_who_ask_for_one_address_the_first_link_wins(running: Running) -> None:
    wanted, tokens = _email(), list[str]()
    for _ in range(2):
        _, email = await _person(running)
        async with running.signed_in(email, PASSWORD) as browser:
            body = {"email": wanted, "password": PASSWORD}
            assert (await browser.post("/v1/session/addresses", json=body)).status_code == 202
        tokens.append(await running.link(wanted))
    assert len(set(tokens)) == 2
    async with running.visitor() as browser:
        answers = [await browser.post(f"/v1/activations/{token}", json={"password": PASSWORD}) for token in tokens]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["code"] == "ADDRESS_TAKEN"


async def test_a_link_to_a_removed_address_sets_no_password(running: Running) -> None:
    person_id, email = await _person(running)
    tokens = list[str]()
    async with running.signed_in(email, PASSWORD) as browser, running.visitor() as stranger:
        for _ in range(2):
            second = _email()
            async with running.env.pipeline.transaction() as tx:
                await addresses.insert(tx, new_id(), person_id, second)
            assert (await stranger.post("/v1/session/password-resets", json={"email": second})).status_code == 202
            tokens.append(await running.link(second))
        kept = (await browser.get("/v1/session/about-me")).json()["addresses"]
        further = (await browser.get("/v1/session/addresses")).json()["further"]
        assert [each["email"] for each in kept] == [each["email"] for each in further]
        path = f"/v1/session/addresses/{further[0]['id']}/remove"
        assert (await browser.post(path, json={"password": PASSWORD})).status_code == 204
        async with running.env.pipeline.transaction() as tx:
            await addresses.remove(tx, UUID(further[1]["id"]), person_id)
        new = {"password": "une autre phrase assez longue"}
        used = [await stranger.post(f"/v1/activations/{token}", json=new) for token in tokens]
        assert [each.json()["code"] for each in used] == ["ACTIVATION_UNKNOWN", "ACTIVATION_OVER"]
        assert (await browser.get("/v1/session")).status_code == 200
