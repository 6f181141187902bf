"""What a supplier finds, and why an order is not there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.ids import new_id, order_line_id
from contracts.invoices import InvoiceArchived, OrderLineUse
from contracts.refs import DocumentRef
from contracts.registration import CompanyState, ConnectionState, ConnectionStatus, Role, UnitState

pytestmark = pytest.mark.connected


def order(number: str, issued: str = "2026-11-01", **terms: Any) -> dict[str, Any]:
    seller = {"name": "Dupont", "identifiers": [{"value": "73282932000015", "scheme": "0009"}]}
    line = {
        "identifier": "10",
        "quantity": "10",
        "unit": "C62",
        "item": {"name": "Roulement à billes", "seller_identifier": "KC_1"},
    }
    content = {"number": number, "issue_date": issued, "currency": "EUR", "buyer": {"name": "Acme"}}
    return content | {"seller": seller, "lines": [line]} | terms


async def publish(desk: Any, *orders: dict[str, Any]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for content in orders:
        answer = await desk.client.post("/v1/orders", json=content, headers=desk.erp())
        assert answer.status_code in (200, 201, 202), answer.text
        ids[content["number"]] = answer.json()["id"]
    return ids


async def found(desk: Any, **query: Any) -> list[str]:
    answer = await desk.client.get("/v1/orders", params=query, headers=desk.seller())
    assert answer.status_code == 200, answer.text
    return sorted(item["number"] for item in answer.json()["items"])


async def why(desk: Any, number: str, headers: dict[str, str] | None = None, **query: Any) -> list[dict[str, Any]]:
    answer = await desk.client.get(
        "/v1/orders/why", params={"number": number, **query}, headers=headers or desk.seller()
    )
    assert answer.status_code == 200, answer.text
    reasons: list[dict[str, Any]] = answer.json()["reasons"]
    return reasons


async def codes(desk: Any, number: str, **query: Any) -> list[str]:
    return [reason["code"] for reason in await why(desk, number, **query)]


async def test_age_counts_from_creation_or_last_change_by_the_units_years(desk: Any) -> None:
    await desk.settle_in()
    old = order("OLD", "2023-11-01")
    await publish(desk, old, order("MIDDLE", "2025-05-22"), order("NEW"))
    two_years = desk.env.clock.now().date() - timedelta(days=730)
    assert await found(desk, **{"from": str(two_years)}) == ["MIDDLE", "NEW"]
    assert await codes(desk, "OLD", **{"from": "2023-01-01"}) == ["TOO_OLD"]
    await publish(desk, old | {"revision": 2, "revised_on": "2026-10-20"})
    assert await found(desk, **{"from": str(two_years)}) == ["MIDDLE", "NEW", "OLD"]
    await desk.learn(
        UnitState(unit_id=desk.unit, company_id=desk.buyer, revision=2, name="Siège", order_window_years=1)
    )
    assert await found(desk, **{"from": str(two_years)}) == ["NEW", "OLD"]
    assert await codes(desk, "MIDDLE", **{"from": str(two_years)}) == ["TOO_OLD"]
    assert await codes(desk, "MIDDLE") == ["TOO_OLD", "OUTSIDE_PERIOD"]
    assert await found(desk, show="all", **{"from": "2020-01-01"}) == ["MIDDLE", "NEW", "OLD"]


async def test_words_numbers_and_states_narrow_the_list(desk: Any) -> None:
    await desk.settle_in()
    ids = await publish(desk, order("A-1"), order("A-2", note="Été 100%"), order("B-1"))
    assert await found(desk, q="BILLES roulement") == ["A-1", "A-2", "B-1"]
    assert await found(desk, q="ete 100%") == ["A-2"]
    assert await found(desk, q="kc_1 b-1") == ["B-1"]
    assert await found(desk, q="kcx1") == [], "an underscore is no wildcard"
    assert await found(desk, number="a-") == ["A-1", "A-2"]
    await desk.client.post(f"/v1/orders/{ids['A-1']}/accept", headers=desk.seller())
    assert await found(desk, status="accepted") == ["A-1"]
    other = await desk.client.get("/v1/orders", params={"q": "roulement"}, headers=desk.stranger())
    assert other.json()["items"] == []
    mine = await desk.client.get("/v1/orders", params={"q": "roulement"}, headers=desk.erp())
    assert (len(mine.json()["items"]), mine.json()["side"]) == (3, "buyer")


async def test_pages_follow_each_other_by_the_day_that_counts(desk: Any) -> None:
    await desk.settle_in()
    await publish(desk, *(order(f"P-{n}", f"2026-10-0{n}") for n in range(1, 6)))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await desk.client.get("/v1/orders", params={"limit": 2, **cursor}, headers=desk.seller())).json()
        seen += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == ["P-5", "P-4", "P-3", "P-2", "P-1"]


async def test_a_supplier_of_several_customers_says_whose_orders(desk: Any) -> None:
    await desk.settle_in()
    await publish(desk, order("A-1"))
    answer = await desk.client.get("/v1/orders", headers=desk.seller())
    assert (answer.json()["buyer_id"], answer.json()["from"]) == (str(desk.buyer), "2025-11-22")
    first_buyer, desk.buyer, desk.unit = desk.buyer, new_id(), new_id()
    await desk.learn(
        CompanyState.model_validate(
            {
                "company_id": desk.buyer, "revision": 1, "active": True, "legal_name": "Zeta", "country": "FR",
                "address": {"country": "FR"}, "time_zone": "Europe/Paris", "language": "fr", "supplier": False,
                "buyer": True,
            }
        ),
        UnitState(unit_id=desk.unit, company_id=desk.buyer, revision=1, name="Zeta"),
    )  # fmt: skip
    await desk.connect()
    await publish(desk, order("A-1"))
    asked = await desk.client.get("/v1/orders", headers=desk.seller())
    assert (asked.status_code, asked.json()["code"]) == (422, "BUYER_REQUIRED")
    assert await found(desk, buyer=str(first_buyer)) == ["A-1"]
    assert await found(desk, number="A-1") == ["A-1", "A-1"]
    partners = (await desk.client.get("/v1/orders/partners", headers=desk.seller())).json()
    assert [(partner["name"], partner["status"]) for partner in partners] == [
        ("Acme France", "active"), ("Zeta", "active")
    ]  # fmt: skip
    newest = (await desk.client.get("/v1/orders", params={"number": "A-1"}, headers=desk.seller())).json()["items"]
    assert {partner["last_order_on"] for partner in partners} == {newest[0]["active_on"]}
    backwards = {"from": "2026-02-01", "to": "2026-01-01", "buyer": str(first_buyer)}
    refused = await desk.client.get("/v1/orders", params=backwards, headers=desk.seller())
    assert (refused.status_code, refused.json()["code"]) == (422, "PERIOD_REVERSED")


async def test_what_is_put_away_leaves_the_list_and_comes_back(desk: Any) -> None:
    await desk.settle_in()
    path = f"/v1/orders/{(await publish(desk, order('A-1')))['A-1']}"
    for _ in range(2):
        assert (await desk.client.post(f"{path}/archive", headers=desk.seller())).status_code == 204
    assert (await found(desk), await found(desk, show="archived")) == ([], ["A-1"])
    assert await codes(desk, "A-1") == ["ARCHIVED"]
    refused = await desk.client.post(f"{path}/restore", headers=desk.erp())
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_YOURS_TO_ANSWER")
    assert (await desk.client.post(f"{path}/restore", headers=desk.seller())).status_code == 204
    assert (await found(desk), await codes(desk, "A-1")) == (["A-1"], [])
    assert [fact["archived"] for fact in await desk.facts_sent("order.archived")] == [True, False]


def _archived(desk: Any, order_id: str, quantity: str) -> InvoiceArchived:
    document = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")
    use = OrderLineUse(
        order_id=UUID(order_id), order_line_id=order_line_id(UUID(order_id), "10"), quantity=Decimal(quantity),
        amount=Decimal(1),
    )  # fmt: skip
    now = desk.env.clock.now()
    return InvoiceArchived(
        invoice_id=new_id(), supplier_id=desk.supplier, buyer_id=desk.buyer, unit_id=desk.unit, submission_id=new_id(),
        document=document, order_lines=(use,), archive_id=new_id(), delivery_id=new_id(), sequence=1, leaf_index=0,
        original=document, archived_document=document, retain_until=now, archived_at=now,
    )  # fmt: skip


async def test_fully_invoiced_is_hidden_and_back_after_a_partial_credit_or_a_higher_quantity(desk: Any) -> None:
    await desk.settle_in()
    ids = await publish(desk, order("A-1"), order("A-2"))
    await desk.learn(_archived(desk, ids["A-1"], "4"))
    assert await found(desk) == ["A-1", "A-2"]
    await desk.learn(_archived(desk, ids["A-1"], "6"), _archived(desk, ids["A-2"], "10"))
    assert (await found(desk), await codes(desk, "A-1")) == ([], ["FULLY_INVOICED"])
    await desk.learn(_archived(desk, ids["A-1"], "-1"))
    assert await found(desk) == ["A-1"]
    more = {"lines": [{"identifier": "10", "quantity": "11"}]}
    await desk.client.post(f"/v1/orders/{ids['A-2']}/changes", json=more, headers=desk.erp())
    assert await found(desk) == ["A-1", "A-2"]
    shown = (await desk.client.get(f"/v1/orders/{ids['A-1']}", headers=desk.erp())).json()
    assert (shown["lines"][0]["invoiced"], shown["lines"][0]["remaining"]) == ("9", "1")
    assert sorted(invoice["counts"] for invoice in shown["invoices"]) == [True, True, True]


async def test_every_reason_is_told_with_who_can_change_it(desk: Any) -> None:
    await desk.know_buyer()
    await desk.know_supplier()
    people = [{"role": "administrator", "name": "Zoé", "email": "zoe@acme.example"}]
    ids = await publish(desk, order("WAITS", contacts=people))
    told = (await why(desk, "waits"))[0]
    assert (told["code"], told["mended_by"], told["contact"]) == ("NOT_CONNECTED", "supplier", "ap@acme.example")
    assert told["people"][0] == {"name": "Zoé", "telephone": None, "email": "zoe@acme.example"}
    assert told["since"].startswith("2026-11-22")
    assert await found(desk) == []
    await desk.connect()
    assert await desk.waiting_orders.once() == 1
    assert (await codes(desk, "WAITS"), await found(desk)) == ([], ["WAITS"])
    assert (await why(desk, "NEVER"))[0] | {"people": []} == {
        "code": "NOT_SENT", "mended_by": "buyer", "order_id": None, "buyer_id": None, "buyer_name": "", "contact": "",
        "people": [], "since": None, "active_on": None, "window_years": None, "account": None,
    }  # fmt: skip
    path = f"/v1/orders/{ids['WAITS']}"
    await desk.client.post(f"{path}/reject", json={"reason_code": "NO_STOCK"}, headers=desk.seller())
    await desk.client.post(f"{path}/close", json={"reason": "done"}, headers=desk.erp())
    assert await codes(desk, "WAITS") == ["ORDER_CLOSED", "REJECTED"]
    assert await codes(desk, "WAITS", to="2026-10-01") == ["ORDER_CLOSED", "REJECTED", "OUTSIDE_PERIOD"]


async def test_a_connection_that_ended_hides_its_orders(desk: Any) -> None:
    await desk.settle_in()
    await publish(desk, order("A-1"))
    async with desk.env.pipeline.transaction() as tx:
        state = ConnectionState.model_validate(await tx.value("select state from dir_connection"))
    await desk.learn(state.model_copy(update={"revision": 2, "status": ConnectionStatus.DISCONNECTED}))
    assert (await found(desk), await codes(desk, "A-1")) == ([], ["NOT_CONNECTED"])
    assert await found(desk, show="all") == ["A-1"]


async def test_another_company_of_the_same_person_is_named(desk: Any) -> None:
    await desk.settle_in()
    await publish(desk, order("A-1"))
    other = new_id()
    memberships = {other: (Role.ACCOUNTANT,), desk.supplier: (Role.ACCOUNTANT,)}
    headers = desk.member(memberships, other)
    told = await why(desk, "A-1", headers)
    assert [(reason["code"], reason["account"]) for reason in told] == [("OTHER_ACCOUNT", "Menuiserie Dupont")]
    assert [reason["code"] for reason in await why(desk, "A-1", desk.stranger())] == ["NOT_SENT"]


async def test_a_list_comes_in_every_order_and_is_counted_and_summed(desk: Any) -> None:
    await desk.settle_in()
    priced = {"name": "Joint"}
    for number, quantity in (("B-1", "30"), ("A-2", "20"), ("C-3", "4")):
        line = {"identifier": "10", "quantity": quantity, "unit": "C62", "item": priced, "price": {"net": "2"}}
        net = f"{2 * int(quantity)}.00"
        await publish(
            desk, order(number, lines=[line], totals={"line_net_amount": net, "net_amount": net, "due_amount": net})
        )

    async def numbers(**query: Any) -> list[str]:
        got: list[str] = []
        while True:
            page = await desk.client.get("/v1/orders", params=query | {"limit": 2}, headers=desk.seller())
            got += [item["number"] for item in page.json()["items"]]
            if (after := page.json()["next"]) is None:
                return got
            query["cursor"] = after

    assert await numbers(sort="number") == ["A-2", "B-1", "C-3"]
    assert await numbers(sort="-number") == ["C-3", "B-1", "A-2"]
    assert await numbers(sort="net") == ["C-3", "A-2", "B-1"]
    assert await numbers(sort="-net") == ["B-1", "A-2", "C-3"]
    counts = await desk.client.get("/v1/orders/counts", headers=desk.seller())
    assert counts.json() == [{"status": "published", "count": 3}]
    totals = await desk.client.get("/v1/orders/totals", params={"number": "a-"}, headers=desk.seller())
    assert totals.json() == [{"currency": "EUR", "count": 1, "net": "40.00"}]
