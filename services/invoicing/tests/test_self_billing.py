"""A buyer whose supplier agreed writes the invoice: the supplier's in every respect but who drafts and sends it."""

from typing import Any
from uuid import UUID

import pytest

from contracts.ids import new_id
from contracts.invoices import InvoiceArchived
from contracts.refs import DocumentRef
from contracts.registration import ConnectionStatus, Role
from documents.reading import read_invoice

pytestmark = pytest.mark.connected


def writer(desk: Any) -> Any:
    """An accountant of the buyer."""
    return desk.purchaser(Role.ACCOUNTANT)


async def agree(desk: Any) -> None:
    answer = await desk.client.put(f"/v1/self-billing/{desk.buyer}", headers=desk.seller())
    assert answer.status_code == 204, answer.text


async def drafted(desk: Any, order_id: UUID, number: str) -> Any:
    wanted = {"order_id": str(order_id), "self_billed": True, "document": {"number": number}}
    return await desk.client.post("/v1/invoices", json=wanted, headers=writer(desk))


async def submit(desk: Any, invoice_id: str) -> Any:
    return await desk.client.post(f"/v1/invoices/{invoice_id}/submit", headers=writer(desk))


async def archived(desk: Any) -> None:
    fact = (await desk.facts_sent("invoice.submitted"))[-1]
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")
    document, now = DocumentRef.model_validate(fact["document"]), desk.clock.now()
    await desk.learn(
        InvoiceArchived(
            **{name: fact[name] for name in names}, archive_id=new_id(), delivery_id=new_id(), sequence=1, leaf_index=0,
            original=document, archived_document=document, retain_until=now, archived_at=now,
        )
    )  # fmt: skip


async def test_only_a_supplier_that_agreed_is_billed_for(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    refused = await drafted(desk, order_id, "SB-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "SELF_BILLING_NOT_AGREED")
    await agree(desk)
    listed = (await desk.client.get("/v1/self-billing", headers=writer(desk))).json()
    assert [(one["supplier_id"], one["partner_name"]) for one in listed] == [(str(desk.supplier), "Menuiserie Dupont")]
    made = await drafted(desk, order_id, "SB-1")
    assert made.status_code == 201, made.text
    foreign = {"order_id": str(order_id), "self_billed": True}
    stranger = await desk.client.post("/v1/invoices", json=foreign, headers=desk.stranger())
    assert (stranger.status_code, stranger.json()["code"]) == (404, "ORDER_UNKNOWN")
    ended = await desk.client.delete(f"/v1/self-billing/{desk.buyer}", headers=desk.seller())
    assert ended.status_code == 204
    late = await submit(desk, made.json()["id"])
    assert (late.status_code, late.json()["code"]) == (409, "SELF_BILLING_NOT_AGREED")


async def test_who_is_not_connected_any_more_agrees_to_nothing_and_may_take_back_what_it_agreed_to(desk: Any) -> None:
    await desk.settle_in()
    await agree(desk)
    await desk.connection_becomes(ConnectionStatus.DISCONNECTED, revision=2, consent=False)
    path = f"/v1/self-billing/{desk.buyer}"
    assert (await desk.client.delete(path, headers=desk.seller())).status_code == 204
    refused = await desk.client.put(path, headers=desk.seller())
    assert (refused.status_code, refused.json()["code"]) == (409, "SELF_BILLING_UNCONNECTED")


async def test_the_supplier_sees_what_was_written_in_its_name_from_the_archiving_on(desk: Any) -> None:
    await desk.settle_in()
    await agree(desk)
    order_id = await desk.order("PO-1", 10)
    made = (await drafted(desk, order_id, "SB-1")).json()
    path = f"/v1/invoices/{made['id']}"
    assert (made["document"]["type_code"], made["missing"]) == ("389", [])
    assert "Autofacturation" in [note["text"] for note in made["document"]["notes"]]
    assert (await desk.client.get(path, headers=desk.seller())).status_code == 404, "a draft is its author's alone"
    assert (await submit(desk, made["id"])).status_code == 202
    fact = (await desk.facts_sent("invoice.submitted"))[-1]
    assert (fact["supplier_id"], fact["author"], fact["number"]) == (str(desk.supplier), "buyer", "SB-1")
    written = read_invoice(await desk.env.objects.read(DocumentRef.model_validate(fact["document"])))
    assert (written.type_code, written.seller.name, written.buyer.name) == ("389", "Menuiserie Dupont", "Acme France")
    assert (await desk.line(order_id))["reserved"] == 10
    assert (await desk.client.get(path, headers=desk.seller())).status_code == 404
    await archived(desk)
    seen = await desk.client.get(path, headers=desk.seller())
    assert (seen.json()["state"], seen.json()["draft"], seen.json()["unread"]) == ("archived", None, False)
    for box, who in (("received", desk.seller()), ("sent", writer(desk))):
        listed = await desk.client.get("/v1/invoices", params={"box": box}, headers=who)
        assert [found["id"] for found in listed.json()["items"]] == [made["id"]], box
    timeline = (await desk.client.get(f"{path}/timeline", headers=desk.seller())).json()["entries"]
    assert [entry["type"] for entry in timeline] == ["invoice.archived"]
    edit = await desk.client.post(f"{path}/credit-notes", headers=desk.seller())
    assert (edit.status_code, edit.json()["code"]) == (403, "NOT_THE_SUPPLIER")


async def test_the_buyer_credits_what_it_billed_itself_and_numbers_are_the_suppliers(desk: Any) -> None:
    await desk.settle_in()
    await agree(desk)
    order_id = await desk.order("PO-1", 10)
    made = (await drafted(desk, order_id, "SB-1")).json()
    assert (await submit(desk, made["id"])).status_code == 202
    await archived(desk)
    wanted = {"lines": [{"line": "1", "quantity": "4"}]}
    note = await desk.client.post(f"/v1/invoices/{made['id']}/credit-notes", json=wanted, headers=writer(desk))
    assert (note.status_code, note.json()["document"]["type_code"]) == (201, "261"), note.text
    headers = writer(desk) | {"if-match": '"v1"'}
    await desk.client.patch(f"/v1/invoices/{note.json()['id']}", json={"number": "SB-2"}, headers=headers)
    assert (await submit(desk, note.json()["id"])).status_code == 202
    await archived(desk)
    line = await desk.line(order_id)
    assert (line["invoiced"], line["credited"]) == (10, 4)
    own = {"order_id": str(order_id), "document": {"number": "sb-1"}}
    taken = (await desk.client.post("/v1/invoices", json=own, headers=desk.seller())).json()
    answer = await desk.client.post(f"/v1/invoices/{taken['id']}/submit", headers=desk.seller())
    assert (answer.status_code, answer.json()["code"]) == (409, "NUMBER_TAKEN"), "one space of numbers a seller"
