"""Drafts over HTTP: what is missing, attachments, templates, copies, invoices without an order, corrections."""

import asyncio
from typing import Any

import pytest

from contracts.registration import Role
from mesh.screening import Clamd

pytestmark = pytest.mark.connected
PDF = b"%PDF-1.7\n%%EOF\n"


async def made(desk: Any, headers: dict[str, str] | None = None, **wanted: Any) -> dict[str, Any]:
    answer = await desk.client.post("/v1/invoices", json=wanted, headers=headers or desk.seller())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_draft_says_what_it_lacks_until_it_lacks_nothing(desk: Any) -> None:
    await desk.settle_in(charges_allowed=False)
    draft = await made(desk, order_id=str(await desk.order("PO-1", 10)))
    assert [found["rule"] for found in draft["missing"]] == ["NUMBER_MISSING"]
    path = f"/v1/invoices/{draft['id']}"
    charge = {"amount": "5", "reason": "Port", "vat": {"code": "S", "rate": "20"}}
    edit = {"number": "F-1", "charges": [charge]}
    written = await desk.client.patch(path, json=edit, headers=desk.seller() | {"if-match": '"v1"'})
    (found,) = written.json()["missing"]
    assert (found["rule"], found["pointer"]) == ("CHARGES_FORBIDDEN", "/charges/0")
    assert "Acme France" in found["detail"]
    shown = (await desk.client.get(f"{path}/document", headers=desk.seller())).json()
    assert (shown["buyer"]["charges_allowed"], len(shown["missing"])) == (False, 1)
    written = await desk.client.patch(path, json={"charges": []}, headers=desk.seller() | {"if-match": '"v2"'})
    assert written.json()["missing"] == []


async def test_files_travel_with_the_invoice_and_the_buyer_reads_them_later(desk: Any) -> None:
    await desk.settle_in()
    draft = await made(desk, order_id=str(await desk.order("PO-1", 10)), document={"number": "F-1"})
    params = {"invoice_id": draft["id"], "name": "plan.pdf", "description": "Plan"}
    send = {"content-type": "application/octet-stream"}
    kept = await desk.client.post("/v1/attachments", params=params, content=PDF, headers=desk.seller() | send)
    assert kept.status_code == 201, kept.text
    twice = await desk.client.post("/v1/attachments", params=params, content=PDF, headers=desk.seller() | send)
    assert (twice.status_code, twice.json()["code"]) == (422, "FILE_NAME_TAKEN")
    path = f"/v1/attachments/{kept.json()['id']}"
    read = await desk.client.get(path, headers=desk.seller())
    assert (read.content, read.headers["content-type"]) == (PDF, "application/pdf")
    for headers in (desk.stranger(), desk.purchaser()):
        assert (await desk.client.get(path, headers=headers)).status_code == 404
    listed = await desk.client.get("/v1/attachments", params={"invoice_id": draft["id"]}, headers=desk.seller())
    assert [file["name"] for file in listed.json()] == ["plan.pdf"]
    sent = await desk.client.post(f"/v1/invoices/{draft['id']}/submit", headers=desk.seller())
    assert sent.status_code == 202, sent.text
    (attached,) = (await desk.facts_sent("invoice.submitted"))[-1]["attachments"]
    assert (attached["name"], attached["document"]["size"]) == ("plan.pdf", len(PDF))
    document = (await desk.client.get(f"/v1/invoices/{draft['id']}/document", headers=desk.seller())).json()
    assert [found["reference"] for found in document["document"]["supporting_documents"]] == ["plan.pdf"]
    assert (await desk.client.delete(path, headers=desk.seller())).json()["code"] == "NOT_EDITABLE"


async def test_who_writes_is_not_disturbed_by_a_file_that_is_put_beside(desk: Any) -> None:
    await desk.settle_in()
    draft = await made(desk, order_id=str(await desk.order("PO-1", 10)))
    path, send = f"/v1/invoices/{draft['id']}", {"content-type": "application/octet-stream"}
    version = (await desk.client.get(path, headers=desk.seller())).headers["etag"]
    params = {"invoice_id": draft["id"], "name": "plan.pdf"}
    kept = await desk.client.post("/v1/attachments", params=params, content=PDF, headers=desk.seller() | send)
    assert kept.status_code == 201, kept.text
    written = await desk.client.patch(path, json={"number": "F-1"}, headers=desk.seller() | {"if-match": version})
    assert written.status_code == 200, written.text
    assert [found["reference"] for found in written.json()["document"]["supporting_documents"]] == ["plan.pdf"]


async def test_a_template_is_ones_own_until_it_is_shared_and_makes_fresh_drafts(desk: Any) -> None:
    await desk.settle_in(non_order_invoices=True)
    line = {"identifier": "1", "quantity": "3", "unit": "HUR", "price": {"net": "80"}, "item": {"name": "Conseil"}}
    document = {"number": "F-9", "lines": [line | {"vat": {"code": "S", "rate": "20"}}], "due_date": "2026-12-31"}
    first = await made(desk, unit_id=str(desk.unit), currency="EUR", document=document)
    mine, colleague = desk.seller(), desk.seller()
    wanted = {"invoice_id": first["id"], "name": "Conseil mensuel"}
    kept = (await desk.client.post("/v1/templates", json=wanted, headers=mine)).json()
    assert (await desk.client.get("/v1/templates", headers=colleague)).json() == []
    refused = await desk.client.post("/v1/invoices", json={"template_id": kept["id"]}, headers=colleague)
    assert (refused.status_code, refused.json()["code"]) == (404, "TEMPLATE_UNKNOWN")
    await desk.client.patch(f"/v1/templates/{kept['id']}", json={"shared": True}, headers=mine)
    fresh = await made(desk, colleague, template_id=kept["id"], document={"number": "F-10"})
    content = fresh["document"]
    assert (content["number"], content["due_date"], content["totals"]["net_amount"]) == ("F-10", None, "240.00")
    theirs = await desk.client.delete(f"/v1/templates/{kept['id']}", headers=colleague)
    assert (theirs.status_code, theirs.json()["code"]) == (403, "RIGHT_REQUIRED")
    path = f"/v1/templates/{kept['id']}"
    assert (await desk.client.delete(path, headers=desk.seller(Role.ADMINISTRATOR))).status_code == 204
    copy = await made(desk, copy_of=fresh["id"])
    assert (copy["document"]["number"], copy["document"]["lines"][0]["quantity"]) == ("", "3")


async def test_a_unit_that_takes_orders_only_says_so_before_anybody_types(desk: Any) -> None:
    await desk.settle_in(support_contact="achats@acme.example")
    wanted = {"unit_id": str(desk.unit), "currency": "EUR"}
    answer = await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
    assert (answer.status_code, answer.json()["code"]) == (409, "NON_ORDER_FORBIDDEN")
    assert "Acme France" in answer.json()["detail"] and "achats@acme.example" in answer.json()["detail"]


async def test_tax_codes_are_the_companys_own(desk: Any) -> None:
    await desk.settle_in()
    parts = [
        {"kind": "GST", "rate": "5", "registration": "RT1"},
        {"kind": "QST", "rate": "9.975", "registration": "T1"},
    ]
    path = "/v1/tax-codes/QC"
    kept = await desk.client.put(path, json={"name": "Québec", "parts": parts}, headers=desk.seller())
    assert (kept.status_code, kept.json()["rate"]) == (200, "14.975")
    assert (await desk.client.get("/v1/tax-codes", headers=desk.stranger())).json() == []
    assert (await desk.client.delete(path, headers=desk.seller(Role.VIEWER))).status_code == 403
    assert (await desk.client.delete(path, headers=desk.stranger())).status_code == 404
    assert (await desk.client.delete(path, headers=desk.seller())).status_code == 204


async def test_what_the_scanner_finds_is_kept_out(desk: Any) -> None:
    async def clamd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        held = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            held += await reader.readexactly(size)
        writer.write(b"stream: Eicar-Test-Signature FOUND\0" if b"EICAR" in held else b"stream: OK\0")
        writer.close()

    server = await asyncio.start_server(clamd, "127.0.0.1", 0)
    try:
        scanner = Clamd(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert await scanner.scan(PDF) is None
        assert await scanner.scan(PDF + b"EICAR") == "Eicar-Test-Signature"
    finally:
        server.close()
        await server.wait_closed()
