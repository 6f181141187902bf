"""What a buyer wants filled comes from order, receipt, despatch or company, is marked, and overwrites nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.refs import DocumentRef
from contracts.registration import ConnectionState, ConnectionStatus, Identifier
from contracts.rulebooks import ENRICHMENTS, Enrichment, RulebookState
from documents.invoice import Delivery, DraftLine, InvoiceDraft
from documents.item import Item, Price
from documents.order import Order, OrderLine
from documents.party import Party
from documents.reading import read_invoice
from documents.references import OrderLineReference
from documents.totals import calculate
from documents.values import Period
from documents.vat import VatCategory
from documents.writing import write_invoice
from invoicing.domain.enrichment import Filled, Origin, Sources, fill, lacking, standing

EVERYTHING = tuple(Enrichment(term=term, source=source) for term, sources in ENRICHMENTS.items() for source in sources)
LINE = DraftLine(
    identifier="1",
    quantity=Decimal(2),
    unit="C62",
    order_line=OrderLineReference(line="10", order="PO-1"),
    price=Price(net=Decimal("12.50")),
    vat=VatCategory(code="S", rate=Decimal(20)),
    item=Item(name="Chair"),
)


def draft(**terms: Any) -> InvoiceDraft:
    content: dict[str, Any] = {
        "number": "F-1",
        "issue_date": date(2026, 11, 20),
        "type_code": "380",
        "currency": "EUR",
        "seller": Party(name="Menuiserie Dupont", vat_identifier="FR32732829320"),
        "buyer": Party(name="Acme"),
        "lines": (LINE,),
    }
    return InvoiceDraft(**(content | terms))


def order(number: str = "PO-1", **terms: Any) -> Order:
    line = OrderLine(identifier="10", quantity=Decimal(10), unit="C62", item=Item(name="Chair"))
    party = Party(name="Acme")
    return Order(
        number=number, issue_date=date(2026, 11, 1), currency="EUR", buyer=party, seller=party, lines=(line,), **terms
    )


FIRST, SECOND = Origin("GR-1", date(2026, 11, 2)), Origin("GR-2", date(2026, 11, 9))
ALL = Sources(
    orders=(
        order(
            buyer_reference="Service 12",
            project_reference="P-7",
            contract_reference="C-3",
            sales_order_reference="S-1",
            originator_reference="T-4",
            buyer_accounting_reference="6061",
            payment_terms="30 jours",
        ),
    ),
    receipts=(FIRST,),
    despatches=(Origin("DA-1", date(2026, 11, 1)),),
    unit_code="DSI",
    supplier_number="401-77",
    buyer="Acme (Siège)",
)


def test_every_term_that_a_rulebook_may_name_is_filled_and_marked() -> None:
    full, marks = fill(draft(), EVERYTHING, ALL)
    assert lacking(full, EVERYTHING) == ()
    assert {mark.pointer: (mark.source, mark.number) for mark in marks} == {
        "/buyer_reference": ("order", "PO-1"),
        "/project_reference": ("order", "PO-1"),
        "/contract_reference": ("order", "PO-1"),
        "/order_reference": ("order", "PO-1"),
        "/sales_order_reference": ("order", "PO-1"),
        "/receiving_advice_reference": ("receipt", "GR-1"),
        "/despatch_advice_reference": ("despatch", "DA-1"),
        "/tender_reference": ("order", "PO-1"),
        "/buyer_accounting_reference": ("order", "PO-1"),
        "/payment_terms": ("order", "PO-1"),
        "/seller/identifiers/0": ("company", "Acme (Siège)"),
        "/delivery/date": ("receipt", "GR-1"),
    }
    assert (full.tender_reference, full.seller.identifiers[0].value) == ("T-4", "401-77")
    assert full.delivery == Delivery(date=date(2026, 11, 2))


def test_what_is_there_stays_and_is_not_marked() -> None:
    written = dict.fromkeys(("buyer_reference", "receiving_advice_reference", "payment_terms"), "mine")
    full, marks = fill(draft(**written, period=Period(start=date(2026, 11, 1))), EVERYTHING, ALL)
    assert [getattr(full, name) for name in written] == ["mine"] * 3
    assert not {mark.pointer for mark in marks} & {"/delivery/date", *(f"/{name}" for name in written)}


def test_what_no_source_knows_or_two_know_differently_stays_empty() -> None:
    assert fill(draft(), EVERYTHING, Sources()) == (draft(), ())
    differing = Sources(
        orders=(order(buyer_reference="A"), order("PO-2", buyer_reference="B")), receipts=(FIRST, SECOND)
    )
    full, marks = fill(draft(), EVERYTHING, differing)
    assert (full.buyer_reference, full.order_reference, full.receiving_advice_reference) == (None, None, None)
    assert [(mark.pointer, mark.number) for mark in marks] == [("/delivery/date", "GR-2")]


def test_the_first_source_that_knows_a_term_is_taken_and_an_unknown_term_is_left_alone() -> None:
    both = (Enrichment(term="BT-10", source="company"), Enrichment(term="BT-10", source="order"))
    assert fill(draft(), both, ALL)[0].buyer_reference == "DSI"
    assert fill(draft(), both, Sources(orders=ALL.orders))[0].buyer_reference == "Service 12"
    later = (Enrichment(term="BT-999", source="order"),)
    assert fill(draft(), later, ALL) == (draft(), ())


def test_a_credit_note_gets_no_delivery_date() -> None:
    full, marks = fill(draft(type_code="381"), (Enrichment(term="BT-72", source="receipt"),), ALL)
    assert (full.delivery, marks) == (None, ())


def test_a_mark_stands_as_long_as_its_term_does() -> None:
    marks = (Filled("/lines/0/order_line", "order", "PO-1"), Filled("/buyer_reference", "order", "PO-1"))
    assert standing(draft(), marks) == marks[:1]


WANTED = (
    Enrichment(term="BT-15", source="receipt"),
    Enrichment(term="BT-72", source="receipt"),
    Enrichment(term="BT-10", source="company"),
    Enrichment(term="BT-29", source="company"),
)


def rulebook(desk: Any, version: int, *wanted: Enrichment) -> RulebookState:
    return RulebookState(
        unit_id=desk.unit,
        buyer_id=desk.buyer,
        rulebook_version=version,
        rules=(),
        published_at=datetime(2026, 11, 22, tzinfo=UTC),
        enrichment=wanted,
    )


async def supplier_number(desk: Any) -> None:
    await desk.learn(
        ConnectionState(
            connection_id=desk.connection,
            revision=2,
            supplier_id=desk.supplier,
            buyer_id=desk.buyer,
            unit_id=desk.unit,
            status=ConnectionStatus.ACTIVE,
            since=datetime(2026, 1, 1, tzinfo=UTC),
            supplier_number="401-77",
            consent=True,
        )
    )


async def shown(desk: Any, invoice_id: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    answer = await desk.client.get(f"/v1/invoices/{invoice_id}/document", headers=headers or desk.seller())
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.connected
async def test_a_converted_order_is_filled_marked_and_sent_that_way(desk: Any) -> None:
    await desk.settle_in(identifiers=(Identifier(scheme="0009", value="1"), Identifier(scheme="SERVICE", value="DSI")))
    await supplier_number(desk)
    await desk.learn(rulebook(desk, 2, *WANTED), rulebook(desk, 1))
    order_id = await desk.order("PO-1", 10)
    receipt = await desk.receipt(order_id, "10", 6)

    body = {"order_id": str(order_id), "document": {"number": "F-1"}}
    made = (await desk.client.post("/v1/invoices", json=body, headers=desk.seller())).json()
    document = made["document"]
    assert document["receiving_advice_reference"] == receipt.number
    assert (document["delivery"]["date"], document["buyer_reference"]) == ("2026-11-02", "DSI")
    assert document["seller"]["identifiers"][0]["value"] == "401-77"
    marks = {(mark["pointer"], mark["source"], mark["number"]) for mark in made["filled"]}
    assert ("/receiving_advice_reference", "receipt", receipt.number) in marks
    assert ("/seller/identifiers/0", "company", "Acme France (Siège)") in marks

    path = f"/v1/invoices/{made['id']}"
    own = {"delivery": {"date": "2026-11-05"}}
    edit = await desk.client.patch(path, json=own, headers=desk.seller() | {"if-match": '"v1"'})
    assert "/delivery/date" not in {mark["pointer"] for mark in edit.json()["filled"]}, "somebody wrote it himself"
    sent = await desk.client.post(f"{path}/submit", headers=desk.seller())
    assert sent.status_code == 202, sent.text
    fact = (await desk.facts_sent("invoice.submitted"))[-1]
    xml = read_invoice(await desk.env.objects.read(DocumentRef.model_validate(fact["document"])))
    assert (xml.receiving_advice_reference, xml.delivery) == (receipt.number, Delivery(date=date(2026, 11, 5)))
    assert xml.seller.identifiers[0].value == "401-77"
    after = await shown(desk, made["id"])
    assert (after["sent"], {mark["pointer"] for mark in after["filled"]}) == (
        True,
        {"/receiving_advice_reference", "/buyer_reference", "/seller/identifiers/0"},
    )
    kept = (await desk.client.get(path, headers=desk.seller())).json()["draft"]
    assert kept.get("receiving_advice_reference") is None, "another attempt asks the rulebook of its own day"


@pytest.mark.connected
async def test_an_upload_is_filled_a_document_sent_as_it_is_is_not(desk: Any) -> None:
    await desk.settle_in()
    await desk.learn(rulebook(desk, 1, *WANTED))
    order_id = await desk.order("PO-1", 10, buyer_reference="Service 12")
    receipt = await desk.receipt(order_id, "10", 6)
    xml = write_invoice(calculate(draft(number="EXT-1")), "UBL")
    headers = desk.seller() | {"content-type": "application/octet-stream"}

    async def taken(mode: str) -> dict[str, Any]:
        query = {"name": "a.xml", "mode": mode}
        answer = await desk.client.post("/v1/uploads", params=query, content=xml, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["files"][0]

    issued = await taken("issue")
    marks = {mark["pointer"]: mark["source"] for mark in issued["filled"]}
    assert marks["/receiving_advice_reference"] == "receipt"
    assert marks["/buyer_reference"] == "order"
    document = await shown(desk, issued["invoice_id"])
    assert document["document"]["receiving_advice_reference"] == receipt.number
    assert {mark["pointer"]: mark["source"] for mark in document["filled"]} == marks

    untouched = await taken("as-is")
    document = await shown(desk, untouched["invoice_id"])
    assert (untouched["filled"], document["filled"]) == ([], [])
    assert document["document"].get("receiving_advice_reference") is None


@pytest.mark.connected
async def test_without_a_source_that_knows_it_a_term_stays_empty(desk: Any) -> None:
    await desk.settle_in()
    await desk.learn(rulebook(desk, 1, *WANTED))
    order_id = await desk.order("PO-1", 10)
    made = (await desk.client.post("/v1/invoices", json={"order_id": str(order_id)}, headers=desk.seller())).json()
    assert made["filled"] == []
    assert made["document"].get("receiving_advice_reference") is None
    await desk.learn(rulebook(desk, 2))
    await desk.receipt(order_id, "10", 6)
    assert (await shown(desk, made["id"]))["filled"] == [], "the newest version wants nothing"
