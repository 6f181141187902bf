"""A number comes once, on paper or electronically; a buyer with several billing addresses gets the one it asked for."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.registration import Address, CompanyState, ConnectionStatus, Role
from documents.party import Party, PostalAddress

pytestmark = pytest.mark.connected
LYON = PostalAddress(line_one="5 quai du Rhône", city="Lyon", post_code="69001", country="FR")


async def drafted(desk: Any, order_id: Any, number: str) -> str:
    wanted = {"order_id": str(order_id), "document": {"number": number}}
    made = await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def submit(desk: Any, invoice_id: str) -> Any:
    return await desk.client.post(f"/v1/invoices/{invoice_id}/submit", headers=desk.seller())


async def noted(desk: Any, number: str) -> Any:
    paper = {"supplier_id": str(desk.supplier), "number": number, "issue_date": "2026-11-02"}
    return await desk.client.post("/v1/paper-invoices", json=paper, headers=desk.purchaser())


async def test_what_came_on_paper_is_a_duplicate_electronically_until_the_note_is_taken_back(desk: Any) -> None:
    await desk.settle_in()
    invoice_id = await drafted(desk, await desk.order("PO-1", 10), "F-1")
    note = await noted(desk, " f-1 ")
    assert note.status_code == 201, note.text
    twice = await noted(desk, "F-1")
    assert (twice.status_code, twice.json()["code"]) == (409, "DUPLICATE_INVOICE")
    answer = await submit(desk, invoice_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "DUPLICATE_INVOICE")
    assert answer.json()["violations"][0]["pointer"] == "/number"
    path = f"/v1/paper-invoices/{note.json()['id']}"
    assert (await desk.client.delete(path, headers=desk.stranger())).status_code == 404
    assert (await desk.client.delete(path, headers=desk.purchaser(Role.VIEWER))).status_code == 403
    assert (await desk.client.delete(path, headers=desk.purchaser())).status_code == 204
    assert (await submit(desk, invoice_id)).status_code == 202


async def test_a_paper_invoice_of_a_number_that_was_sent_is_refused_as_a_duplicate(desk: Any) -> None:
    await desk.settle_in()
    invoice_id = await drafted(desk, await desk.order("PO-1", 10), "F-1")
    assert (await noted(desk, "F-2")).status_code == 201, "another number is nobody's duplicate"
    assert (await submit(desk, invoice_id)).status_code == 202
    answer = await noted(desk, "f-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "DUPLICATE_INVOICE")
    listed = (await desk.client.get("/v1/paper-invoices", headers=desk.purchaser())).json()["items"]
    assert [item["number"] for item in listed] == ["F-2"]
    foreign = await desk.client.get("/v1/paper-invoices", headers=desk.seller())
    assert foreign.json()["items"] == [], "what a buyer notes is its own"
    about = {"supplier_id": str(desk.supplier), "number": "F-9", "issue_date": "2026-11-02"}
    answer = await desk.client.post("/v1/paper-invoices", json=about, headers=desk.stranger())
    assert (answer.status_code, answer.json()["code"]) == (404, "SUPPLIER_UNKNOWN"), "nobody's supplier to the stranger"


async def test_after_both_are_ready_to_transact_paper_is_refused_and_said_so(desk: Any) -> None:
    await desk.settle_in()
    ready = {"ready_state": "ready", "ready_at": datetime(2026, 11, 2, 9, tzinfo=UTC)}
    await desk.connection_becomes(ConnectionStatus.ACTIVE, revision=2, consent=True, ready_state="notified")
    assert (await noted(desk, "F-1")).status_code == 201, "silence is no yes yet"
    await desk.connection_becomes(ConnectionStatus.ACTIVE, revision=3, consent=True, **ready)
    assert (await noted(desk, "F-2")).status_code == 201, "dated before anybody was told"
    late = {"supplier_id": str(desk.supplier), "number": "F-3", "issue_date": "2026-11-03"}
    refused = await desk.client.post("/v1/paper-invoices", json=late, headers=desk.purchaser())
    assert (refused.status_code, refused.json()["code"]) == (409, "PAPER_REFUSED")
    assert "2026-11-02" in refused.json()["detail"]
    again = await desk.client.post("/v1/paper-invoices", json=late | {"number": "f-3 "}, headers=desk.purchaser())
    assert again.status_code == 409
    told, repeated = await desk.facts_sent("paper.refused")
    assert (told["number"], told["issue_date"], told["ready_on"]) == ("F-3", "2026-11-03", "2026-11-02")
    assert (told["supplier_id"], told["paper_id"]) == (str(desk.supplier), repeated["paper_id"])
    await desk.connection_becomes(ConnectionStatus.DISCONNECTED, revision=4, consent=False)
    again = await desk.client.post("/v1/paper-invoices", json=late, headers=desk.purchaser())
    assert again.status_code == 201, "nothing comes electronically any more"


async def test_the_address_that_the_order_wants_its_invoice_at_is_the_buyers(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10, invoicee=Party(name="Acme France", address=LYON))
    path = f"/v1/invoices/{await drafted(desk, order_id, 'F-1')}"
    shown = (await desk.client.get(f"{path}/document", headers=desk.seller())).json()
    cities = [address["city"] for address in shown["buyer"]["billing_addresses"]]
    assert (shown["document"]["buyer"]["address"]["city"], cities) == ("Lyon", ["Paris", "Lyon"])

    async def wanted_at(version: int, address: dict[str, Any] | None) -> Any:
        headers = desk.seller() | {"if-match": f'"v{version}"'}
        return await desk.client.patch(path, json={"buyer_address": address}, headers=headers)

    async def billed_at(version: int, address: dict[str, Any] | None) -> str:
        answer = await wanted_at(version, address)
        assert answer.status_code == 200, answer.text
        document = (await desk.client.get(f"{path}/document", headers=desk.seller())).json()["document"]
        return str(document["buyer"]["address"]["city"])

    assert await billed_at(1, None) == "Paris"
    refused = await wanted_at(2, {"city": "Oslo", "country": "NO"})
    assert (refused.status_code, refused.json()["violations"][0]["rule"]) == (422, "BILLING_ADDRESS_UNKNOWN")
    assert await billed_at(2, LYON.model_dump(mode="json")) == "Lyon"


async def test_what_is_submitted_at_the_last_second_of_a_day_in_montreal_is_dated_there(desk: Any) -> None:
    await desk.settle_in()
    canadian = CompanyState(
        company_id=desk.supplier, revision=2, active=True, legal_name="Menuiserie Dupont", country="CA",
        address=Address(line_one="1 rue Sherbrooke", postal_code="H2X 1Z7", city="Montréal", country="CA"),
        time_zone="America/Toronto", language="fr", supplier=True, buyer=False,
    )  # fmt: skip
    await desk.learn(canadian)
    code = {"name": "TPS et TVQ", "parts": [{"kind": "GST", "rate": "20", "registration": "RT0001"}]}
    await desk.client.put("/v1/tax-codes/TPS", json=code, headers=desk.seller())
    invoices = [await drafted(desk, await desk.order(f"PO-{n}", 10), f"F-{n}") for n in range(2)]
    montreal = ZoneInfo("America/Toronto")
    last_second = datetime(2026, 12, 31, 23, 59, 59, tzinfo=montreal).astimezone(UTC)
    assert last_second.date().isoformat() == "2027-01-01", "in Paris, and in UTC, the year is over"
    desk.clock.advance(last_second - desk.clock.now())
    assert (await submit(desk, invoices[0])).status_code == 202
    desk.clock.advance(datetime(2027, 1, 1, tzinfo=montreal).astimezone(UTC) - desk.clock.now())
    assert (await submit(desk, invoices[1])).status_code == 202
    dates = [fact["issue_date"] for fact in await desk.facts_sent("invoice.submitted")]
    assert dates == ["2026-12-31", "2027-01-01"]
