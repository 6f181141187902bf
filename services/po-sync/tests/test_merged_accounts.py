"""A company whose two accounts became one goes on with the orders of the older one: none is made a second time."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.ids import new_id
from documents.order import Order
from documents.ubl.order import write_order
from local_stack.layout import REPOSITORY
from po_sync.intake.files import FileWorker

pytestmark = pytest.mark.connected
EXAMPLES: Path = REPOSITORY / "examples"
BUYER_SIREN = "552100554"
XML = {"content-type": "application/xml"}
NDJSON = {"content-type": "application/x-ndjson"}


def order(number: str = "PO-1", quantity: str = "10", **terms: Any) -> dict[str, Any]:
    seller = {"name": "Dupont", "identifiers": [{"value": "73282932000015", "scheme": "0009"}]}
    line = {"identifier": "10", "quantity": quantity, "unit": "C62", "item": {"name": "Chair"}}
    content = {"number": number, "issue_date": "2026-11-01", "currency": "EUR", "buyer": {"name": "Acme"}}
    return content | {"seller": seller, "lines": [line]} | terms


def receipt(number: str, order_number: str = "PO-1", quantity: str = "4") -> dict[str, Any]:
    line = {"identifier": "1", "received_quantity": quantity, "unit": "C62", "order_line": {"line": "10"}}
    content = {"number": number, "issue_date": "2026-11-05", "order_reference": order_number, "lines": [line]}
    return content | {"buyer": {"name": "Acme"}, "seller": {"name": "Dupont"}}


async def sent(desk: Any, content: dict[str, Any], erp: dict[str, str] | None = None) -> dict[str, Any]:
    answer = await desk.client.post("/v1/orders", json=content, headers=erp or desk.erp())
    return answer.json() | {"http": answer.status_code}


async def received(desk: Any, content: dict[str, Any], erp: dict[str, str] | None = None) -> dict[str, Any]:
    answer = await desk.client.post("/v1/receipts", json=content, headers=erp or desk.erp())
    return answer.json() | {"http": answer.status_code}


async def line(desk: Any, order_id: str, erp: dict[str, str]) -> tuple[str, str]:
    """What the first line of an order counts as ordered and as received."""
    shown = (await desk.client.get(f"/v1/orders/{order_id}", headers=erp)).json()["lines"][0]
    return shown["ordered"], shown["received"]


async def holders(desk: Any, number: str) -> list[UUID]:
    """The accounts that hold an order of a number."""
    async with desk.env.pipeline.transaction() as tx:
        return await tx.values("select buyer_id from purchase_order where number_key = :number", number=number)


async def worked_off(desk: Any, *documents: dict[str, Any], erp: dict[str, str]) -> list[tuple[str, str | None]]:
    """What became of each row of a file, and what it waits for."""
    content = b"".join(json.dumps(document).encode() + b"\n" for document in documents)
    file = await desk.client.post("/v1/order-files", content=content, headers=erp | NDJSON)
    assert file.status_code == 202, file.text
    assert await FileWorker(desk.env, "po-sync-0").once()
    rows = (await desk.client.get(f"{file.headers['location']}/rows", headers=erp)).json()["items"]
    return [(row["outcome"], row["waiting_for"]) for row in rows]


async def test_a_later_revision_is_of_the_order_that_the_older_account_holds(desk: Any) -> None:
    await desk.settle_in()
    first = await sent(desk, order())
    erp = desk.erp(await desk.merge(), desk.buyer)
    assert (await sent(desk, order(), erp))["outcome"] == "unchanged"
    later = await sent(desk, order(quantity="7", revision=2), erp)
    assert (later["http"], later["outcome"], later["id"]) == (200, "changed", first["id"])
    assert await holders(desk, "PO-1") == [desk.buyer], "a second order of the number could be billed a second time"
    changed = await desk.facts_sent("order.changed")
    assert [(fact["buyer_id"], fact["order_id"]) for fact in changed] == [(str(desk.buyer), first["id"])]
    assert await line(desk, first["id"], erp) == ("7", "0")


async def test_a_new_number_is_of_the_account_that_acts(desk: Any) -> None:
    await desk.settle_in()
    kept = await desk.merge()
    new = await sent(desk, order("PO-2"), desk.erp(kept, desk.buyer))
    assert (new["http"], new["outcome"]) == (201, "created")
    assert await holders(desk, "PO-2") == [kept]


async def test_changes_by_number_and_by_id_and_the_cancellation_find_it_and_the_old_identifiers_still_name_the_buyer(
    desk: Any,
) -> None:
    golden = Order.model_validate_json((EXAMPLES / "order-simple" / "order.json").read_bytes())
    await desk.settle_in()
    registered = golden.seller.identifiers[0].model_copy(update={"value": f"{desk.SIREN}00015"})
    seller = golden.seller.model_copy(update={"identifiers": (registered,), "legal_registration": None})
    first = await desk.client.post(
        "/v1/orders",
        content=write_order(golden.model_copy(update={"seller": seller})),
        headers=desk.erp() | XML,
    )
    assert first.status_code == 201, first.text
    erp = desk.erp(await desk.merge(), desk.buyer)
    by_number = await desk.client.post(
        "/v1/orders", content=(EXAMPLES / "order-change" / "change.xml").read_bytes(), headers=erp | XML
    )
    assert (by_number.status_code, by_number.json().get("outcome")) == (200, "changed"), by_number.text
    assert by_number.json()["id"] == first.json()["id"]
    path = f"/v1/orders/{first.json()['id']}/changes"
    by_id = await desk.client.post(path, json={"note": "Vite"}, headers=erp)
    assert (by_id.status_code, by_id.json().get("outcome"), by_id.json().get("revision")) == (200, "changed", 3)
    cancellation = (EXAMPLES / "order-change" / "cancellation.xml").read_bytes()
    cancelled = await desk.client.post("/v1/orders", content=cancellation, headers=erp | XML)
    assert (cancelled.status_code, cancelled.json().get("outcome")) == (200, "cancelled"), cancelled.text
    assert [fact["buyer_id"] for fact in await desk.facts_sent("order.closed")] == [str(desk.buyer)]


async def test_another_buyers_identifiers_are_refused_as_ever(desk: Any) -> None:
    await desk.settle_in()
    kept = await desk.merge()
    acme = {"name": "Acme", "vat_identifier": f"FR32{BUYER_SIREN}"}
    older = await sent(desk, order(buyer=acme), desk.erp(kept, desk.buyer))
    assert older["http"] == 201, older
    stranger = await sent(desk, order("PO-2", buyer=acme), desk.erp(new_id()))
    assert (stranger["http"], stranger["code"]) == (422, "BUYER_MISMATCH")


async def test_where_both_accounts_hold_a_number_it_means_the_acting_ones_and_an_id_means_its_own(desk: Any) -> None:
    await desk.settle_in()
    older = await sent(desk, order())
    kept = await desk.merge()
    newer = await sent(desk, order(), desk.erp(kept))  # as it was before they were merged
    assert newer["id"] != older["id"]
    erp = desk.erp(kept, desk.buyer)
    by_number = await sent(desk, order(quantity="8", revision=2), erp)
    assert (by_number["outcome"], by_number["id"]) == ("changed", newer["id"])
    path = f"/v1/orders/{older['id']}/changes"
    by_id = await desk.client.post(path, json={"lines": [{"identifier": "10", "quantity": "6"}]}, headers=erp)
    assert (by_id.status_code, by_id.json()["id"]) == (200, older["id"])
    assert [await line(desk, one["id"], erp) for one in (newer, older)] == [("8", "0"), ("6", "0")]
    assert (await received(desk, receipt("GR-1"), erp))["http"] == 201
    assert [await line(desk, one["id"], erp) for one in (newer, older)] == [("8", "4"), ("6", "0")]


async def test_a_receipt_counts_on_the_older_accounts_order_and_never_twice(desk: Any) -> None:
    await desk.settle_in()
    first = await sent(desk, order())
    assert (await received(desk, receipt("GR-1")))["http"] == 201
    erp = desk.erp(await desk.merge(), desk.buyer)
    assert (await received(desk, receipt("GR-1"), erp))["http"] == 200
    other = await received(desk, receipt("GR-1", quantity="5"), erp)
    assert (other["http"], other["code"]) == (409, "RECEIPT_CONFLICT")
    second = await received(desk, receipt("GR-2", quantity="3"), erp)
    assert (second["http"], second["waiting"]) == (201, 0), second
    assert await line(desk, first["id"], erp) == ("10", "7")
    facts = await desk.facts_sent("receipt.recorded")
    assert [(fact["number"], fact["buyer_id"], fact["order_id"]) for fact in facts] == [
        (number, str(desk.buyer), first["id"]) for number in ("GR-1", "GR-2")
    ]


async def test_what_waited_under_the_older_account_goes_on(desk: Any) -> None:
    await desk.know_buyer()
    assert (await received(desk, receipt("GR-1", "PO-9")))["http"] == 202
    waiting = await sent(desk, order())
    assert (waiting["http"], waiting["waiting_for"]) == (202, "SUPPLIER_UNKNOWN")
    erp = desk.erp(await desk.merge(), desk.buyer)
    await desk.know_supplier()
    await desk.waiting_orders.once()
    published = await desk.facts_sent("order.published")
    assert [(fact["number"], fact["buyer_id"]) for fact in published] == [("PO-1", str(desk.buyer))]
    ninth = await sent(desk, order("PO-9"), erp)
    assert await line(desk, ninth["id"], erp) == ("10", "4"), "the receipt came before its order"


async def test_a_file_finds_what_the_older_account_holds_for_each_kind_of_row(desk: Any) -> None:
    await desk.settle_in()
    numbers = ("PO-1", "PO-2", "PO-3")
    ids = [(await sent(desk, order(number)))["id"] for number in numbers]
    await received(desk, receipt("GR-1"))
    kept = await desk.merge()
    erp = desk.erp(kept, desk.buyer)
    change = {"order_number": "PO-2", "lines": [{"identifier": "10", "quantity": "6"}]}
    cancellation = {"order_number": "PO-3", "reason": "done"}
    rows = await worked_off(
        desk,
        order(quantity="7", revision=2),
        order("PO-4"),
        {"change": change},
        {"cancellation": cancellation},
        {"receipt": receipt("GR-1")},
        {"receipt": receipt("GR-2", quantity="3")},
        erp=erp,
    )
    outcomes = ["changed", "created", "changed", "cancelled", "unchanged", "recorded"]
    assert rows == [(outcome, None) for outcome in outcomes]
    assert [await holders(desk, number) for number in (*numbers, "PO-4")] == [[desk.buyer]] * 3 + [[kept]]
    assert [await line(desk, one, erp) for one in ids] == [("7", "7"), ("6", "0"), ("10", "0")]


async def test_a_file_that_the_older_account_sent_is_worked_off_for_the_company_that_it_became(desk: Any) -> None:
    await desk.settle_in()
    content = json.dumps(order("PO-1")).encode() + b"\n"
    file = await desk.client.post("/v1/order-files", content=content, headers=desk.erp() | NDJSON)
    kept = await desk.merge()
    await sent(desk, order(), desk.erp(kept, desk.buyer))
    assert await FileWorker(desk.env, "po-sync-0").once()
    rows = await desk.client.get(f"{file.headers['location']}/rows", headers=desk.erp(kept, desk.buyer))
    assert [row["outcome"] for row in rows.json()["items"]] == ["unchanged"]
    assert await holders(desk, "PO-1") == [kept]


async def test_an_order_goes_on_when_its_suppliers_account_became_part_of_another(desk: Any) -> None:
    await desk.settle_in()
    first = await sent(desk, order())
    await desk.merge(supplier=True)
    later = await sent(desk, order(quantity="7", revision=2))
    assert (later["http"], later.get("outcome"), later.get("id")) == (200, "changed", first["id"]), later
    changed = await desk.facts_sent("order.changed")
    assert [fact["supplier_id"] for fact in changed] == [str(desk.supplier)]
