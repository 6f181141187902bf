"""An issuer proposes a new main contact of an existing company; its administrator or two operators decide."""

from uuid import UUID, uuid4

import httpx
import pytest

from contracts.registration import Role
from registration import states
from registration.store import companies, people
from registration.testing import BUYER, BUYER_COMPANY, OPERATOR, SUPPLIER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected
PATH = f"/v1/partners/{BUYER_COMPANY}/contact-proposals"
OPERATORS = UUID("019a0000-0000-7000-8000-000000000003")


def _contact() -> dict[str, str]:
    return {"email": f"n.{uuid4().hex[:12]}@rhin.example", "name": "Nora Klein", "message": "Elle remplace Paul"}


async def _proposed(program: httpx.AsyncClient) -> dict[str, str]:
    contact = _contact()
    reply = await program.post(PATH, json=contact)
    assert reply.status_code == 202, reply.text
    return contact


async def test_the_companys_administrator_decides_and_both_sides_are_told(running: Running) -> None:
    async with running.acting(SUPPLIER) as issuer, running.acting(BUYER) as administrator:
        contact = await _proposed(issuer)
        (mail, *_) = await running.mails(BUYER)
        assert "propose Nora Klein" in mail["subject"]
        assert contact["email"] in mail["text"]
        (asked,) = (await administrator.get("/v1/users/access-requests")).json()
        assert (asked["email"], asked["proposed_by"]) == (contact["email"], str(SUPPLIER_COMPANY))
        own = f"/v1/users/access-requests/{asked['id']}"
        assert (await issuer.post(f"{own}/accept", json={"roles": ["viewer"]})).status_code == 404, "not theirs"
        assert (await administrator.post(f"{own}/accept", json={"roles": ["administrator"]})).status_code == 204
        assert [each["state"] for each in (await issuer.get(PATH)).json()] == ["accepted"]
        assert await running.link(contact["email"]), "the contact is asked in"
        other = await _proposed(issuer)
        (asked,) = (await administrator.get("/v1/users/access-requests")).json()
        refused = await administrator.post(f"/v1/users/access-requests/{asked['id']}/refuse")
        assert refused.status_code == 204
        assert (await issuer.get(PATH)).json()[0]["state"] == "refused"
    assert await running.mails(other["email"]) == [], "who is refused never hears of it"
    subjects = [each["subject"] for each in await running.mails(SUPPLIER)]
    assert any("accepte Nora Klein" in subject for subject in subjects)
    assert any("garde ses interlocuteurs" in subject for subject in subjects)


async def test_two_operators_decide_where_no_administrator_answers(running: Running) -> None:
    second = f"o.{uuid4().hex[:8]}@tests.example"
    hashed = await running.env.passwords.hash("une phrase assez longue")
    async with running.env.pipeline.transaction() as tx:
        person_id = uuid4()
        await people.insert(tx, person_id, email=second, name="Alex Durand", language="fr")
        await people.set_password(tx, person_id, hashed)
        await people.exempt(tx, person_id, exempt=True)
        await people.set_roles(tx, person_id, OPERATORS, (Role.OPERATOR,))
        await states.user(tx, person_id, revoked=False)
    async with (
        running.acting(SUPPLIER) as issuer,
        running.acting(OPERATOR) as first,
        running.acting(second, "une phrase assez longue") as other,
    ):
        contact = await _proposed(issuer)
        waiting = (await first.get("/v1/ops/registration/access-requests")).json()
        assert contact["email"] in [each["email"] for each in waiting]
        who = {"company_id": str(BUYER_COMPANY), "email": contact["email"], "name": contact["name"]}
        act = {"kind": "access_grant", "reason": "formulaire signé"} | who
        asked = (await first.post("/v1/ops/registration/acts", json=act)).json()
        done = await other.post(f"/v1/ops/registration/acts/{asked['id']}/approve", json={})
        assert done.status_code == 200, done.text
        assert (await issuer.get(PATH)).json()[0]["state"] == "accepted"
    assert await running.link(contact["email"])


async def test_strangers_and_companies_that_nobody_confirmed_propose_nobody(running: Running) -> None:
    async with running.acting(SUPPLIER) as issuer, running.acting(OPERATOR) as stranger:
        refused = await stranger.post(PATH, json=_contact())
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_A_PARTNER"), refused.text
        itself = await issuer.post(f"/v1/partners/{SUPPLIER_COMPANY}/contact-proposals", json=_contact())
        assert itself.json()["code"] == "COMPANY_UNKNOWN"
        smuggled = _contact() | {"name": "Nora\r\nBcc: all@rhin.example"}
        assert (await issuer.post(PATH, json=smuggled)).status_code == 422, "no header comes in with a name"
        async with running.env.pipeline.transaction() as tx:
            await tx.execute("update company set confirmed_at = null where id = :id", id=SUPPLIER_COMPANY)
        try:
            unconfirmed = await issuer.post(PATH, json=_contact())
        finally:
            async with running.env.pipeline.transaction() as tx:
                await companies.confirm(tx, SUPPLIER_COMPANY, "demo")
        assert unconfirmed.json()["code"] == "COMPANY_UNCONFIRMED"
