"""Orders and receipts come in, wait, go out and change, against the real database and object store."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.ids import new_id, order_line_id
from contracts.invoices import InvoiceArchived, InvoiceStatusReported, InvoiceSubmitted, Kind, OrderLineUse
from contracts.money import Totals
from contracts.refs import DocumentRef
from contracts.registration import UnitState
from contracts.status import Party
from documents.order import Order
from documents.ubl.order import write_order

pytestmark = pytest.mark.connected


def order(number: str = "PO-1", revision: int = 1, **terms: Any) -> dict[str, Any]:
    """An order of two lines as an ERP sends it."""
    lines = [
        {"identifier": name, "quantity": quantity, "unit": "C62", "price": {"net": "12.50"}, "item": {"name": "Item"}}
        for name, quantity in (("10", "100"), ("20", "5"))
    ]
    party = {"name": "Acme", "vat_identifier": "FR 32 552 100 554"}
    seller = {"name": "Dupont", "identifiers": [{"value": "732 829 320 00015", "scheme": "0009"}]}
    content = {"number": number, "revision": revision, "issue_date": "2026-11-01", "currency": "EUR"}
    return content | {"buyer": party, "seller": seller, "lines": lines} | terms


def receipt(number: str, *lines: tuple[str, str], order_number: str = "PO-1") -> dict[str, Any]:
    """What arrived: order line and quantity."""
    return {
        "number": number,
        "issue_date": "2026-11-05",
        "order_reference": order_number,
        "buyer": {"name": "Acme"},
        "seller": {"name": "Dupont"},
        "lines": [
            {"identifier": str(n), "received_quantity": quantity, "unit": "C62", "order_line": {"line": line}}
            for n, (line, quantity) in enumerate(lines, 1)
        ],
    }


async def publish(desk: Any, body: dict[str, Any]) -> Any:
    return await desk.client.post("/v1/orders", json=body, headers=desk.erp())


async def test_an_order_of_known_companies_is_published_at_once(desk: Any) -> None:
    await desk.settle_in()
    answer = await publish(desk, order())
    assert (answer.status_code, answer.json()["state"]) == (201, "published")
    fact = (await desk.facts_sent("order.published"))[0]
    assert (fact["supplier_id"], fact["unit_id"]) == (str(desk.supplier), str(desk.unit))
    content = await desk.env.objects.read(DocumentRef.model_validate(fact["document"]))
    assert Order.model_validate_json(content) == Order.model_validate(order())
    listed = await desk.client.get("/v1/orders", params={"number": "po"}, headers=desk.seller())
    assert [item["number"] for item in listed.json()["items"]] == ["PO-1"]
    assert (await desk.client.get("/v1/orders", headers=desk.stranger())).json()["items"] == []


async def test_ubl_says_the_same_as_json(desk: Any) -> None:
    await desk.settle_in()
    xml = write_order(Order.model_validate(order()), customization="urn:example:bilateral")
    headers = desk.erp() | {"content-type": "application/xml"}
    answer = await desk.client.post("/v1/orders", content=xml, headers=headers)
    assert answer.status_code == 201, answer.text
    shown = await desk.client.get(f"/v1/orders/{answer.json()['id']}", headers=desk.seller())
    assert [(line["identifier"], line["ordered"]) for line in shown.json()["lines"]] == [("10", "100"), ("20", "5")]


async def test_an_order_waits_for_its_supplier_and_then_for_the_connection(desk: Any) -> None:
    await desk.know_buyer()
    answer = await publish(desk, order())
    assert (answer.status_code, answer.json()["waiting_for"]) == (202, "SUPPLIER_UNKNOWN")
    assert await desk.waiting_orders.once() == 0
    await desk.know_supplier()
    assert await desk.waiting_orders.once() == 0
    why = await desk.client.get("/v1/orders/why", params={"number": "po-1"}, headers=desk.seller())
    assert [(r["code"], r["mended_by"]) for r in why.json()["reasons"]] == [("NOT_CONNECTED", "supplier")]
    path = f"/v1/orders/{answer.json()['id']}"
    assert (await desk.client.get(path, headers=desk.seller())).status_code == 404
    assert (await desk.client.get(path, headers=desk.erp())).json()["waiting_for"] == "NOT_CONNECTED"
    await desk.connect()
    assert await desk.waiting_orders.once() == 1
    assert len(await desk.facts_sent("order.published")) == 1
    assert (await desk.client.get(path, headers=desk.seller())).json()["status"] == "published"


async def test_an_order_waits_until_the_notice_of_its_buyer_is_over(desk: Any) -> None:
    await desk.know_buyer()
    await desk.know_supplier()
    await desk.connect(ready_state="notified")
    answer = await publish(desk, order())
    assert (answer.status_code, answer.json()["waiting_for"]) == (202, "NOT_READY")
    await desk.connect(revision=2, ready_state="held")
    assert await desk.waiting_orders.once() == 0
    why = await desk.client.get("/v1/orders/why", params={"number": "po-1"}, headers=desk.seller())
    assert [(r["code"], r["mended_by"]) for r in why.json()["reasons"]] == [("NOT_READY", "supplier")]
    await desk.connect(revision=3, ready_state="ready")
    assert await desk.waiting_orders.once() == 1
    assert (await publish(desk, order("PO-2"))).status_code == 201


async def test_a_buyer_with_several_units_says_which_one_orders(desk: Any) -> None:
    await desk.settle_in()
    paris = UnitState(unit_id=new_id(), company_id=desk.buyer, revision=1, name="Paris")
    await desk.learn(paris)
    unclear = await publish(desk, order("PO-1"))
    assert (unclear.status_code, unclear.json()["waiting_for"]) == (202, "UNIT_UNKNOWN")
    asked = await desk.client.post(
        "/v1/orders", params={"unit": str(desk.unit)}, json=order("PO-2"), headers=desk.erp()
    )
    assert (asked.status_code, asked.json()["state"]) == (201, "published")
    named = await publish(desk, order("PO-3", originator={"name": "paris"}))
    assert (named.status_code, named.json()["waiting_for"]) == (202, "NOT_CONNECTED")
    stranger = await desk.client.post(
        "/v1/orders", params={"unit": str(new_id())}, json=order("PO-4"), headers=desk.erp()
    )
    assert (stranger.status_code, stranger.json()["code"]) == (404, "UNIT_UNKNOWN")
    await desk.learn(paris.model_copy(update={"revision": 2, "active": False}))
    async with desk.env.pipeline.transaction() as tx:
        await tx.execute("update purchase_order set examined_at = now() - interval '1 hour'")
    assert await desk.waiting_orders.once() == 1
    assert (await publish(desk, order("PO-1"))).json()["state"] == "published"


async def test_the_same_order_twice_changes_nothing_and_other_content_is_refused(desk: Any) -> None:
    await desk.settle_in()
    first, second = await publish(desk, order()), await publish(desk, order())
    assert (second.status_code, second.json()["outcome"]) == (200, "unchanged")
    assert first.json()["id"] == second.json()["id"]
    other = await publish(desk, order(note="more"))
    assert (other.status_code, other.json()["code"]) == (409, "REVISION_CONFLICT")
    assert len(await desk.facts_sent("order.published")) == 1


async def test_a_higher_revision_names_the_lines_that_changed_and_a_lower_one_is_ignored(desk: Any) -> None:
    await desk.settle_in()
    await publish(desk, order())
    changed = order(revision=3)
    changed["lines"] = [
        changed["lines"][0] | {"quantity": "90"},
        changed["lines"][1],
        changed["lines"][1] | {"identifier": "30"},
    ]
    assert (await publish(desk, changed)).json()["outcome"] == "changed"
    assert (await publish(desk, order(revision=2))).json()["outcome"] == "ignored"
    facts = await desk.facts_sent("order.changed")
    assert [(fact["revision"], fact["changed_lines"]) for fact in facts] == [(3, ["10", "30"])]


async def test_eight_senders_of_one_order_make_one_order(desk: Any) -> None:
    await desk.settle_in()

    async def send() -> int:
        while True:
            answer = await publish(desk, order())
            if answer.status_code != 409:
                return answer.status_code

    codes = await asyncio.gather(*(send() for _ in range(8)))
    assert sorted(codes) == [200] * 7 + [201]
    assert len(await desk.facts_sent("order.published")) == 1


async def test_a_receipt_before_its_order_waits_visibly_and_counts_later(desk: Any) -> None:
    await desk.settle_in()
    answer = await desk.client.post("/v1/receipts", json=receipt("GR-1", ("10", "40")), headers=desk.erp())
    assert (answer.status_code, answer.json()["lines"][0]["waiting_for"]) == (202, "ORDER_UNKNOWN")
    published = await publish(desk, order())
    path = f"/v1/receipts/{answer.json()['id']}"
    assert (await desk.client.get(path, headers=desk.erp())).json()["waiting"] == 0
    back = await desk.client.post("/v1/receipts", json=receipt("GR-2", ("10", "-15")), headers=desk.erp())
    again = await desk.client.post("/v1/receipts", json=receipt("GR-2", ("10", "-15")), headers=desk.erp())
    assert (back.status_code, again.status_code) == (201, 200)
    shown = await desk.client.get(f"/v1/orders/{published.json()['id']}", headers=desk.seller())
    assert shown.json()["lines"][0]["received"] == "25"
    facts = await desk.facts_sent("receipt.recorded")
    assert [fact["lines"][0]["quantity"] for fact in facts] == ["40", "-15"]
    other = await desk.client.post("/v1/receipts", json=receipt("GR-2", ("10", "-14")), headers=desk.erp())
    assert (other.status_code, other.json()["code"]) == (409, "RECEIPT_CONFLICT")


async def test_supplier_answers_and_buyer_closes_each_for_itself(desk: Any) -> None:
    await desk.settle_in()
    path = f"/v1/orders/{(await publish(desk, order())).json()['id']}"
    refused = await desk.client.post(f"{path}/accept", headers=desk.erp())
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_YOURS_TO_ANSWER")
    assert (await desk.client.post(f"{path}/accept", headers=desk.seller())).status_code == 204
    assert (await desk.client.post(f"{path}/accept", headers=desk.seller())).status_code == 204
    assert (await desk.client.post(f"{path}/close", headers=desk.seller())).status_code == 403
    assert (await desk.client.post(f"{path}/close", headers=desk.erp())).status_code == 204
    late = await desk.client.post(f"{path}/reject", json={}, headers=desk.seller())
    assert (late.status_code, late.json()["code"]) == (409, "ORDER_CLOSED")
    assert (await desk.client.post(f"{path}/reopen", headers=desk.erp())).status_code == 204
    assert len(await desk.facts_sent("order.responded")) == 1
    assert [fact["closed"] for fact in await desk.facts_sent("order.closed")] == [True, False]
    assert (await desk.client.post(f"{path}/accept", headers=desk.stranger())).status_code == 404


async def test_invoicing_accepts_an_order_and_counts_until_it_is_refused(desk: Any) -> None:
    await desk.settle_in()
    order_id = (await publish(desk, order())).json()["id"]
    line = order_line_id(UUID(order_id), "10")
    document = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")
    use = OrderLineUse(order_id=order_id, order_line_id=line, quantity=Decimal(100), amount=Decimal(1250))
    common: dict[str, Any] = {
        "invoice_id": new_id(),
        "supplier_id": desk.supplier,
        "buyer_id": desk.buyer,
        "unit_id": desk.unit,
    }
    step: dict[str, Any] = common | {"submission_id": new_id(), "document": document, "order_lines": (use,)}
    now, delivery_id = desk.env.clock.now(), new_id()
    totals = Totals(currency="EUR", net=Decimal(1250), vat=Decimal(250), gross=Decimal(1500), due=Decimal(1500))
    submitted = InvoiceSubmitted(
        **step, attempt=1, number="F-1", kind=Kind.INVOICE, issue_date=now.date(), totals=totals,
        supplier_country="FR", buyer_country="FR", submitted_at=now,
    )  # fmt: skip
    archived = InvoiceArchived(
        **step, archive_id=new_id(), delivery_id=delivery_id, sequence=1, leaf_index=0, original=document,
        archived_document=document, retain_until=now, archived_at=now,
    )  # fmt: skip
    refused = InvoiceStatusReported(
        **common, delivery_id=delivery_id, status_id=new_id(), code="210", reasons=("QTE_ERR",),
        reported_by=Party.BUYER, reported_at=now,
    )  # fmt: skip

    async def shown() -> tuple[str, str]:
        found = (await desk.client.get(f"/v1/orders/{order_id}", headers=desk.seller())).json()
        return found["status"], found["lines"][0]["invoiced"]

    await desk.learn(submitted)
    assert await shown() == ("accepted", "0")
    (response,) = (await desk.client.get(f"/v1/orders/{order_id}/responses", headers=desk.erp())).json()
    assert (response["code"], response["findings"]) == ("AP", [])
    written = await desk.client.get(response["document"], headers=desk.erp())
    assert b"<cbc:OrderResponseCode>AP</cbc:OrderResponseCode>" in written.content
    (told,) = await desk.facts_sent("order.responded")
    assert (told["origin"], told["response_id"]) == ("invoice", response["id"])
    assert told["document"]["sha256"]
    await desk.learn(archived)
    assert await shown() == ("accepted", "100")
    reject = await desk.client.post(f"/v1/orders/{order_id}/reject", json={}, headers=desk.seller())
    assert (reject.status_code, reject.json()["code"]) == (409, "ALREADY_INVOICED")
    await desk.learn(refused)
    assert await shown() == ("accepted", "0")


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "MALFORMED_JSON"),
        (b"[]", "application/json", 422, "INVALID_BODY"),
        (b'{"number": 1.5}', "application/json", 422, "INVALID_BODY"),
        (b"<a/>", "application/xml", 422, "DOCUMENT_UNREADABLE"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "application/xml", 422, "DOCUMENT_UNREADABLE"),
        (b"UNA", "application/edifact", 415, "UNSUPPORTED_FORMAT"),
    ],
)
async def test_bad_input_is_told_what_is_wrong(desk: Any, body: bytes, kind: str, status: int, code: str) -> None:
    answer = await desk.client.post("/v1/orders", content=body, headers=desk.erp() | {"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_order_in_another_companys_name_is_refused(desk: Any) -> None:
    await desk.settle_in()
    answer = await desk.client.post("/v1/orders", json=order(), headers=desk.stranger())
    assert (answer.status_code, answer.json()["code"]) == (422, "BUYER_MISMATCH")


async def test_an_answer_is_seen_by_the_next_invoice_and_each_order_is_told_apart(desk: Any) -> None:
    await desk.settle_in()
    paths = {number: (await publish(desk, order(number=number))).json()["id"] for number in ("PO-1", "PO-2")}
    answered, silent = (UUID(paths[number]) for number in ("PO-1", "PO-2"))
    await desk.client.post(f"/v1/orders/{answered}/accept", headers=desk.seller())
    asked = (answered, silent, answered, silent)
    assert await asyncio.gather(*(desk.env.answered.ask(one) for one in asked)) == [True, False, True, False]
    await desk.client.post(f"/v1/orders/{silent}/reject", json={}, headers=desk.seller())
    assert await desk.env.answered.ask(silent)
