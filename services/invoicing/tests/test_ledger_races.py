"""The quantity ledger cannot be overdrawn, whoever races; and its journal explains its balances."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.ids import new_id
from contracts.invoices import InvoiceArchived, InvoiceFailed, InvoiceStatusReported, Stage
from contracts.orders import OrderArchived, OrderClosed
from contracts.refs import DocumentRef
from contracts.registration import ConnectionStatus
from contracts.status import Party

pytestmark = pytest.mark.connected


async def draft(desk: Any, order_id: UUID, number: str, quantity: str = "1") -> str:
    """A draft that takes a quantity of line 10."""
    headers = desk.seller()
    made = await desk.client.post("/v1/invoices", json={"order_id": str(order_id)}, headers=headers)
    assert made.status_code == 201, made.text
    line = made.json()["document"]["lines"][0]
    line.pop("net_amount")
    edit = {"number": number, "lines": [line | {"quantity": quantity}]}
    path = f"/v1/invoices/{made.json()['id']}"
    written = await desk.client.patch(path, json=edit, headers=headers | {"if-match": '"v1"'})
    assert written.status_code == 200, written.text
    return made.json()["id"]


async def submit(desk: Any, invoice_id: str) -> Any:
    """Send it; again as long as nothing was done because others were at it (Retry-After says so)."""
    while True:
        answer = await desk.client.post(f"/v1/invoices/{invoice_id}/submit", headers=desk.seller())
        if "retry-after" not in answer.headers:
            return answer


async def sent(desk: Any, order_id: UUID, number: str, quantity: str = "1") -> dict[str, Any]:
    """The fact of an invoice that was just submitted."""
    invoice_id = await draft(desk, order_id, number, quantity)
    answer = await submit(desk, invoice_id)
    assert answer.status_code == 202, answer.text
    return (await desk.facts_sent("invoice.submitted"))[-1]


def common(fact: dict[str, Any]) -> dict[str, Any]:
    """What every later fact of the submission repeats."""
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")
    return {name: fact[name] for name in names}


def failed(desk: Any, fact: dict[str, Any], stage: Stage = Stage.VALIDATION) -> InvoiceFailed:
    return InvoiceFailed(**common(fact), stage=stage, reason="RULES", failed_at=desk.clock.now())


def archived(desk: Any, fact: dict[str, Any]) -> InvoiceArchived:
    document = DocumentRef.model_validate(fact["document"])
    return InvoiceArchived(
        **common(fact),
        archive_id=new_id(),
        delivery_id=new_id(),
        sequence=1,
        leaf_index=0,
        original=document,
        archived_document=document,
        retain_until=desk.clock.now(),
        archived_at=desk.clock.now(),
    )


def reported(desk: Any, fact: InvoiceArchived, code: str, reasons: Sequence[str] = ()) -> InvoiceStatusReported:
    return InvoiceStatusReported(
        invoice_id=fact.invoice_id,
        supplier_id=fact.supplier_id,
        buyer_id=fact.buyer_id,
        unit_id=fact.unit_id,
        delivery_id=fact.delivery_id,
        status_id=new_id(),
        code=code,
        reasons=tuple(reasons),
        reported_by=Party.BUYER,
        reported_at=desk.clock.now(),
    )


async def test_a_failed_invoice_gives_back_what_it_reserved_and_can_be_sent_again(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    first = await sent(desk, order_id, "F-1", "10")
    await desk.learn(failed(desk, first), source="validation")
    assert (await desk.line(order_id))["reserved"] == 0
    again = await submit(desk, first["invoice_id"])
    assert again.status_code == 202
    second = (await desk.facts_sent("invoice.submitted"))[-1]
    assert (second["attempt"], second["number"]) == (2, "F-1")
    assert second["submission_id"] != first["submission_id"]
    await desk.learn(failed(desk, first), source="signing")  # of the older submission: kept, without effect
    assert (await desk.line(order_id))["reserved"] == 10
    shown = (await desk.client.get(f"/v1/invoices/{first['invoice_id']}", headers=desk.seller())).json()
    assert (shown["state"], shown["attempt"]) == ("submitted", 2)


@pytest.mark.parametrize("stage", list(Stage))
async def test_a_failure_is_taken_from_every_step(desk: Any, stage: Stage) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    fact = await sent(desk, order_id, "F-1", "3")
    await desk.learn(failed(desk, fact, stage), source="signing")
    shown = (await desk.client.get(f"/v1/invoices/{fact['invoice_id']}", headers=desk.seller())).json()
    assert (shown["state"], shown["failure"]["stage"]) == ("failed", stage.value)


async def test_archiving_turns_the_reservation_into_an_invoice_and_a_refusal_frees_it(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    fact = archived(desk, await sent(desk, order_id, "F-1", "10"))
    await desk.learn(fact)
    line = await desk.line(order_id)
    assert (line["reserved"], line["invoiced"]) == (0, 10)
    await desk.learn(reported(desk, fact, "205"))
    assert (await desk.line(order_id))["invoiced"] == 10
    await desk.learn(reported(desk, fact, "210", ["QTE_ERR"]))
    assert (await desk.line(order_id))["invoiced"] == 0
    await desk.learn(reported(desk, fact, "213", ["DOUBLON"]))  # it frees once
    assert (await desk.line(order_id))["invoiced"] == 0


async def test_a_status_of_another_delivery_frees_nothing(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    fact = archived(desk, await sent(desk, order_id, "F-1", "10"))
    await desk.learn(fact)
    await desk.learn(reported(desk, fact.model_copy(update={"delivery_id": new_id()}), "213", ["DOUBLON"]))
    assert (await desk.line(order_id))["invoiced"] == 10


async def test_a_cancelled_invoice_frees_its_quantity_and_its_number(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    fact = await sent(desk, order_id, "F-1", "10")
    path = f"/v1/invoices/{fact['invoice_id']}/cancel"
    assert (await desk.client.post(path, headers=desk.seller())).status_code == 204
    assert (await desk.client.post(path, headers=desk.seller())).status_code == 204
    cancelled = await desk.facts_sent("invoice.cancelled")
    assert [fact["order_lines"][0]["quantity"] for fact in cancelled] == ["10"]
    assert (await desk.line(order_id))["reserved"] == 0
    assert (await sent(desk, order_id, "F-1", "10"))["attempt"] == 1


async def test_buyers_may_take_back_what_is_invoiced_and_the_line_says_so(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10, receipt_required=True)
    await desk.receipt(order_id, "10", 6)
    await desk.learn(archived(desk, await sent(desk, order_id, "F-1", "6")))
    await desk.receipt(order_id, "10", -2)
    answer = await desk.client.get("/v1/billable-lines", params={"order_id": str(order_id)}, headers=desk.seller())
    line = answer.json()["lines"][0]
    assert Decimal(line["available"]) == -2
    assert [(block["code"], block["mended_by"]) for block in line["blocks"]] == [("OVER_INVOICED", "buyer")]


async def test_every_reason_names_who_can_change_it(desk: Any) -> None:
    await desk.settle_in()
    contacts = [{"role": "receiving", "name": "Quai 3", "email": "quai@acme.example"}]
    order_id = await desk.order("PO-1", 10, receipt_required=True, contacts=contacts)

    async def blocks() -> list[tuple[str, str, str | None]]:
        answer = await desk.client.get("/v1/billable-lines", params={"order_id": str(order_id)}, headers=desk.seller())
        found = answer.json()["lines"][0]["blocks"]
        return [(b["code"], b["mended_by"], b["contact"]["email"] if b["contact"] else None) for b in found]

    assert await blocks() == [("NO_RECEIPT", "buyer", "quai@acme.example")]
    await desk.receipt(order_id, "10", 10)
    assert await blocks() == []
    await desk.grant(0)
    assert [code for code, _, _ in await blocks()] == ["NO_ALLOWANCE"]
    closed = {"order_id": order_id, "buyer_id": desk.buyer, "supplier_id": desk.supplier, "unit_id": desk.unit}
    await desk.learn(OrderClosed(**closed, closed=True, at=desk.clock.now()))
    await desk.learn(OrderArchived(**closed, archived=True, at=desk.clock.now()))
    await desk.connection_becomes(ConnectionStatus.DISCONNECTED, revision=2, consent=False)
    assert [code for code, _, _ in await blocks()] == [
        "NOT_CONNECTED",
        "NO_CONSENT",
        "NO_ALLOWANCE",
        "ORDER_CLOSED",
        "ARCHIVED",
    ]


async def test_an_order_that_closes_meanwhile_refuses_the_submit(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    invoice_id = await draft(desk, order_id, "F-1")
    closed = {"order_id": order_id, "buyer_id": desk.buyer, "supplier_id": desk.supplier, "unit_id": desk.unit}
    await desk.learn(OrderClosed(**closed, closed=True, at=desk.clock.now()))
    answer = await submit(desk, invoice_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "ORDER_CLOSED")
    assert (await desk.line(order_id))["reserved"] == 0


async def test_an_invoice_takes_one_allowance_however_often_it_is_sent(desk: Any) -> None:
    await desk.settle_in()
    await desk.grant(1)
    order_id = await desk.order("PO-1", 10)
    first = await sent(desk, order_id, "F-1")
    await desk.learn(failed(desk, first))
    assert (await submit(desk, first["invoice_id"])).status_code == 202
    answer = await desk.client.post("/v1/invoices", json={"order_id": str(order_id)}, headers=desk.seller())
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_ALLOWANCE")


async def test_an_amount_cap_counts(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10, amount_cap=Decimal("30.00"))
    await sent(desk, order_id, "F-1", "2")
    answer = await submit(desk, await draft(desk, order_id, "F-2"))
    assert (answer.status_code, answer.json()["code"]) == (409, "AMOUNT_CAP_REACHED")


async def test_a_credit_note_gives_back_what_it_credits_and_no_more(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    invoice = archived(desk, await sent(desk, order_id, "F-1", "10"))
    await desk.learn(invoice)
    path = f"/v1/invoices/{invoice.invoice_id}/credit-notes"
    wanted = {"lines": [{"line": "1", "quantity": "4"}]}
    note = await desk.client.post(path, json=wanted, headers=desk.seller())
    assert note.status_code == 201, note.text
    assert note.json()["document"]["preceding_invoices"][0]["number"] == "F-1"
    named = {"number": "A-1"}
    address = f"/v1/invoices/{note.json()['id']}"
    await desk.client.patch(address, json=named, headers=desk.seller() | {"if-match": '"v1"'})
    answer = await submit(desk, note.json()["id"])
    assert answer.status_code == 202, answer.text
    fact = (await desk.facts_sent("invoice.submitted"))[-1]
    assert (fact["kind"], fact["order_lines"][0]["quantity"]) == ("credit_note", "-4")
    await desk.learn(archived(desk, fact))
    line = await desk.line(order_id)
    assert (line["invoiced"], line["crediting"], line["credited"]) == (10, 0, 4)
    too_much = await desk.client.post(path, json={"lines": [{"line": "1", "quantity": "7"}]}, headers=desk.seller())
    assert (too_much.status_code, too_much.json()["violations"][0]["rule"]) == (422, "CREDIT_TOO_LARGE")
    await desk.learn(reported(desk, invoice, "210", ["QTE_ERR"]))  # nothing is left to credit: no double release
    line = await desk.line(order_id)
    assert (line["invoiced"], line["credited"]) == (0, 0)
