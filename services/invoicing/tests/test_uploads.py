"""Invoices from elsewhere: matched with a stated confidence, filled and never overwritten, each file on its own."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pikepdf
import pytest

from contracts.ids import new_id
from contracts.refs import DocumentRef
from documents.invoice import DraftLine, InvoiceDraft
from documents.item import Item, Price
from documents.party import Party, PostalAddress
from documents.references import OrderLineReference
from documents.totals import calculate
from documents.vat import VatCategory
from documents.writing import write_invoice
from invoicing.domain import enrichment, incoming, matching, plain_text
from invoicing.domain.incoming import NoArchive
from invoicing.domain.matching import Candidate


def line(identifier: str = "1", quantity: str = "2", **terms: Any) -> DraftLine:
    given: dict[str, Any] = {"item": Item(name="Chair"), "price": Price(net=Decimal("12.50"))} | terms
    return DraftLine(
        identifier=identifier,
        quantity=Decimal(quantity),
        unit="C62",
        vat=VatCategory(code="S", rate=Decimal(20)),
        **given,
    )


def draft(*lines: DraftLine, **terms: Any) -> InvoiceDraft:
    seller = Party(name="Menuiserie Dupont", vat_identifier="FR32732829320")
    content: dict[str, Any] = {
        "number": "EXT-1",
        "issue_date": date(2026, 11, 20),
        "type_code": "380",
        "currency": "EUR",
        "seller": seller,
        "buyer": Party(name="Acme"),
        "lines": lines or (line(),),
    }
    return InvoiceDraft(**(content | terms))


def candidate(identifier: str = "10", price: str = "12.50", available: str = "10", *items: str) -> Candidate:
    return Candidate(
        new_id(),
        "PO-1",
        identifier,
        "C62",
        Decimal(price),
        Decimal(available),
        frozenset(items or (f"ART-{identifier}",)),
    )


def found(made: InvoiceDraft, *candidates: Candidate) -> list[tuple[int, str, str]]:
    return [(m.line, m.candidate.identifier, str(m.confidence)) for m in matching.matches(made, candidates)]


def test_a_reference_is_believed_first_then_the_item_then_price_and_quantity() -> None:
    both = (candidate("10"), candidate("20", "99"))
    assert found(draft(line(order_line=OrderLineReference(line="20", order="PO-1"))), *both) == [(0, "20", "1.00")]
    by_item = line(item=Item(name="X", buyer_identifier="ART-20"))
    assert found(draft(by_item, order_reference="PO-1"), *both) == [(0, "20", "0.90")]
    assert found(draft(line(), order_reference="PO-1"), *both) == [(0, "10", "0.60")]


def test_an_empty_reference_matches_nothing_and_two_that_would_do_match_nothing() -> None:
    assert found(draft(line()), candidate("10")) == []
    assert found(draft(line(), order_reference="PO-1"), candidate("10"), candidate("20")) == []
    assert found(draft(line(), order_reference="PO-9"), candidate("10")) == []
    assert found(draft(line("1", "11"), order_reference="PO-1"), candidate("10")) == []


def test_enrichment_marks_what_it_fills_and_overwrites_nothing() -> None:
    made = draft(line(item=Item(name="X", buyer_identifier="ART-10")), buyer_reference="Mine")
    filled, marks = enrichment.enrich(made, matching.matches(made, [candidate("10")]), None)
    assert filled.lines[0].order_line == OrderLineReference(line="10", order="PO-1")
    assert [mark.pointer for mark in marks] == ["/lines/0/order_line"]
    assert (filled.buyer_reference, filled.lines[0].price) == ("Mine", made.lines[0].price)
    unsure = draft(line(), order_reference="PO-1")
    assert enrichment.enrich(unsure, matching.matches(unsure, [candidate("10")]), None) == (unsure, ())


def test_amounts_that_the_lines_do_not_make_are_reported_place_by_place() -> None:
    invoice = calculate(draft())
    assert incoming.differences(invoice) == ()
    wrong = invoice.model_copy(update={"totals": invoice.totals.model_copy(update={"vat_amount": Decimal("4.99")})})
    assert [finding.pointer for finding in incoming.differences(wrong)] == ["/totals/vat_amount"]


def zipped(*members: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return held.getvalue()


def test_a_zip_is_opened_within_bounds() -> None:
    files = incoming.files_of("a.zip", zipped(("a.xml", b"<a/>"), ("__MACOSX/a.xml", b""), ("b/c.xml", b"<c/>")))
    assert [(file.name, file.data) for file in files] == [("a.xml", b"<a/>"), ("b/c.xml", b"<c/>")]
    for bad in (b"PK\x03\x04 broken", zipped(*((f"{n}.xml", b"") for n in range(201)))):
        with pytest.raises(NoArchive):
            incoming.files_of("a.zip", bad)


def test_of_a_text_only_what_is_unmistakable_is_taken() -> None:
    text = "FACTURE N° FA-2026-17\nCommande n° PO-1\nIBAN FR76 3000 6000 0112 3456 7890 189\nTotal 30,00"
    yielded = plain_text.yielded(text)
    assert (yielded.number, yielded.orders, yielded.account) == ("FA-2026-17", ("PO-1",), "FR7630006000011234567890189")
    assert plain_text.yielded("Invoice of last week, IBAN FR76 3000 6000 0112 3456 7890 188").account is None


def factur_x(xml: bytes) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(
        pdf, xml, mime_type="application/xml", description="", filename="", creation_date="", mod_date=""
    )
    held = io.BytesIO()
    pdf.save(held)
    return held.getvalue()


@pytest.mark.connected
async def test_each_file_of_an_upload_is_accepted_or_reported_on_its_own(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10, buyer_reference="Service 12")
    reference = OrderLineReference(line="10")
    invoice = calculate(draft(line(order_line=reference), order_reference="PO-1"))
    stranger = invoice.model_copy(update={"seller": Party(name="Menuiserie Dupont", vat_identifier="FR00000000000")})
    data = zipped(
        ("good.xml", write_invoice(invoice, "UBL")),
        ("good.pdf", factur_x(write_invoice(invoice, "CII"))),
        ("other.xml", write_invoice(stranger, "CII")),
        ("order.xml", b"<Order/>"),
        ("broken.pdf", b"%PDF-1.7 and nothing more"),
    )
    send = desk.seller() | {"content-type": "application/octet-stream"}
    answer = await desk.client.post("/v1/uploads", params={"name": "all.zip"}, content=data, headers=send)
    assert answer.status_code == 201, answer.text
    files = {file["name"]: file for file in answer.json()["files"]}
    rules = {name: [found["rule"] for found in file["findings"]] for name, file in files.items()}
    assert [files[name]["outcome"] for name in ("good.xml", "good.pdf")] == ["accepted", "accepted"]
    assert rules["other.xml"] == ["SELLER_DIFFERS"]
    assert rules["order.xml"] == ["UNKNOWN_DOCUMENT"]
    assert rules["broken.pdf"] == ["PDF_UNREADABLE"]
    assert files["good.xml"]["matches"][0]["confidence"] == "1.00"
    assert {mark["pointer"] for mark in files["good.xml"]["filled"]} >= {"/buyer_reference", "/payment_terms"}
    path = f"/v1/invoices/{files['good.xml']['invoice_id']}"
    kept = (await desk.client.get(f"{path}/document", headers=desk.seller())).json()
    assert (kept["document"]["number"], kept["document"]["buyer_reference"]) == ("EXT-1", "Service 12")
    assert (await desk.client.post(f"{path}/submit", headers=desk.seller())).status_code == 202
    assert (await desk.line(order_id))["reserved"] == 2
    shown = await desk.client.get(f"/v1/uploads/{answer.json()['id']}", headers=desk.seller())
    assert shown.json()["files"] == answer.json()["files"]
    assert (await desk.client.get(f"/v1/uploads/{answer.json()['id']}", headers=desk.stranger())).status_code == 404


FRENCH = Party(name="Menuiserie Dupont", vat_identifier="FR32732829320", address=PostalAddress(country="FR"))


async def sent_up(desk: Any, name: str, data: bytes, **query: str) -> list[dict[str, Any]]:
    send = desk.seller() | {"content-type": "application/octet-stream"}
    answer = await desk.client.post("/v1/uploads", params={"name": name} | query, content=data, headers=send)
    assert answer.status_code == 201, answer.text
    files: list[dict[str, Any]] = answer.json()["files"]
    return files


@pytest.mark.connected
@pytest.mark.parametrize("syntax", ["UBL", "CII"])
async def test_what_is_sent_as_it_came_keeps_its_bytes_its_number_and_its_date(desk: Any, syntax: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    reference = OrderLineReference(line="10")
    terms: dict[str, Any] = {"order_reference": "PO-1", "seller": FRENCH}
    dear = draft(line(order_line=reference, price=Price(net=Decimal(13))), number="EXT-2", **terms)
    (wrong,) = await sent_up(desk, "a.xml", write_invoice(calculate(dear), syntax), mode="as-is")
    assert (wrong["outcome"], wrong["filled"]) == ("accepted", [])
    assert [found["rule"] for found in wrong["findings"]] == ["PRICE_DIFFERS"], "what is wrong is a finding"
    refused = await desk.client.post(f"/v1/invoices/{wrong['invoice_id']}/submit", headers=desk.seller())
    assert (refused.status_code, refused.json()["code"]) == (422, "DOCUMENT_INCOMPLETE")

    billing = calculate(draft(line(order_line=reference), **terms))
    exact = write_invoice(billing, syntax).replace(b"?>", b"?><!-- by our own software -->", 1)
    (taken,) = await sent_up(desk, "b.xml", exact, mode="as-is")
    assert taken["findings"] == []
    path = f"/v1/invoices/{taken['invoice_id']}"
    edit = await desk.client.patch(path, json={"number": "X"}, headers=desk.seller() | {"if-match": '"v1"'})
    assert (edit.status_code, edit.json()["code"]) == (409, "SENT_AS_IS")
    assert (await desk.client.post(f"{path}/submit", headers=desk.seller())).status_code == 202
    fact = (await desk.facts_sent("invoice.submitted"))[-1]
    assert (fact["original"], fact["number"], fact["issue_date"]) == ("as_is", "EXT-1", "2026-11-20")
    assert await desk.env.objects.read(DocumentRef.model_validate(fact["document"])) == exact
    assert (await desk.line(order_id))["reserved"] == 2


@pytest.mark.connected
async def test_the_pdf_around_what_is_sent_as_it_came_travels_on(desk: Any) -> None:
    await desk.settle_in()
    await desk.order("PO-1", 10)
    billing = calculate(draft(line(order_line=OrderLineReference(line="10")), order_reference="PO-1", seller=FRENCH))
    xml = write_invoice(billing, "CII")
    came_in = factur_x(xml)
    (taken,) = await sent_up(desk, "facture.pdf", came_in, mode="as-is")
    path = f"/v1/invoices/{taken['invoice_id']}/submit"
    assert (await desk.client.post(path, headers=desk.seller())).status_code == 202
    fact = (await desk.facts_sent("invoice.submitted"))[-1]
    assert await desk.env.objects.read(DocumentRef.model_validate(fact["document"])) == xml
    assert (fact["source"]["name"], "source" in fact["document"]) == ("facture.pdf", False)
    assert await desk.env.objects.read(DocumentRef.model_validate(fact["source"]["document"])) == came_in


@pytest.mark.connected
async def test_each_invoice_of_a_csv_is_accepted_or_told_by_line_and_column(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    header = "invoice_number;issue_date;currency;seller_name;seller_vat;buyer_name;order_number;iban;line;order_line;"
    header += "item_name;quantity;unit;price;vat_category;vat_rate"
    start = "2026-11-20;EUR;Menuiserie Dupont;FR32732829320;Acme;PO-1;FR7630006000011234567890189"
    rows = [
        f"C-1;{start};1;10;Chair;2;C62;12,50;S;20",
        "C-1;;;;;;;;2;10;Chair;1;C62;12,50;S;20",
        f"C-2;{start};1;10;Chair;viele;C62;12,50;S;20",
    ]
    good, bad = await sent_up(desk, "invoices.csv", "\n".join([header, *rows]).encode())
    assert (good["outcome"], good["line"], bad["outcome"], bad["line"]) == ("accepted", 2, "reported", 4)
    assert [found["pointer"] for found in bad["findings"]] == ["quantity"]
    assert bad["findings"][0]["detail"].startswith("Line 4")
    shown = (await desk.client.get(f"/v1/invoices/{good['invoice_id']}/document", headers=desk.seller())).json()
    assert (shown["document"]["number"], shown["document"]["totals"]["gross_amount"]) == ("C-1", "45.00")
    means = shown["document"]["payment"]["means"][0]
    assert (means["code"], means["credit_transfer"]["account"]) == ("58", "FR7630006000011234567890189")
    sent = await desk.client.post(f"/v1/invoices/{good['invoice_id']}/submit", headers=desk.seller())
    assert sent.status_code == 202, sent.text
    assert (await desk.line(order_id))["reserved"] == 3
    (wrong,) = await sent_up(desk, "other.csv", b"a;b\n1;2\n")
    assert {found["rule"] for found in wrong["findings"]} >= {"COLUMN_UNKNOWN", "COLUMN_MISSING"}
    (kept,) = await sent_up(desk, "as.csv", "\n".join([header, rows[0].replace("C-1", "C-9")]).encode(), mode="as-is")
    assert [found["rule"] for found in kept["findings"]] == ["AS_IS_NEEDS_DOCUMENT"]


@pytest.mark.connected
async def test_a_form_invoice_is_free_in_a_unit_that_pays_for_forms_and_an_upload_counts(desk: Any) -> None:
    await desk.settle_in(pays_channels=("form",))
    await desk.grant(1)
    await desk.order("PO-1", 10)
    form_order = await desk.order("PO-2", 10)
    terms: dict[str, Any] = {"order_reference": "PO-1", "seller": FRENCH}

    async def left() -> int:
        return (await desk.client.get("/v1/invoices/balance", headers=desk.seller())).json()["left"]

    async def uploaded(number: str) -> Any:
        one = draft(line(order_line=OrderLineReference(line="10")), number=number, **terms)
        (taken,) = await sent_up(desk, f"{number}.xml", write_invoice(calculate(one), "UBL"), mode="as-is")
        return await desk.client.post(f"/v1/invoices/{taken['invoice_id']}/submit", headers=desk.seller())

    async def written(number: str) -> Any:
        asked = {"order_id": str(form_order), "document": {"number": number}}
        made = await desk.client.post("/v1/invoices", json=asked, headers=desk.seller())
        assert made.status_code == 201, made.text
        return await desk.client.post(f"/v1/invoices/{made.json()['id']}/submit", headers=desk.seller())

    assert (await uploaded("U-1")).status_code == 202
    assert await left() == 0
    second = await uploaded("U-2")
    assert (second.status_code, second.json()["code"]) == (409, "NO_ALLOWANCE")
    free = await written("F-1")
    assert free.status_code == 202, "the unit pays for what is written here, used up or not"
    assert await left() == 0


def billing(number: str) -> bytes:
    made = draft(line(order_line=OrderLineReference(line="10")), order_reference="PO-1", seller=FRENCH, number=number)
    return write_invoice(calculate(made), "CII")


async def sent_as_it_came(desk: Any, name: str, data: bytes) -> list[dict[str, Any]]:
    """The facts of what was uploaded and sent."""
    for taken in await sent_up(desk, name, data, mode="as-is"):
        path = f"/v1/invoices/{taken['invoice_id']}/submit"
        assert (await desk.client.post(path, headers=desk.seller())).status_code == 202
    return await desk.facts_sent("invoice.submitted")


async def kept_of_uploads(desk: Any) -> list[dict[str, Any]]:
    return [row["document"] for row in await desk.env.pipeline.once("select document from upload order by id")]


@pytest.mark.connected
async def test_the_pdf_that_an_invoice_came_in_goes_with_its_original_and_its_digest_stays(desk: Any) -> None:
    await desk.settle_in()
    await desk.order("PO-1", 10)
    (sent,) = await sent_as_it_came(desk, "facture.pdf", factur_x(billing("EXT-1")))
    source = sent["source"]["document"]
    (kept,) = await kept_of_uploads(desk)
    assert (kept["sha256"], kept["key"]) == (source["sha256"], source["key"])
    await desk.eliminate(sent)
    assert not await desk.has(source)
    assert not await desk.has(sent["document"])
    (left,) = await kept_of_uploads(desk)
    assert (left["sha256"], "key" in left) == (source["sha256"], False), "a backup looks for no object that is gone"


@pytest.mark.connected
async def test_a_zip_goes_with_the_last_invoice_that_came_in_it(desk: Any) -> None:
    await desk.settle_in()
    await desk.order("PO-1", 10)
    data = zipped(("1.pdf", factur_x(billing("EXT-1"))), ("2.pdf", factur_x(billing("EXT-2"))))
    first, second = await sent_as_it_came(desk, "both.zip", data)
    (whole,) = await kept_of_uploads(desk)
    await desk.eliminate(first)
    found = [await desk.has(ref) for ref in (first["source"]["document"], second["source"]["document"], whole)]
    assert found == [False, True, True]
    await desk.eliminate(second)
    assert not await desk.has(second["source"]["document"])
    assert not await desk.has(whole)


@pytest.mark.connected
async def test_what_one_invoice_has_beside_it_and_another_came_in_goes_with_both(desk: Any) -> None:
    await desk.settle_in()
    await desk.order("PO-1", 10)
    data = factur_x(billing("EXT-1"))
    (came,) = await sent_as_it_came(desk, "facture.pdf", data)
    beside = await desk.sent_with("PO-2", "F-2", copy=data)
    (attached,) = [file["document"] for file in beside["attachments"]]
    await desk.eliminate(beside)
    assert [await desk.has(ref) for ref in (attached, came["source"]["document"])] == [False, True]
    await desk.eliminate(came)
    assert not await desk.has(came["source"]["document"])


@pytest.mark.connected
async def test_a_pdf_that_was_uploaded_twice_stays_for_the_draft_that_needs_it(desk: Any) -> None:
    await desk.settle_in()
    await desk.order("PO-1", 10)
    data = factur_x(billing("EXT-1"))
    (sent,) = await sent_as_it_came(desk, "facture.pdf", data)
    await sent_up(desk, "again.pdf", data, mode="as-is")
    await desk.eliminate(sent)
    assert await desk.has(sent["source"]["document"])
    assert await desk.has(sent["document"])
