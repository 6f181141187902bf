"""Administration is handed over, never lost; who is shut out is out within seconds."""

import pytest

from contracts.ids import new_id
from contracts.registration import Role
from registration import states
from registration.testing import PASSWORD, SUPPLIER, SUPPLIER_USER, Running, colleague, exchanged

pytestmark = pytest.mark.connected


async def test_who_is_shut_out_acts_for_the_company_no_more_and_comes_back(running: Running) -> None:
    person_id, email = await colleague(running, Role.ACCOUNTANT)
    async with running.acting(SUPPLIER) as program, running.signed_in(email, PASSWORD) as browser:
        out = await program.patch(f"/v1/users/{person_id}", json={"active": False})
        assert (out.status_code, out.json()["active"]) == (200, False)
        assert (await browser.get("/v1/session")).json()["companies"] == []
        assert await exchanged(browser, "registration")
        async with running.env.pipeline.transaction() as tx:
            state = await states.user(tx, person_id, revoked=False)
        assert state.memberships == ()
        back = await program.patch(f"/v1/users/{person_id}", json={"active": True})
        assert back.json()["active"] is True
        assert len((await browser.get("/v1/session")).json()["companies"]) == 1


async def test_the_last_administrator_cannot_be_shut_out_but_hands_over(running: Running) -> None:
    person_id, email = await colleague(running, Role.VIEWER)
    async with running.acting(SUPPLIER) as program:
        refused = await program.patch(f"/v1/users/{SUPPLIER_USER}", json={"active": False})
        assert refused.json()["code"] == "LAST_ADMINISTRATOR"
        assert (await program.post(f"/v1/users/{new_id()}/administration")).status_code == 404
        assert (await program.post(f"/v1/users/{person_id}/administration")).status_code == 204
    async with running.acting(SUPPLIER) as program:
        users = {each["id"]: each["roles"] for each in (await program.get("/v1/users")).json()}
        assert users[str(SUPPLIER_USER)] == ["accountant"]
        assert "administrator" in users[str(person_id)]
        assert (await program.post(f"/v1/users/{SUPPLIER_USER}/administration")).status_code == 403
    async with running.acting(email, PASSWORD) as program:
        assert (await program.post(f"/v1/users/{SUPPLIER_USER}/administration")).status_code == 204
