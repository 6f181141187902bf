"""Order responses and despatch advices: made from the order, checked, kept, told to the buyer."""

from typing import Any

import pytest
from lxml import etree

from contracts.refs import DocumentRef

pytestmark = pytest.mark.connected
NAMES = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}


def order(**terms: Any) -> dict[str, Any]:
    seller = {"name": "Dupont", "identifiers": [{"value": "73282932000015", "scheme": "0009"}]}
    lines = [
        {
            "identifier": name, "quantity": "10", "unit": "C62", "price": {"net": "2"},
            "item": {"name": "Chair", "seller_identifier": f"S-{name}"},
        }
        for name in ("10", "20")
    ]  # fmt: skip
    content = {"number": "PO-1", "issue_date": "2026-11-01", "currency": "EUR", "buyer": {"name": "Acme"}}
    return content | {"seller": seller, "lines": lines} | terms


async def published(desk: Any, **terms: Any) -> str:
    await desk.settle_in()
    answer = await desk.client.post("/v1/orders", json=order(**terms), headers=desk.erp())
    assert answer.status_code == 201, answer.text
    return f"/v1/orders/{answer.json()['id']}"


def texts(document: bytes, path: str) -> list[str]:
    found: Any = etree.fromstring(document).xpath(f"{path}/text()", namespaces=NAMES)
    return [str(text) for text in found]


async def test_accepting_makes_an_order_response_for_the_buyer(desk: Any) -> None:
    path = await published(desk)
    assert (await desk.client.post(f"{path}/accept", headers=desk.seller())).status_code == 204
    listed = (await desk.client.get(f"{path}/responses", headers=desk.erp())).json()
    assert [(item["code"], item["findings"]) for item in listed] == [("AP", [])]
    document = await desk.client.get(listed[0]["document"], headers=desk.erp())
    assert document.headers["content-type"] == "application/xml"
    assert texts(document.content, "//cbc:OrderResponseCode") == ["AP"]
    fact = (await desk.facts_sent("order.responded"))[0]
    assert (fact["origin"], fact["response_id"]) == ("supplier", listed[0]["id"])
    assert await desk.env.objects.read(DocumentRef.model_validate(fact["document"])) == document.content
    stranger = await desk.client.get(listed[0]["document"], headers=desk.stranger())
    assert (stranger.status_code, stranger.json()["code"]) == (404, "ORDER_UNKNOWN")


async def test_another_quantity_or_date_is_a_conditional_acceptance_line_by_line(desk: Any) -> None:
    path = await published(desk)
    offer = {"lines": [{"identifier": "10", "quantity": "8", "promised_on": "2026-12-01"}], "number": "AR-1"}
    answer = await desk.client.post(f"{path}/responses", json=offer, headers=desk.seller())
    assert (answer.status_code, answer.json()["code"], answer.json()["number"]) == (201, "CA", "AR-1")
    document = (await desk.client.get(answer.json()["document"], headers=desk.erp())).content
    assert texts(document, "//cac:LineItem/cbc:LineStatusCode") == ["3", "5"]
    fact = (await desk.facts_sent("order.responded"))[0]
    assert [(line["status"], line["quantity"], line["promised_on"]) for line in fact["lines"]] == [
        ("amended", "8", "2026-12-01")
    ]
    unknown = {"lines": [{"identifier": "99"}]}
    refused = await desk.client.post(f"{path}/responses", json=unknown, headers=desk.seller())
    assert (refused.status_code, refused.json()["violations"][0]["pointer"]) == (422, "/lines/0/identifier")


async def test_a_despatch_holds_what_was_not_sent_yet_and_both_sides_see_it(desk: Any) -> None:
    path = await published(desk)
    part = {"number": "BL-1", "carrier": "TVE", "lines": [{"identifier": "10", "quantity": "4"}]}
    first = await desk.client.post(f"{path}/despatches", json=part, headers=desk.seller())
    assert first.status_code == 201, first.text
    document = (await desk.client.get(first.json()["document"], headers=desk.erp())).content
    assert texts(document, "//cbc:OutstandingQuantity") == ["6"]
    rest = await desk.client.post(f"{path}/despatches", json={"number": "BL-2"}, headers=desk.seller())
    assert [(line["identifier"], line["quantity"]) for line in rest.json()["lines"]] == [("10", "6"), ("20", "10")]
    none = await desk.client.post(f"{path}/despatches", json={"number": "BL-3"}, headers=desk.seller())
    assert (none.status_code, none.json()["code"]) == (409, "NOTHING_LEFT")
    again = await desk.client.post(f"{path}/despatches", json=part, headers=desk.seller())
    assert (again.status_code, again.json()["code"]) == (409, "DESPATCH_CONFLICT")
    shown = (await desk.client.get(path, headers=desk.erp())).json()
    assert [line["despatched"] for line in shown["lines"]] == ["10", "10"]
    assert len((await desk.client.get(f"{path}/despatches", headers=desk.erp())).json()) == 2
    facts = await desk.facts_sent("despatch.sent")
    assert [(fact["number"], len(fact["lines"])) for fact in facts] == [("BL-1", 1), ("BL-2", 2)]
    assert all(fact["document"]["sha256"] for fact in facts)


async def test_goods_without_an_item_number_are_told_where_it_is_missing(desk: Any) -> None:
    lines = [{"identifier": "10", "quantity": "1", "unit": "C62", "item": {"name": "Chair"}}]
    path = await published(desk, lines=lines)
    refused = await desk.client.post(f"{path}/despatches", json={"number": "BL-1"}, headers=desk.seller())
    assert (refused.status_code, refused.json()["violations"][0]["rule"]) == (422, "PEPPOL-T16-R003")
    mended = {"number": "BL-1", "lines": [{"identifier": "10", "quantity": "1", "seller_identifier": "S-1"}]}
    assert (await desk.client.post(f"{path}/despatches", json=mended, headers=desk.seller())).status_code == 201


async def test_what_was_rejected_is_not_sent_and_only_the_supplier_answers(desk: Any) -> None:
    path = await published(desk)
    await desk.client.post(f"{path}/reject", json={"note": "Plus en stock"}, headers=desk.seller())
    listed = (await desk.client.get(f"{path}/responses", headers=desk.erp())).json()
    assert (listed[0]["code"], listed[0]["note"]) == ("RE", "Plus en stock")
    refused = await desk.client.post(f"{path}/despatches", json={"number": "BL-1"}, headers=desk.seller())
    assert (refused.status_code, refused.json()["code"]) == (409, "ORDER_REJECTED")
    for action in ("responses", "despatches"):
        buyer = await desk.client.post(f"{path}/{action}", json={"number": "X"}, headers=desk.erp())
        assert (buyer.status_code, buyer.json()["code"]) == (403, "NOT_YOURS_TO_ANSWER")
