"""Who answers a question is known before it is sent; a ticket keeps its number from desk to desk."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from contracts.ids import new_id
from registration.domain.company import Company
from registration.domain.support_desk import Desk
from registration.store import companies, units
from registration.testing import BUYER, BUYER_COMPANY, OPERATOR, SUPPLIER, UNIT, Running

pytestmark = pytest.mark.connected
ASKED = {"topic": "orders", "subject": "Ligne 20", "text": "Quand arrive-t-elle ?", "document": "CMD-7"}
OPERATORS = Desk("operator", "Assistance Navette", "9 h – 17 h", "2 € la question", "aide@navette.example")
COMPLIANCE = "Conformité, conformite@rhin.example"
SET = {"compliance_contact": COMPLIANCE, "support_hours": "8 h – 12 h", "support_price": "gratuit"}


@asynccontextmanager
async def _desks(running: Running) -> AsyncGenerator[str]:
    """The demo's unit and the operator say who answers; yields the unit's address."""
    address = f"achats.{uuid4().hex[:8]}@rhin.example"
    running.app.state.env = replace(running.env, desk=OPERATORS)
    async with running.env.pipeline.transaction() as tx:
        unit = await units.read(tx, UNIT, BUYER_COMPANY)
        assert unit is not None
        wanted = SET | {"support_contact": f"Service achats, {address}"}
        await units.update(tx, replace(unit, settings=unit.settings.model_copy(update=wanted)))
    try:
        yield address
    finally:
        running.app.state.env = running.env
        async with running.env.pipeline.transaction() as tx:
            await units.update(tx, unit)


async def _desk(program: Any, **query: str) -> dict[str, Any]:
    reply = await program.get("/v1/tickets/desk", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_hours_and_price_are_shown_before_and_the_units_desk_gets_what_is_its_own(running: Running) -> None:
    async with _desks(running) as address, running.acting(SUPPLIER) as program:
        of_unit = await _desk(program, topic="orders", unit_id=str(UNIT))
        assert (of_unit["kind"], of_unit["name"]) == ("unit", "Brasseries du Rhin SA · Achats")
        assert (of_unit["hours"], of_unit["price"]) == ("8 h – 12 h", "gratuit")
        of_compliance = await _desk(program, topic="archive", unit_id=str(UNIT))
        assert (of_compliance["kind"], of_compliance["contact"]) == ("unit", COMPLIANCE)
        for query in ({"topic": "plans", "unit_id": str(UNIT)}, {"topic": "orders"}):
            of_operator = await _desk(program, **query)
            assert (of_operator["kind"], of_operator["hours"]) == ("operator", "9 h – 17 h")
            assert of_operator["price"] == "2 € la question"
        opened = (await program.post("/v1/tickets", json=ASKED | {"unit_id": str(UNIT)})).json()
        assert (opened["desk"], opened["desk_name"]) == ("unit", "Brasseries du Rhin SA · Achats")
        (mail,) = await running.mails(address)
        assert f"Billet {opened['number']} pour" in mail["subject"]
        assert "CMD-7" in mail["text"]
        assert SUPPLIER in mail["text"]
    async with running.visitor() as browser:
        outside = (await browser.get("/v1/registrations/tickets/desk")).json()
    assert outside["kind"] == "operator"


async def test_a_unit_answers_its_partners_alone_and_only_of_a_company_that_is_known(running: Running) -> None:
    stranger = new_id()
    content = {"legal_name": "Sans lien", "country": "FR", "address": {"country": "FR"}, "time_zone": "Europe/Paris"}
    async with running.env.pipeline.transaction() as tx:
        await companies.insert(tx, stranger, Company.model_validate(content | {"supplier": True}))
    async with _desks(running), running.acting(OPERATOR) as other, running.acting(SUPPLIER) as program:
        assert (await _desk(other, topic="orders", unit_id=str(UNIT)))["kind"] == "operator"
        async with running.env.pipeline.transaction() as tx:
            await tx.execute("update company set confirmed_at = null where id = :id", id=BUYER_COMPANY)
        try:
            assert (await _desk(program, topic="orders", unit_id=str(UNIT)))["kind"] == "operator"
        finally:
            async with running.env.pipeline.transaction() as tx:
                await companies.confirm(tx, BUYER_COMPANY, "demo")


async def test_a_ticket_is_passed_on_by_its_number_and_both_sides_are_told(running: Running) -> None:
    email = f"perdu.{uuid4().hex[:8]}@koenig.example"
    async with _desks(running) as address, running.acting(OPERATOR) as support, running.acting(BUYER) as buyer:
        async with running.visitor() as browser:
            body = ASKED | {"email": email, "name": "Jean Perdu", "topic": "access"}
            assert (await browser.post("/v1/registrations/tickets", json=body)).status_code == 202
        number = (await running.mails(email))[0]["subject"].split()[1]
        path = "/v1/ops/registration/tickets"
        (found,) = (await support.get(path, params={"number": number})).json()
        assert (found["desk"], found["desk_name"]) == ("operator", "Assistance Navette")
        to = {"topic": "orders", "unit_id": str(UNIT), "note": "C’est pour vous"}
        passed = await support.post(f"{path}/{number}/pass", json=to)
        assert passed.status_code == 200, passed.text
        assert (passed.json()["number"], passed.json()["desk"]) == (int(number), "unit")
        (at_the_desk,) = await running.mails(address)
        assert "Quand arrive-t-elle ?" in at_the_desk["text"]
        assert "C’est pour vous" in at_the_desk["text"]
        told = (await running.mails(email))[0]
        assert f"Billet {number} : transmis à Brasseries du Rhin SA" in told["subject"]
        queue = (await support.get(path, params={"topic": "orders", "desk": "unit"})).json()
        assert found["id"] in [each["id"] for each in queue]
        nobody = await support.post(f"{path}/{number}/pass", json={"topic": "plans", "unit_id": str(UNIT)})
        assert (nobody.status_code, nobody.json()["code"]) == (422, "NO_DESK")
        unknown = await support.post(f"{path}/999999999/pass", json={"topic": "plans"})
        assert unknown.json()["code"] == "TICKET_UNKNOWN"
        assert (await buyer.post(f"{path}/{number}/pass", json={"topic": "plans"})).status_code == 403


async def test_the_desks_people_answer_in_the_network_and_hear_of_each_message_once(running: Running) -> None:
    asked = ASKED | {"unit_id": str(UNIT)}
    async with _desks(running) as address, running.acting(SUPPLIER) as supplier, running.acting(BUYER) as buyer:
        ticket = (await supplier.post("/v1/tickets", json=asked)).json()
        path = f"/v1/tickets/{ticket['id']}"
        (queued,) = [
            each
            for each in (await buyer.get("/v1/tickets", params={"at": "desk"})).json()
            if each["id"] == ticket["id"]
        ]
        assert (queued["email"], queued["desk_company_id"]) == (SUPPLIER, str(BUYER_COMPANY))
        assert ticket["id"] not in [each["id"] for each in (await buyer.get("/v1/tickets")).json()]
        said = await buyer.post(f"{path}/entries", json={"text": "Elle part demain."})
        assert (said.status_code, said.json()["state"]) == (201, "answered"), said.text
        assert "Elle part demain." in (await running.mails(SUPPLIER))[0]["text"]
        assert len(await running.mails(address)) == 1, "their own answer is not told to them"
        more = await supplier.post(f"{path}/entries", json={"text": "Et la ligne 30 ?"})
        assert [each["from_support"] for each in more.json()["thread"]] == [False, True, False]
        newest, first = await running.mails(address)
        assert "Et la ligne 30 ?" in newest["text"] and "/tickets" in newest["text"]
        assert "Et la ligne 30 ?" not in first["text"]
        put = await buyer.post(f"{path}/files", params={"name": "bon.txt"}, content=b"livraison")
        assert (put.status_code, put.json()["files"][0]["from_support"]) == (201, True)
        got = await supplier.get(f"{path}/files/{put.json()['files'][0]['id']}")
        assert got.content == b"livraison"
        closed = await buyer.post(f"{path}/entries", json={"text": "Aussi.", "close": True})
        assert closed.json()["state"] == "closed"


async def test_nobody_but_the_desk_and_who_asked_sees_a_ticket(running: Running) -> None:
    async with _desks(running), running.acting(SUPPLIER) as supplier, running.acting(OPERATOR) as stranger:
        ticket = (await supplier.post("/v1/tickets", json=ASKED | {"unit_id": str(UNIT)})).json()
        path = f"/v1/tickets/{ticket['id']}"
        assert (await stranger.get("/v1/tickets", params={"at": "desk"})).json() == []
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(f"{path}/entries", json={"text": "moi"})).status_code == 404
        async with running.acting(BUYER) as buyer:
            (await buyer.get(path)).raise_for_status()
            passed = await stranger.post(
                f"/v1/ops/registration/tickets/{ticket['number']}/pass", json={"topic": "plans"}
            )
            assert passed.status_code == 200, passed.text
            assert (await buyer.get(path)).status_code == 404, "it is at another desk now"


async def test_a_desk_hands_its_own_tickets_over_and_no_others(running: Running) -> None:
    asked = ASKED | {"unit_id": str(UNIT)}
    async with _desks(running), running.acting(SUPPLIER) as supplier, running.acting(BUYER) as buyer:
        ticket = (await supplier.post("/v1/tickets", json=asked)).json()
        path, to = f"/v1/tickets/{ticket['id']}/pass", {"topic": "technical", "note": "Rien à voir avec nous"}
        # who asks is not at the desk
        assert (await supplier.post(path, json=to)).json()["code"] == "TICKET_UNKNOWN"
        assert (await buyer.post(path, json=to)).status_code == 204
        handed = (await supplier.get(f"/v1/tickets/{ticket['id']}")).json()
        assert (handed["number"], handed["desk"], handed["state"]) == (ticket["number"], "operator", "open")
        assert "transmis à Assistance Navette" in (await running.mails(SUPPLIER))[0]["subject"]
        assert (await buyer.get(f"/v1/tickets/{ticket['id']}")).status_code == 404
        assert (await buyer.post(path, json=to)).json()["code"] == "TICKET_UNKNOWN"
