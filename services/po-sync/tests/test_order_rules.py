"""Who is meant, what a further sending means, why an order is not seen."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.item import Item
from documents.order import Order, OrderLine
from documents.party import Party
from documents.receipt import ReceiptAdvice, ReceiptLine
from documents.references import OrderLineReference
from documents.values import Identifier
from po_sync.domain import completeness, parties, revision, visibility
from po_sync.domain.parties import Key
from po_sync.domain.revision import Outcome, Standing
from po_sync.domain.visibility import OrderFacts, Reason, Search

SELLER = Party(name="Dupont", legal_registration=Identifier(value="732829320", scheme="0002"))
FACTS: dict[str, Any] = {
    "waiting_for": None,
    "response": None,
    "closed": False,
    "active_on": date(2026, 1, 1),
    "connected": True,
    "fully_invoiced": False,
}


def order(*lines: tuple[str, str], **terms: Any) -> Order:
    made = tuple(
        OrderLine(identifier=name, quantity=Decimal(quantity), unit="C62", item=Item(name="Chair"))
        for name, quantity in lines or (("10", "1"),)
    )
    content: dict[str, Any] = {"number": "PO-1", "issue_date": date(2026, 1, 1), "currency": "EUR"} | terms
    return Order.model_validate({"buyer": Party(name="Acme"), "seller": SELLER, "lines": made} | content)


def test_the_establishment_is_asked_for_before_its_company() -> None:
    party = Party(
        name="Dupont",
        identifiers=(Identifier(value="internal-7"), Identifier(value="732 829 320 00015", scheme="0009")),
        legal_registration=Identifier(value="732829320", scheme="0002"),
        vat_identifier="fr 32 732 829 320",
        electronic_address=Identifier(value="Facture@Dupont.example", scheme="EM"),
    )
    assert parties.keys(party) == (
        Key("0009", "73282932000015"),
        Key("EM", "facture@dupont.example"),
        Key("VAT", "FR32732829320"),
        Key("0002", "732829320"),
    )


def test_a_siren_is_read_out_of_a_siret_and_of_a_french_vat_number() -> None:
    by_siret = Party(name="D", identifiers=(Identifier(value="73282932000015", scheme="0009"),))
    by_vat = Party(name="D", vat_identifier="FR32732829320")
    assert parties.keys(by_siret)[-1] == parties.keys(by_vat)[-1] == Key("0002", "732829320")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=":"), min_size=1), st.text())
def test_a_key_is_read_back_as_it_was_written(scheme: str, value: str) -> None:
    made = parties.key(scheme, value)
    assert parties.parse(str(made)) == made
    assert parties.key(scheme, made.value) == made


@pytest.mark.parametrize(
    ("standing", "sent", "outcome"),
    [
        (None, 1, Outcome.CREATED),
        (Standing(2, "a"), 1, Outcome.IGNORED),
        (Standing(2, "a"), 2, Outcome.UNCHANGED),
        (Standing(2, "b"), 2, Outcome.CONFLICT),
        (Standing(2, "b"), 3, Outcome.CHANGED),
    ],
)
def test_the_revision_decides_what_a_sending_means(standing: Standing | None, sent: int, outcome: Outcome) -> None:
    assert revision.outcome(standing, sent, "a") is outcome


def test_a_line_is_changed_when_it_differs_appears_or_goes() -> None:
    before = {
        line.identifier: revision.line_digest(line) for line in order(("10", "1"), ("20", "1"), ("30", "1")).lines
    }
    after = {line.identifier: revision.line_digest(line) for line in order(("10", "1"), ("20", "2"), ("40", "1")).lines}
    assert revision.changed_lines(before, after) == ("20", "30", "40")
    assert revision.changed_lines(before, before) == ()


def test_the_same_order_has_the_same_bytes() -> None:
    again = Order.model_validate_json(revision.content(order()))
    assert revision.content(again) == revision.content(order())


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({}, ()),
        ({"waiting_for": "SUPPLIER_UNKNOWN", "connected": False}, (Reason.SUPPLIER_UNKNOWN,)),
        ({"connected": False, "closed": True}, (Reason.NOT_CONNECTED, Reason.ORDER_CLOSED)),
        ({"response": "rejected", "fully_invoiced": True}, (Reason.REJECTED, Reason.FULLY_INVOICED)),
        ({"active_on": date(2024, 11, 21)}, (Reason.TOO_OLD,)),
        ({"active_on": date(2024, 11, 22)}, ()),
    ],
)
def test_every_reason_is_given_at_once(change: dict[str, Any], reasons: tuple[Reason, ...]) -> None:
    found = visibility.reasons(OrderFacts(**(FACTS | change)), Search(date(2026, 11, 22), 2))
    assert found == reasons
    assert all(visibility.MENDED_BY[reason] for reason in Reason)


@pytest.mark.parametrize(
    ("terms", "rule", "pointer"),
    [
        ({"number": ""}, "ORDER_NUMBER_MISSING", "/number"),
        ({"currency": "euro"}, "CURRENCY_UNKNOWN", "/currency"),
        ({"seller": Party(name="nobody")}, "SELLER_NOT_IDENTIFIED", "/seller"),
    ],
)
def test_an_order_without_what_is_needed_is_told_where(terms: dict[str, Any], rule: str, pointer: str) -> None:
    assert [(f.rule, f.pointer) for f in completeness.order_findings(order(**terms))] == [(rule, pointer)]


def test_lines_that_cannot_be_told_apart_or_counted_are_refused() -> None:
    found = completeness.order_findings(order(("10", "1"), ("10", "-1"), ("30", "0.0000001")))
    assert [(f.rule, f.pointer) for f in found] == [
        ("LINE_IDENTIFIER", "/lines/0/identifier"),
        ("LINE_IDENTIFIER", "/lines/1/identifier"),
        ("NEGATIVE_QUANTITY", "/lines/1/quantity"),
        ("QUANTITY_TOO_PRECISE", "/lines/2/quantity"),
    ]


def test_a_receipt_names_its_order_and_line() -> None:
    bare = ReceiptLine(
        identifier="1", received_quantity=Decimal(1), unit="C62", order_line=OrderLineReference(line="10")
    )
    advice = ReceiptAdvice(
        number="GR-1", issue_date=date(2026, 1, 1), buyer=Party(name="A"), seller=SELLER, lines=(bare,)
    )
    assert [f.rule for f in completeness.receipt_findings(advice)] == ["ORDER_MISSING"]
    assert completeness.receipt_findings(advice.model_copy(update={"order_reference": "PO-1"})) == ()
