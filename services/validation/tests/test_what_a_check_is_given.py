"""A check takes a document, or the product's JSON, with what its orders say of its lines."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.faults import Finding
from contracts.rulebooks import BuyerRule
from documents.invoice import Invoice
from documents.reading import read_invoice
from mesh.errors import Invalid, UnsupportedMedia
from validation.api.checkable import read
from validation.domain.buyer_rules import apply
from validation.domain.case import Case

EXAMPLE = (Path(__file__).parents[3] / "examples" / "order-simple" / "invoice.json").read_bytes()
LINES = range(len(json.loads(EXAMPLE)["lines"]))
CONTEXT = [{"line": line, "ordered": "5", "received": "5", "invoiced": "0"} for line in LINES]
WITH_ORDERS = json.dumps({"invoice": json.loads(EXAMPLE), "order_context": CONTEXT}).encode()
NONE = [b"", b"[]", b"7", b'{"invoice": 1}', b'{"invoice": {}, "order_context": [], "more": 1}']


def test_an_invoice_is_read_with_and_without_its_orders() -> None:
    alone, nothing = read("application/json", EXAMPLE)
    document, orders = read("application/json", WITH_ORDERS)

    assert nothing == {}
    assert alone == document
    assert orders[0].ordered == Decimal(5)


def test_rules_about_orders_are_evaluated_where_the_orders_are_given() -> None:
    rule = BuyerRule(id="quantity", kind="quantity-tolerance", parameters={"percent": "0"})

    def found(given: bytes) -> list[Finding]:
        document, orders = read("application/json; charset=utf-8", given)
        invoice: Invoice = read_invoice(document)
        return apply((rule,), Case(invoice, invoice.issue_date, orders or None))

    assert [each.rule for each in found(EXAMPLE)] == ["NAV-RULEBOOK-NOT-EVALUATED"]
    assert [each.rule for each in found(WITH_ORDERS)] == ["NAV-BUYER-QUANTITY-TOLERANCE"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b'{"invoice": 1}', b'{"invoice": {}, "order_context": [], "more": 1}']
)
def test_what_is_no_invoice_is_refused_with_its_place(body: bytes) -> None:
    with pytest.raises(Invalid):
        read("application/json", body)


def test_xml_passes_as_it_is_and_other_media_do_not() -> None:
    assert read("text/xml", b"<a/>") == (b"<a/>", {})
    with pytest.raises(UnsupportedMedia):
        read("text/plain", b"<a/>")
