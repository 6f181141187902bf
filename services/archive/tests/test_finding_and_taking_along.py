"""Both sides find originals by what they know of them, and take many along at once."""

import asyncio
import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import bulk, evidencing
from archive.domain.wording import wording
from contracts.ids import new_id
from contracts.money import Totals
from contracts.registration import ConnectionState, ConnectionStatus

CII = """<a:CrossIndustryInvoice xmlns:a="urn:a"><a:BuyerOrderReferencedDocument><a:IssuerAssignedID>{order}
</a:IssuerAssignedID></a:BuyerOrderReferencedDocument><a:SellerTradeParty><a:Name>Ateliers Kœnig</a:Name>
</a:SellerTradeParty><a:Name>{text}</a:Name><a:AttachmentBinaryObject>QUJD</a:AttachmentBinaryObject>
</a:CrossIndustryInvoice>"""
UBL = """<Invoice><OrderReference><ID>po-7</ID></OrderReference><InvoiceLine><Item><Name>Café  moulu</Name></Item>
<OrderLineReference><OrderReference><ID>PO-8</ID></OrderReference></OrderLineReference></InvoiceLine></Invoice>"""


def test_words_and_order_numbers_of_both_syntaxes_are_found_and_attachments_are_not() -> None:
    cii, ubl = wording(CII.format(order="PO-1", text="Vis à tête").encode()), wording(UBL.encode())
    assert cii.order_numbers == ("PO-1",)
    assert cii.words.split("\n")[1:] == ["ATELIERS KŒNIG", "VIS A TETE"]
    assert ubl.order_numbers == ("PO-7", "PO-8")
    assert "CAFE MOULU" in ubl.words


def test_what_is_said_of_a_whole_invoice_is_found_however_many_lines_stand_before_it() -> None:
    line = "<a:IncludedSupplyChainTradeLineItem><a:Name>{}</a:Name></a:IncludedSupplyChainTradeLineItem>"
    lines = "".join(line.format(f"Palier à semelle fonte, alésage {n} mm") for n in range(2_000))
    start = '<a:CrossIndustryInvoice xmlns:a="urn:a">'
    document = CII.format(order="PO-4711", text="Acompte").replace(start, start + lines)
    found = wording(document.encode())
    assert found.order_numbers == ("PO-4711",)
    assert {"PO-4711", "ATELIERS KŒNIG", "ACOMPTE"} <= set(found.words.split("\n"))
    assert len(found.words) < 20_400


@given(st.binary(max_size=200) | st.text().map(lambda text: f"<a>{text}</a>".encode()))
def test_what_cannot_be_read_has_no_words_and_ends_nothing(document: bytes) -> None:
    found = wording(document)
    assert len(found.words) <= 20_000
    assert "\0" not in found.words


async def found(desk: Any, query: dict[str, Any], company: Any = None) -> list[str]:
    answer = await desk.client.get("/v1/archive", params=query, headers=desk.who(company))
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


@pytest.mark.connected
async def test_an_original_is_found_by_number_order_partner_amount_period_and_words_by_both_sides(desk: Any) -> None:
    other = new_id()
    await desk.archive("F-1", xml=CII.format(order="PO-1", text="Vis à tête fraisée"), issue_date=date(2026, 1, 5))
    await desk.archive("F-2", xml=CII.format(order="PO-10", text="100 % coton"), issue_date=date(2026, 2, 5))
    totals = Totals(currency="USD", net=Decimal(5), vat=Decimal(1), gross=Decimal(6), due=Decimal(6))
    buyer, desk.buyer = desk.buyer, other
    await desk.archive("F-3", xml=CII.format(order="PO-3", text="Écrou"), totals=totals)
    desk.buyer = buyer
    queries: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["F-3", "F-2", "F-1"]),
        ({"number": "f-2"}, ["F-2"]),
        ({"order": "po-1"}, ["F-1"]),
        ({"q": "po-1"}, ["F-2", "F-1"]),
        ({"partner": str(other)}, ["F-3"]),
        ({"max": "6.00"}, ["F-3"]),
        ({"min": "100", "max": "120.00", "currency": "EUR"}, ["F-2", "F-1"]),
        ({"from": "2026-02-01", "to": "2026-02-28"}, ["F-2"]),
        ({"q": "tete FRAISÉE"}, ["F-1"]),
        ({"q": "0 %"}, ["F-2"]),
        ({"q": "%%"}, []),
        ({"q": "kœnig", "from": "2026-02-01", "partner": str(other)}, ["F-3"]),
    ]
    for query, numbers in queries:
        assert await found(desk, query) == numbers, query
    assert await found(desk, {"q": "tete"}, buyer) == ["F-1"]
    assert await found(desk, {"q": "ecrou"}, buyer) == []
    assert await found(desk, {"q": "tete"}, uuid4()) == []
    bad = await desk.client.get("/v1/archive", params={"min": "NaN"}, headers=desk.who())
    assert bad.status_code == 422


@pytest.mark.connected
async def test_an_image_for_the_workflow_is_marked_wherever_the_archive_speaks_of_it(desk: Any, tmp_path: Path) -> None:
    legal, image = [(await desk.archive(number, legal=number == "F-1"))[0] for number in ("F-1", "F-2")]
    listed = (await desk.client.get("/v1/archive", headers=desk.who(desk.buyer))).json()["items"]
    assert [(item["number"], item["legal"]) for item in listed] == [("F-2", False), ("F-1", True)]
    for number, sealed in (("F-1", legal), ("F-2", image)):
        verified = await desk.client.post("/v1/archive/verify", content=f"%PDF {number}".encode(), headers=desk.who())
        assert verified.json()["legal"] is sealed.legal
        bundle = await desk.client.get(f"/v1/archive/{sealed.invoice_id}/bundle.zip", headers=desk.who())
        with zipfile.ZipFile(io.BytesIO(bundle.content)) as files:
            files.extractall(tmp_path / number)
        script = [sys.executable, "-I", str(tmp_path / number / "verify_bundle.py")]
        said = (await asyncio.to_thread(subprocess.run, script, capture_output=True, text=True, check=True)).stdout
        assert ("not for VAT refund" in said) is not sealed.legal
    export = (await desk.client.post("/v1/archive/exports", headers=desk.who())).json()
    answer = await desk.client.get(export["parts"][0]["path"], headers=desk.who())
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        assert [row["legal"] for row in sheet(files)] == ["True", "False"]


@pytest.mark.connected
async def test_a_disconnected_partner_keeps_what_was_theirs_to_read(desk: Any) -> None:
    (sealed,) = await desk.archive("F-1")
    state = ConnectionState(
        connection_id=new_id(),
        revision=2,
        supplier_id=desk.supplier,
        buyer_id=desk.buyer,
        unit_id=sealed.unit_id,
        status=ConnectionStatus.DISCONNECTED,
        since=desk.clock.now(),
    )
    await desk.learn(state)
    assert await found(desk, {"number": "F-1"}, desk.buyer) == ["F-1"]
    for end in ("original.pdf", "invoice.xml", "bundle.zip", "proof"):
        answer = await desk.client.get(f"/v1/archive/{sealed.invoice_id}/{end}", headers=desk.who(desk.buyer))
        assert answer.status_code == 200, end


def sheet(files: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files.read("index.csv").decode("utf-8-sig"))))


@pytest.mark.connected
async def test_many_originals_are_taken_along_in_parts_that_say_how_far_they_are(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART", 2)
    await desk.archive("F-1", "=F/2", "F-3", xml=CII.format(order="PO-1", text="Vis"))
    await desk.archive("G-1", xml=CII.format(order="PO-2", text="Vis"))
    asked = await desk.client.post("/v1/archive/exports", params={"order": "PO-1"}, headers=desk.who())
    export = asked.json()
    assert asked.status_code == 201, asked.text
    assert (export["state"], export["items"], [part["items"] for part in export["parts"]]) == ("waiting", 3, [2, 1])
    numbers: list[str] = []
    for number, part in enumerate(export["parts"], 1):
        answer = await desk.client.get(part["path"], headers=desk.who())
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
            assert files.testzip() is None
            for row in sheet(files):
                assert hashlib.sha256(files.read(row["file"])).hexdigest() == row["sha256"]
                assert b"PO-1" in files.read(row["file"].replace(".pdf", ".xml"))
                numbers.append(row["number"])
        state = (await desk.client.get(f"/v1/archive/exports/{export['id']}", headers=desk.who())).json()
        assert (state["done"], state["state"]) == ((2, "running"), (3, "done"))[number - 1]
        assert state["parts"][number - 1]["bytes"] == len(answer.content)
    assert sorted(numbers) == ["'=F/2", "F-1", "F-3"]
    for company in (desk.buyer, uuid4()):
        for path in (export["parts"][0]["path"], f"/v1/archive/exports/{export['id']}"):
            assert (await desk.client.get(path, headers=desk.who(company))).status_code == 404
    nothing = await desk.client.post("/v1/archive/exports", params={"q": "nowhere"}, headers=desk.who())
    assert nothing.json()["code"] == "NOTHING_TO_EXPORT"


@pytest.mark.connected
async def test_what_is_lost_is_named_in_the_sheet_and_ends_no_download_and_bundles_are_whole(desk: Any) -> None:
    lost, _ = await desk.archive("F-1", "F-2")
    await evidencing.stamp_batch(desk.env)
    path = {}
    for content in ("originals", "bundles"):
        asked = await desk.client.post("/v1/archive/exports", json={"content": content}, headers=desk.who(desk.buyer))
        path[content] = asked.json()["parts"][0]["path"]
    desk.objects._kept.pop(("archive", f"{desk.supplier}/{lost.submission_id}.zip"))
    for content, end in (("originals", ".pdf"), ("bundles", ".zip")):
        answer = await desk.client.get(path[content], headers=desk.who(desk.buyer))
        with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
            rows = sorted(sheet(files), key=lambda row: row["number"])
            assert [row["file"][-4:] for row in rows] == ["", end]
            assert "is not in the object store" in rows[0]["problem"]
            if content == "bundles":
                with zipfile.ZipFile(io.BytesIO(files.read(rows[1]["file"]))) as bundle:
                    assert {"original.pdf", "proof.json", "verify_bundle.py"} <= set(bundle.namelist())
