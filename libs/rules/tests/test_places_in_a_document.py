import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import rules.terms
from documents.xml import Element
from rules.pointers import NAMESPACES, from_svrl, of, path_of
from rules.terms import term_of

TABLES = ("ubl.json", "cii.json")


def svrl_location(element: Element) -> str:
    """As the official stylesheets write it."""
    steps = ""
    for node in (*reversed(list(element.iterancestors())), element):
        name = etree.QName(node)
        position = 1 + sum(1 for _ in node.itersiblings(str(node.tag), preceding=True))
        steps += f"/*:{name.localname}[namespace-uri()='{name.namespace}'][{position}]"
    return steps


def test_both_ways_to_a_pointer_agree_and_find_the_element(documents: dict[str, str]) -> None:
    for document in documents.values():
        root = etree.fromstring(document.encode())
        for element in root.iter():
            pointer = of(element)
            assert from_svrl(svrl_location(element), root) == pointer
            assert root.xpath(pointer, namespaces=NAMESPACES) == [element]


@given(st.text(max_size=200))
def test_no_location_whatever_breaks_the_reading(location: str) -> None:
    assert from_svrl(location, etree.fromstring(b"<a/>"))


def test_an_attribute_keeps_its_sign() -> None:
    assert from_svrl("/Invoice[1]/ID[2]/@schemeID", etree.fromstring(b"<a/>")) == "/Invoice/ID[2]/@schemeID"


def test_a_path_is_a_pointer_without_positions() -> None:
    assert path_of("/ubl:Invoice/cac:InvoiceLine[2]/cbc:ID[1]") == "/ubl:Invoice/cac:InvoiceLine/cbc:ID"


@pytest.mark.parametrize(
    ("path", "term"),
    [
        ("/ubl:Invoice/cbc:ID", "BT-1"),
        ("/cn:CreditNote/cbc:ID", "BT-1"),
        ("/cn:CreditNote/cac:CreditNoteLine/cbc:CreditedQuantity", "BT-129"),
        ("/ubl:Invoice/cac:InvoiceLine/cac:Price/cbc:PriceAmount", "BT-146"),
        ("/ubl:Invoice/cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory", "BG-23"),
        ("/ubl:Invoice", ""),
        ("/order:Order/cbc:ID", ""),
        ("/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:ID", "BT-1"),
    ],
)
def test_a_place_has_its_business_term_or_that_of_the_group_around_it(path: str, term: str) -> None:
    assert term_of(path) == term


def test_both_syntaxes_know_the_same_terms_but_for_the_few_that_only_one_has() -> None:
    folder = Path(rules.terms.__file__).with_name("syntax")
    ubl, cii = ({*json.loads((folder / name).read_text(encoding="utf-8")).values()} for name in TABLES)

    assert len(ubl & cii) > 130
