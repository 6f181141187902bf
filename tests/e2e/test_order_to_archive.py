"""The whole path with real documents: from a Peppol order to an original that anybody can verify."""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from actors.documents import fresh, order_xml, whole_receipt
from actors.listener import listening
from actors.live import LiveEvents
from actors.session import Machine, Nobody, Person
from actors.trade import Supplier, publish
from actors.waiting import eventually

pytestmark = pytest.mark.e2e
STEPS = ["invoice.submitted", "invoice.validated", "invoice.sealed", "invoice.archived", "invoice.delivered"]


def _download(session: Nobody, invoice_id: str, name: str) -> bytes:
    answer = session.send("GET", f"/v1/archive/{invoice_id}/{name}")
    assert answer.status_code == 200, answer.text[:300]
    return answer.content


def _verdict(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the bundle's own script says, run alone: it needs `cryptography` and nothing of ours."""
    script = folder / "verify_bundle.py"
    return subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=False)


def _one_byte_changed(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_an_order_becomes_a_sealed_archived_delivered_and_approved_invoice(
    erp: Machine, buyer: Person, supplier: Supplier, tmp_path: Path
) -> None:
    number = fresh("CMD")
    with listening() as listener:
        url = {"url": listener.url, "types": ["invoice.archived"]}
        webhook = buyer.ask("POST", "/v1/webhooks", 201, json=url)
        try:
            published = publish(erp, order_xml(number))
            assert (published["state"], published["waiting_for"]) == ("published", None)
            receipt = erp.ask("POST", "/v1/receipts", 201, json=whole_receipt(number))
            assert receipt["waiting"] == 0

            order = supplier.order(number)
            assert order["id"] == published["id"]
            lines = supplier.lines_when(
                "the receipt at invoicing", order["id"], lambda found: found["10"]["received"] == "120"
            )
            assert all(line["billable"] and not line["blocks"] for line in lines.values())

            draft = supplier.draft(order["id"], number.replace("CMD", "F"))
            assert draft["document"]["totals"]["gross_amount"] == "2311.20"
            with LiveEvents(supplier.session) as live:
                supplier.submit(draft["id"])
                for step in STEPS[1:]:
                    live.wait_type(step, draft["id"])
                erp.ask("POST", f"/v1/invoices/{draft['id']}/statuses", 201, json={"code": "205"})
                approved = live.wait_type("invoice.status_reported", draft["id"])
            assert approved.data["data"]["code"] == "205"

            hook = listener.wait("invoice.archived", draft["id"])
            assert hook.signed_by(webhook["secret"])
            assert not hook.signed_by("whsec_" + "A" * 32)
        finally:
            buyer.ask("DELETE", f"/v1/webhooks/{webhook['id']}", 204)

    _is_known_to_both_sides(erp, supplier, draft["id"])
    _can_be_verified(supplier.session, draft["id"], hook.item["data"], tmp_path)


def _is_known_to_both_sides(erp: Machine, supplier: Supplier, invoice_id: str) -> None:
    invoice = eventually(
        "the approval in the list",
        lambda: (found := supplier.session.get(f"/v1/invoices/{invoice_id}"))["status"] == "205" and found,
    )
    assert invoice["state"] == "delivered"
    entries = supplier.session.get(f"/v1/invoices/{invoice_id}/timeline")["entries"]
    # The time-stamp authority counts whole seconds, so a fast seal may be listed before the check it followed.
    assert sorted(entry["type"] for entry in entries) == sorted([*STEPS, "invoice.status_reported"])
    assert {entry["service"] for entry in entries} == {
        "invoicing", "validation", "signing", "archive", "notifications"
    }  # fmt: skip
    lines = supplier.lines(invoice_order(supplier, invoice))
    assert {line["invoiced"] for line in lines.values()} == {"120", "400", "12.5"}
    assert all([block["code"] for block in line["blocks"]] == ["FULLY_INVOICED"] for line in lines.values())

    after, told = 0, list[dict[str, Any]]()
    while True:
        page = erp.get("/v1/feed", after=after, limit=500)
        told += page["items"]
        after = page["next"]
        if not page["more"]:
            break
    positions = [item["position"] for item in told]
    assert positions == sorted(set(positions))
    about = [item["type"] for item in told if item["subject"] == invoice_id]
    assert about[0] == "invoice.archived", "a buyer hears of an invoice from its archiving on"


def invoice_order(supplier: Supplier, invoice: dict[str, Any]) -> str:
    """The id of the order that an invoice is about."""
    return str(supplier.session.get("/v1/orders", number=invoice["order_numbers"][0], show="all")["items"][0]["id"])


def _can_be_verified(session: Nobody, invoice_id: str, told: dict[str, Any], folder: Path) -> None:
    original, document = (_download(session, invoice_id, name) for name in ("original.pdf", "invoice.xml"))
    assert original.startswith(b"%PDF-")
    assert len(original) == told["original"]["size"]
    assert invoice_id not in document.decode()
    assert b"CrossIndustryInvoice" in document or b"urn:oasis:names:specification:ubl" in document
    verified = session.ask("POST", "/v1/archive/verify", content=original)
    assert (verified["original"], verified["stored_intact"]) == (True, True)
    assert (verified["invoice_id"], verified["sha256"]) == (invoice_id, told["original"]["sha256"])
    assert session.ask("POST", "/v1/archive/verify", content=_one_byte_changed(original))["original"] is False

    with zipfile.ZipFile(BytesIO(_download(session, invoice_id, "bundle.zip"))) as files:
        files.extractall(folder)
    assert (folder / "original.pdf").read_bytes() == original
    assert (folder / "invoice.xml").read_bytes() == document
    said = _verdict(folder)
    assert said.returncode == 0, said.stdout + said.stderr
    for name, content in (("original.pdf", original), ("invoice.xml", document)):
        (folder / name).write_bytes(_one_byte_changed(content))
        said = _verdict(folder)
        assert said.returncode == 1, said.stdout
        assert "FAIL" in said.stdout
        (folder / name).write_bytes(content)
