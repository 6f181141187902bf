"""People are anonymised by two operators: their access and name are gone, what they did stays explained."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.ids import new_id
from contracts.registration import Role
from registration import states
from registration.store import people
from registration.testing import OPERATOR, SUPPLIER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"
OPERATORS = UUID("019a0000-0000-7000-8000-000000000003")


async def _person(running: Running, company_id: UUID, role: Role) -> tuple[UUID, str]:
    person_id, email = new_id(), f"p.{uuid4().hex[:12]}@tests.example"
    hashed = await running.env.passwords.hash(PASSWORD)
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, person_id, email=email, name="Paule Roy", language="fr")
        await people.set_password(tx, person_id, hashed)
        await people.exempt(tx, person_id, exempt=True)
        await people.set_roles(tx, person_id, company_id, [role])
        await states.user(tx, person_id, revoked=False)
    return person_id, email


async def _approved(running: Running, email: str) -> httpx.Response:
    _, other = await _person(running, OPERATORS, Role.OPERATOR)
    async with running.acting(OPERATOR) as first, running.acting(other, PASSWORD) as second:
        body = {"kind": "person_erase", "email": email, "reason": "à sa demande"}
        asked = (await first.post("/v1/ops/registration/acts", json=body)).raise_for_status().json()
        assert asked["params"] == {}, "who is to be forgotten does not stay written here"
        path = f"/v1/ops/registration/acts/{asked['id']}/approve"
        assert (await first.post(path, json={})).json()["code"] == "SAME_EYES"
        return await second.post(path, json={})


async def test_who_is_anonymised_is_gone_from_every_table_and_told_as_a_state(running: Running) -> None:
    person_id, email = await _person(running, SUPPLIER_COMPANY, Role.VIEWER)
    async with running.acting(email, PASSWORD) as program:
        ticket: dict[str, Any] = {"topic": "other", "subject": "Question", "text": "Bonjour"}
        assert (await program.post("/v1/tickets", json=ticket)).status_code == 201
    await running.mails(email)
    before = len(await running.facts())
    assert (await _approved(running, email)).status_code == 200
    told = (await running.facts())[before:]
    assert told[-1] == ("navette.user.state.v1", f"user:{person_id}")
    async with running.visitor() as browser:
        assert (await browser.post("/v1/session", json={"email": email, "password": PASSWORD})).status_code == 401
    async with running.env.pipeline.transaction() as tx:
        tables = await tx.rows(
            """select table_name as name from information_schema.tables
            where table_schema = 'registration' and table_type = 'BASE TABLE'"""
        )
        holding = [
            row["name"]
            for row in tables
            if await tx.value(
                f"select exists (select from {row['name']} t where cast(t as text) ilike '%' || :email || '%')",  # noqa: S608 - names from the catalog
                email=email,
            )
        ]
        left = await tx.row("select email, name, erased, active from person where id = :id", id=person_id)
    # Facts of before are in the outbox until they are published; consumers keep the latest state alone.
    assert set(holding) <= {"outbox"}
    assert left is not None
    assert dict(left) == {"email": None, "name": None, "erased": True, "active": False}


async def test_who_runs_a_company_alone_hands_it_over_first(running: Running) -> None:
    refused = await _approved(running, SUPPLIER)
    assert (refused.status_code, refused.json()["code"]) == (409, "RUNS_A_COMPANY")
