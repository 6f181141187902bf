"""An invoice that is written and sent in one request: what the two requests do, all of it or nothing."""

from typing import Any

import pytest

pytestmark = pytest.mark.connected


async def at_once(desk: Any, headers: dict[str, str] | None = None, **wanted: Any) -> Any:
    body = {"document": {"number": "F-1"}} | wanted
    return await desk.client.post("/v1/invoices/submit", json=body, headers=headers or desk.seller())


async def drafts_of(desk: Any) -> list[Any]:
    found = await desk.client.get("/v1/invoices", params={"state": "draft"}, headers=desk.seller())
    return found.json()["items"]


async def test_it_is_the_invoice_that_two_requests_make(desk: Any) -> None:
    await desk.settle_in()
    first, second = await desk.order("PO-1", 100, 4), await desk.order("PO-2", 100, 4)
    answer = await at_once(desk, order_id=str(first))
    assert answer.status_code == 202, answer.text
    wanted = {"order_id": str(second), "document": {"number": "F-2"}}
    draft = (await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())).json()
    await desk.client.post(f"/v1/invoices/{draft['id']}/submit", headers=desk.seller())

    once, twice = await desk.facts_sent("invoice.submitted")
    assert (once["invoice_id"], once["submission_id"]) == (answer.json()["id"], answer.json()["submission_id"])
    own = {"invoice_id", "submission_id", "number", "document", "order_lines", "order_context", "submitted_at"}
    assert {name: once[name] for name in once.keys() - own} == {name: twice[name] for name in twice.keys() - own}
    for fact in (once, twice):
        assert {use["quantity"] for use in fact["order_lines"]} == {"100", "4"}
    for order_id in (first, second):
        assert (await desk.line(order_id))["reserved"] == 100
    shown, other = [
        (await desk.client.get(f"/v1/invoices/{fact['invoice_id']}", headers=desk.seller())).json()
        for fact in (once, twice)
    ]
    assert (shown["state"], shown["number"], shown["order_numbers"]) == ("submitted", "F-1", ["PO-1"])
    its_own = {"id", "submission_id", "number", "order_numbers", "transaction_number", "document", "submitted_at"}
    its_own |= {"created_at", "version", "draft", "timeline"}
    assert {name: shown[name] for name in shown.keys() - its_own} == {n: other[n] for n in other.keys() - its_own}
    found = await desk.client.get("/v1/invoices", params={"q": shown["transaction_number"]}, headers=desk.seller())
    assert [each["number"] for each in found.json()["items"]] == ["F-1"]
    assert answer.headers["location"] == f"/v1/invoices/{shown['id']}"


async def test_what_is_refused_leaves_nothing_behind(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order()
    assert (await at_once(desk, order_id=str(order_id), document={})).json()["code"] == "DOCUMENT_INCOMPLETE"
    await at_once(desk, order_id=str(order_id), document={"number": "F-9"})
    again = await at_once(desk, order_id=str(await desk.order("PO-2")), document={"number": "f-9"})
    assert (again.status_code, again.json()["code"]) == (409, "NUMBER_TAKEN")
    assert await drafts_of(desk) == []
    assert len(await desk.facts_sent("invoice.submitted")) == 1


async def test_a_repetition_with_its_key_gets_the_first_answer(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order()
    headers = desk.seller() | {"idempotency-key": "k-1"}
    first = await at_once(desk, headers, order_id=str(order_id))
    second = await at_once(desk, headers, order_id=str(order_id))  # nothing is left to invoice: not asked again
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.content == second.content
    assert len(await desk.facts_sent("invoice.submitted")) == 1


async def test_the_other_side_of_an_order_does_not_write_for_the_seller(desk: Any) -> None:
    await desk.settle_in()
    order_id = str(await desk.order())
    assert (await at_once(desk, desk.purchaser(), order_id=order_id)).status_code in (403, 404)
    assert (await at_once(desk, desk.stranger(), order_id=order_id)).status_code in (403, 404)
    assert await desk.facts_sent("invoice.submitted") == []
