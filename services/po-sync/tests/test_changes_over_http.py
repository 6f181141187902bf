"""Changes, cancellations and revisions of orders, as ERPs send them and as suppliers read them."""

from pathlib import Path
from typing import Any

import pytest

from documents.order import Order
from documents.ubl.order import write_order
from local_stack.layout import REPOSITORY

pytestmark = pytest.mark.connected
EXAMPLES: Path = REPOSITORY / "examples"
XML = {"content-type": "application/xml"}


def order(number: str = "PO-1", **terms: Any) -> dict[str, Any]:
    lines = [
        {
            "identifier": name,
            "quantity": "10",
            "unit": "C62",
            "price": {"net": "2.50"},
            "item": {"name": f"Item {name}"},
        }
        for name in ("10", "20")
    ]
    content = {"number": number, "issue_date": "2026-11-01", "currency": "EUR", "buyer": {"name": "Acme"}}
    seller = {"name": "Dupont", "identifiers": [{"value": "73282932000015", "scheme": "0009"}]}
    contacts = [{"role": "requester", "name": "Awa", "email": "awa@acme.example"}]
    return content | {"seller": seller, "lines": lines, "contacts": contacts} | terms


async def published(desk: Any, **terms: Any) -> str:
    await desk.settle_in()
    answer = await desk.client.post("/v1/orders", json=order(**terms), headers=desk.erp())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def change(desk: Any, order_id: str, **content: Any) -> Any:
    return await desk.client.post(f"/v1/orders/{order_id}/changes", json=content, headers=desk.erp())


async def test_a_change_tells_the_supplier_each_value_and_who_asked_for_it(desk: Any) -> None:
    order_id = await published(desk)
    lines = [
        {"identifier": "10", "quantity": "7", "price": {"net": "3.10"}},
        {"identifier": "20", "status": "cancelled"},
        {"identifier": "30", "quantity": "1", "unit": "C62", "item": {"name": "New"}},
    ]
    answer = await change(desk, order_id, lines=lines, reason="Less", requester={"name": "Bo"})
    assert (answer.status_code, answer.json()["outcome"], answer.json()["revision"]) == (200, "changed", 2)
    told = (await desk.client.get(f"/v1/orders/{order_id}/revisions", headers=desk.seller())).json()
    assert (told[0]["requester"]["name"], told[0]["reason"], told[1]["requester"]["name"]) == ("Bo", "Less", "Awa")
    changes = {(item["line"], item["term"]): (item["old"], item["new"]) for item in told[0]["changes"]}
    assert changes["10", "quantity"] == ("10", "7")
    assert changes["10", "price.net"] == ("2.50", "3.10")
    assert changes["20", "line"] == ("Item 20", None)
    assert changes["30", "line"] == (None, "New")
    fact = (await desk.facts_sent("order.changed"))[0]
    assert (fact["changed_lines"], fact["previous_revision"], fact["active_on"]) == (
        ["10", "20", "30"],
        1,
        "2026-11-22",
    )
    assert {"line": "10", "term": "price.net", "old": "2.50", "new": "3.10"} in fact["changes"]
    assert "Item 20" not in str(fact["changes"]), "a fact is kept for good and quotes nobody"
    shown = (await desk.client.get(f"/v1/orders/{order_id}", headers=desk.seller())).json()
    assert [(line["identifier"], line["withdrawn"]) for line in shown["lines"]] == [
        ("10", False), ("30", False), ("20", True)
    ]  # fmt: skip
    assert [event["type"] for event in shown["timeline"]] == ["order.published", "order.changed"]


async def test_the_same_change_twice_is_once_and_a_lower_one_is_ignored(desk: Any) -> None:
    order_id = await published(desk)
    for _ in range(2):
        await change(desk, order_id, revision=4, lines=[{"identifier": "10", "quantity": "7"}])
    outcomes = [
        (await change(desk, order_id, **content)).json()["outcome"]
        for content in (
            {"revision": 4, "lines": [{"identifier": "10", "quantity": "7"}]},
            {"lines": [{"identifier": "10", "quantity": "7"}]},
            {"revision": 2, "lines": [{"identifier": "10", "quantity": "1"}]},
        )
    ]
    assert outcomes == ["unchanged", "unchanged", "ignored"]
    other = await change(desk, order_id, revision=4, lines=[{"identifier": "10", "quantity": "8"}])
    assert (other.status_code, other.json()["code"]) == (409, "REVISION_CONFLICT")
    shown = (await desk.client.get(f"/v1/orders/{order_id}", headers=desk.seller())).json()
    assert (shown["revision"], shown["missing_revisions"]) == (4, [2, 3])
    assert len(await desk.facts_sent("order.changed")) == 1


async def test_peppol_changes_and_cancels_by_the_orders_number(desk: Any) -> None:
    golden = Order.model_validate_json((EXAMPLES / "order-simple" / "order.json").read_bytes())
    await desk.settle_in()
    seller = golden.seller.model_copy(
        update={
            "identifiers": (golden.seller.identifiers[0].model_copy(update={"value": f"{desk.SIREN}00015"}),),
            "legal_registration": None,
            "electronic_address": golden.seller.electronic_address,
        }
    )
    sent = write_order(golden.model_copy(update={"seller": seller}))
    assert (await desk.client.post("/v1/orders", content=sent, headers=desk.erp() | XML)).status_code == 201
    changed = await desk.client.post(
        "/v1/orders", content=(EXAMPLES / "order-change" / "change.xml").read_bytes(), headers=desk.erp() | XML
    )
    assert (changed.status_code, changed.json()["outcome"], changed.json()["revision"]) == (200, "changed", 2)
    path = f"/v1/orders/{changed.json()['id']}"
    lines = (await desk.client.get(path, headers=desk.seller())).json()["lines"]
    assert [(line["ordered"], line["withdrawn"]) for line in lines] == [("100", False), ("12.5", False), ("0", True)]
    cancel = (EXAMPLES / "order-change" / "cancellation.xml").read_bytes()
    for outcome in ("cancelled", "unchanged"):
        gone = await desk.client.post(f"{path}/changes", content=cancel, headers=desk.erp() | XML)
        assert (gone.status_code, gone.json()["outcome"]) == (200, outcome), gone.text
    shown = (await desk.client.get(path, headers=desk.seller())).json()
    assert (shown["status"], shown["closed_reason"]) == ("cancelled", "Chantier reporté sans date.")
    assert [(fact["closed"], fact["cancelled"]) for fact in await desk.facts_sent("order.closed")] == [(True, True)]


async def test_official_rules_refuse_what_breaks_them_with_each_place(desk: Any) -> None:
    await desk.settle_in()
    broken = (EXAMPLES / "order-simple" / "order.xml").read_bytes().replace(b">1014.00<", b">1015.00<")
    answer = await desk.client.post("/v1/orders", content=broken, headers=desk.erp() | XML)
    assert (answer.status_code, answer.json()["code"]) == (422, "DOCUMENT_REFUSED")
    assert "PEPPOL-T01-R024" in {violation["rule"] for violation in answer.json()["violations"]}


async def test_a_change_that_does_not_fit_is_refused_whole(desk: Any) -> None:
    order_id = await published(desk)
    lines = [{"identifier": "10", "quantity": "1"}, {"identifier": "77", "status": "changed"}]
    answer = await change(desk, order_id, lines=lines)
    assert (answer.status_code, answer.json()["code"]) == (422, "DOCUMENT_UNREADABLE")
    assert answer.json()["violations"][0]["pointer"] == "/lines/1/identifier"
    stranger = await desk.client.post(f"/v1/orders/{order_id}/changes", json={"note": "x"}, headers=desk.stranger())
    assert (stranger.status_code, stranger.json()["code"]) == (404, "ORDER_UNKNOWN")
    supplier = await desk.client.post(f"/v1/orders/{order_id}/changes", json={"note": "x"}, headers=desk.seller())
    assert supplier.status_code in (403, 404)
