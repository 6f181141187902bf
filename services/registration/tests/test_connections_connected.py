"""A supplier asks, a buyer decides, and every step is a fact that both sides' services can follow."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from registration import states
from registration.domain.unit import UnitSettings
from registration.store import companies, units
from registration.testing import (
    BUYER,
    BUYER_COMPANY,
    CONNECTION,
    OPERATOR,
    SUPPLIER,
    SUPPLIER_COMPANY,
    UNIT,
    Running,
)

pytestmark = pytest.mark.connected


@pytest.fixture
async def unit(running: Running) -> UUID:
    """A unit of the buyer that nobody is connected with."""
    unit_id = uuid4()
    async with running.env.pipeline.transaction() as tx:
        await units.insert(tx, unit_id, BUYER_COMPANY, f"Unité {unit_id}", UnitSettings())
        await states.unit(tx, unit_id)
    return unit_id


async def _request(running: Running, unit: UUID) -> httpx.Response:
    async with running.acting(SUPPLIER) as supplier:
        return await supplier.post("/v1/connections", json={"unit_id": str(unit), "message": "Bonjour"})


async def _do(running: Running, who: str, connection: str, what: str, **content: Any) -> httpx.Response:
    async with running.acting(who) as person:
        return await person.post(f"/v1/connections/{connection}/{what}", json=content)


async def _state(running: Running, connection: str) -> dict[str, Any]:
    async with running.env.pipeline.transaction() as tx:
        content: str = await tx.value(
            "select convert_from(payload, 'utf8') from outbox where msg_key = :key order by seq desc limit 1",
            key=f"connection:{connection}",
        )
    return json.loads(content)


async def test_a_connection_is_asked_for_accepted_and_ended(running: Running, unit: UUID) -> None:
    before = len(await running.facts())
    asked = await _request(running, unit)
    assert asked.status_code == 201, asked.text
    made = asked.json()
    assert (made["status"], made["buyer_name"]) == ("requested", "Brasseries du Rhin SA")
    accepted = await _do(running, BUYER, made["id"], "accept", consent=True, supplier_number="F-77")
    assert (accepted.json()["status"], accepted.json()["consent"]) == ("active", True)
    assert (await _state(running, made["id"]))["supplier_number"] == "F-77"
    ended = await _do(running, SUPPLIER, made["id"], "disconnect", confirm="Brasseries du Rhin SA")
    assert (ended.json()["status"], ended.json()["consent"]) == ("disconnected", False)
    state = await _state(running, made["id"])
    assert (state["status"], state["consent"], state["revision"]) == ("disconnected", False, 3)
    types = [kind.removeprefix("navette.").removesuffix(".v1") for kind, _ in (await running.facts())[before:]]
    assert types == [
        "connection.state",
        "connection.requested",
        "connection.state",
        "connection.accepted",
        "consent.given",
        "connection.state",
        "connection.disconnected",
    ]
    again = (await _request(running, unit)).json()
    assert (again["id"], again["supplier_number"]) == (made["id"], None), "what follows an end starts from nothing"


async def test_the_buyer_decides_and_the_supplier_does_not(running: Running, unit: UUID) -> None:
    made = (await _request(running, unit)).json()
    for what, content in (("accept", {"consent": True}), ("refuse", {"reason": "non"})):
        refused = await _do(running, SUPPLIER, made["id"], what, **content)
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_YOURS_TO_DECIDE")
    assert (await _do(running, BUYER, made["id"], "refuse", reason="non")).json()["status"] == "refused"
    again = await _do(running, BUYER, made["id"], "refuse", reason="non")
    assert (again.status_code, again.json()["code"]) == (409, "WRONG_STATE")


async def _ask_supplier(running: Running, unit: UUID, **more: Any) -> httpx.Response:
    wanted = {"unit_id": str(unit), "supplier_id": str(SUPPLIER_COMPANY), "message": "Rejoignez-nous"} | more
    async with running.acting(BUYER) as buyer:
        return await buyer.post("/v1/connections", json=wanted)


async def test_a_buyer_asks_a_supplier_and_the_supplier_alone_starts_sharing(running: Running, unit: UUID) -> None:
    asked = await _ask_supplier(running, unit, supplier_number="F-12")
    assert asked.status_code == 201, asked.text
    made = asked.json()
    assert (made["status"], made["asked_by"], made["consent"]) == ("requested", "buyer", False)
    assert (await _state(running, made["id"]))["status"] == "requested", "nothing is shared before the supplier's yes"
    letter = (await running.mails(SUPPLIER))[0]
    assert "Brasseries du Rhin SA" in letter["subject"] and "recevoir vos factures" in letter["text"]
    async with running.acting(BUYER) as buyer, running.acting(SUPPLIER) as supplier:
        for person, way in ((buyer, "sent"), (supplier, "received")):
            for direction in ("sent", "received"):
                listed = (await person.get("/v1/connections", params={"request": direction})).json()["items"]
                assert (made["id"] in [each["id"] for each in listed]) is (direction == way)
    for who, what, content in (
        (BUYER, "accept", {"consent": True}),
        (BUYER, "refuse", {"reason": "non"}),
        (SUPPLIER, "accept", {"consent": False}),
        (SUPPLIER, "accept", {"supplier_number": "F-13"}),
    ):
        refused = await _do(running, who, made["id"], what, **content)
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_YOURS_TO_DECIDE"), what
    accepted = (await _do(running, SUPPLIER, made["id"], "accept")).json()
    assert (accepted["status"], accepted["consent"], accepted["supplier_number"]) == ("active", True, "F-12")
    assert "a accepté" in (await running.mails(BUYER))[0]["subject"]


async def test_a_supplier_refuses_a_buyer_with_a_reason_and_either_may_begin_again(
    running: Running, unit: UUID
) -> None:
    made = (await _ask_supplier(running, unit, supplier_number="F-12")).json()
    refused = (await _do(running, SUPPLIER, made["id"], "refuse", reason="Pas de contrat")).json()
    assert (refused["status"], refused["reason"]) == ("refused", "Pas de contrat")
    assert "Pas de contrat" in (await running.mails(BUYER))[0]["text"]
    again = (await _request(running, unit)).json()
    assert (again["id"], again["asked_by"], again["supplier_number"]) == (made["id"], "supplier", None)
    said = await _do(running, BUYER, made["id"], "accept")
    assert (said.status_code, said.json()["code"]) == (422, "CONSENT_NEEDED")
    assert (await _do(running, BUYER, made["id"], "accept", consent=False)).json()["consent"] is False


async def test_a_buyer_asks_for_its_own_units_only_in_its_own_name_and_who_sells(running: Running, unit: UUID) -> None:
    foreign = {"unit_id": str(UNIT), "supplier_id": str(BUYER_COMPANY)}
    async with running.acting(SUPPLIER) as supplier:
        assert (await supplier.post("/v1/connections", json=foreign)).json()["code"] == "UNIT_UNKNOWN"
    operator_company = await _company_of(running, OPERATOR)
    assert (await _ask_supplier(running, unit, supplier_id=operator_company)).json()["code"] == "PARTNER_NOT_A_SUPPLIER"
    assert (await _ask_supplier(running, unit, supplier_id=str(uuid4()))).json()["code"] == "COMPANY_UNKNOWN"
    async with running.env.pipeline.transaction() as tx:
        await companies.unconfirm(tx, BUYER_COMPANY)
    assert (await _ask_supplier(running, unit)).json()["code"] == "COMPANY_UNCONFIRMED"
    async with running.env.pipeline.transaction() as tx:
        await companies.confirm(tx, BUYER_COMPANY, "the operator")


async def _company_of(running: Running, email: str) -> str:
    async with running.env.pipeline.transaction() as tx:
        found: UUID = await tx.value(
            "select m.company_id from membership m join person p on p.id = m.person_id where p.email = :email",
            email=email,
        )
    return str(found)


async def test_after_a_refusal_one_may_ask_again_and_not_before(running: Running, unit: UUID) -> None:
    made = (await _request(running, unit)).json()
    early = await _request(running, unit)
    assert (early.status_code, early.json()["code"]) == (409, "CONNECTION_EXISTS")
    await _do(running, BUYER, made["id"], "refuse", reason="non")
    again = await _request(running, unit)
    assert (again.status_code, again.json()["id"], again.json()["status"]) == (201, made["id"], "requested")


async def test_consent_is_given_and_withdrawn_by_the_buyer(running: Running, unit: UUID) -> None:
    made = (await _request(running, unit)).json()
    await _do(running, BUYER, made["id"], "accept", consent=False)
    async with running.acting(BUYER) as buyer, running.acting(SUPPLIER) as supplier:
        path = f"/v1/connections/{made['id']}"
        assert (await supplier.patch(path, json={"consent": True})).json()["code"] == "NOT_YOURS_TO_DECIDE"
        before = len(await running.facts())
        for consent in (True, True, False):
            assert (await buyer.patch(path, json={"consent": consent})).json()["consent"] is consent
        given = [kind for kind, _ in (await running.facts())[before:] if kind == "navette.consent.given.v1"]
        assert len(given) == 1
        numbered = (await buyer.patch(path, json={"supplier_number": "F-1"})).json()
        assert (numbered["supplier_number"], numbered["consent"]) == ("F-1", False)


async def test_a_supplier_chooses_the_language_of_a_customer_and_nobody_else_does(running: Running, unit: UUID) -> None:
    made = (await _request(running, unit)).json()
    path = f"/v1/connections/{made['id']}"
    assert (await _do(running, BUYER, made["id"], "accept", consent=True)).json()["customer_language"] is None
    async with running.acting(BUYER) as buyer, running.acting(SUPPLIER) as supplier:
        refused = await buyer.patch(path, json={"customer_language": "de"})
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_YOURS_TO_DECIDE")
        both = await supplier.patch(path, json={"customer_language": "de", "consent": True})
        assert (both.status_code, both.json()["code"]) == (403, "NOT_YOURS_TO_DECIDE")
        assert (await supplier.patch(path, json={"customer_language": "xx"})).status_code == 422
        chosen = (await supplier.patch(path, json={"customer_language": "de"})).json()
        assert (chosen["customer_language"], chosen["consent"]) == ("de", True)
        assert (await _state(running, made["id"]))["customer_language"] == "de"
        settled = (await buyer.patch(path, json={"supplier_number": "F-1"})).json()
        assert settled["customer_language"] == "de"
        assert (await supplier.patch(path, json={"customer_language": ""})).json()["customer_language"] is None


async def test_a_consent_through_a_connection_leaves_the_same_proof_as_one_by_link(
    running: Running, unit: UUID
) -> None:
    async with running.visitor() as anybody:
        text = (await anybody.get("/v1/registrations/consent")).json()
    made = (await _request(running, unit)).json()
    assert made["proof"] is None
    accepted = (await _do(running, BUYER, made["id"], "accept", consent=True)).json()
    proof = accepted["proof"]
    assert (proof["agreed"], proof["email"], proof["customer"]) == (True, BUYER, "Brasseries du Rhin SA")
    assert (proof["text_version"], proof["text_sha256"]) == (text["version"], text["sha256"])
    assert proof["person_name"] and proof["network"] and proof["at"] == accepted["since"].replace("Z", "+00:00")
    async with running.acting(SUPPLIER) as supplier, running.acting(BUYER) as buyer:
        path = f"/v1/connections/{made['id']}"
        assert (await supplier.get(path)).json()["proof"] == proof, "the issuer keeps it"
        withdrawn = (await buyer.patch(path, json={"consent": False})).json()["proof"]
        assert withdrawn.pop("withdrawn_at") >= proof["at"]
        assert withdrawn.pop("withdrawn_by") == proof["person_name"]
        assert withdrawn == proof, "what was agreed to stays proved for what was sent before"
        again = (await buyer.patch(path, json={"consent": True})).json()["proof"]
        assert again["at"] > proof["at"] and "withdrawn_at" not in again


async def test_who_asks_as_a_buyer_agrees_by_asking_and_the_proof_says_when(running: Running, unit: UUID) -> None:
    asked = (await _ask_supplier(running, unit)).json()
    assert (asked["consent"], asked["proof"]["email"]) == (False, BUYER)
    accepted = (await _do(running, SUPPLIER, asked["id"], "accept")).json()
    assert (accepted["consent"], accepted["proof"]) == (True, asked["proof"])
    refused = (
        await _do(
            running,
            SUPPLIER,
            (await _request_anew(running, asked["id"], unit)),
            "disconnect",
            confirm="Brasseries du Rhin SA",
        )
    ).json()
    assert refused["proof"] is None, "nobody has agreed to what was asked anew"


async def _request_anew(running: Running, connection: str, unit: UUID) -> str:
    await _do(running, SUPPLIER, connection, "disconnect", confirm="Brasseries du Rhin SA")
    return (await _request(running, unit)).json()["id"]


async def test_a_company_that_has_no_part_in_it_sees_nothing(running: Running) -> None:
    async with running.acting(OPERATOR) as stranger:
        path = f"/v1/connections/{CONNECTION}"
        for reply in (
            await stranger.get(path),
            await stranger.patch(path, json={"consent": False}),
            await stranger.post(f"{path}/disconnect", json={"confirm": "x"}),
        ):
            assert (reply.status_code, reply.json()["code"]) == (404, "CONNECTION_UNKNOWN")
        assert (await stranger.get("/v1/connections")).json()["items"] == []
        asked = await stranger.post("/v1/connections", json={"unit_id": str(UNIT)})
        assert asked.json()["code"] == "NOT_A_SUPPLIER"


async def test_what_cannot_be_asked_for_is_told(running: Running, unit: UUID) -> None:
    assert (await _request(running, uuid4())).json()["code"] == "UNIT_UNKNOWN"
    async with running.env.pipeline.transaction() as tx:
        await tx.execute("update unit set active = false where id = :id", id=unit)
    assert (await _request(running, unit)).json()["code"] == "UNIT_UNKNOWN"


async def test_both_sides_list_their_connections_page_by_page(running: Running, unit: UUID) -> None:
    await _request(running, unit)
    async with running.acting(BUYER) as buyer, running.acting(SUPPLIER) as supplier:
        seen: list[str] = []
        cursor: str | None = None
        while True:
            params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
            page = (await buyer.get("/v1/connections", params=params)).json()
            seen += [each["id"] for each in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        whole = [each["id"] for each in (await supplier.get("/v1/connections")).json()["items"]]
        assert seen == whole
        active = (await supplier.get("/v1/connections", params={"status": "active"})).json()["items"]
        assert [each["status"] for each in active] == ["active"] * len(active)
        assert str(CONNECTION) in [each["id"] for each in active]
