import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detection import Kind, kind_of
from rules.packs import SYNTAXES, Syntax, packs_of
from rules.parsing import read_xml

INVOICE, CII = SYNTAXES[0], SYNTAXES[2]
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
EXTENDED = "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"
CORE = "urn:cen.eu:en16931:2017"


def sets(kind: Kind) -> tuple[str, ...]:
    return tuple(pack.set for pack in kind.packs())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ubl_invoice", ("en16931",)),
        ("ubl_credit_note", ("en16931",)),
        ("peppol_invoice", ("en16931", "peppol")),
        ("cii_invoice_domestic", ("en16931", "br-fr")),
        ("peppol_order", ("peppol-t01",)),
        ("cdar_cashed", ("cdar",)),
    ],
)
def test_a_document_says_itself_which_sets_apply(
    documents: dict[str, str], name: str, expected: tuple[str, ...]
) -> None:
    assert sets(kind_of(read_xml(documents[name].encode()))) == expected


@pytest.mark.parametrize(
    ("customization", "ubl", "cii"),
    [
        (CORE, ("en16931",), ("en16931",)),
        ("", ("en16931",), ("en16931",)),
        (PEPPOL, ("en16931", "peppol"), ("en16931",)),
        (XRECHNUNG, ("en16931", "xrechnung"), ("en16931", "xrechnung")),
        (f"{XRECHNUNG}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0",) + 2 * (("en16931", "xrechnung"),),
        (EXTENDED, ("ctc-fr",), ("ctc-fr",)),
    ],
)
def test_the_specification_identifier_asks_for_sets(
    customization: str, ubl: tuple[str, ...], cii: tuple[str, ...]
) -> None:
    assert sets(Kind(INVOICE, customization, ("BE", "FR"))) == ubl
    assert sets(Kind(CII, customization, ("BE", "FR"))) == cii


@pytest.mark.parametrize(
    ("countries", "french"),
    [
        (("FR", "FR"), True),
        (("RE", "FR"), True),
        (("FR", "BE"), False),
        (("BE", "FR"), False),
        (("FR", "GF"), False),
        (("FR", ""), False),
        (("", ""), False),
    ],
)
def test_the_french_rules_are_for_domestic_invoices(countries: tuple[str, str], french: bool) -> None:
    assert ("br-fr" in sets(Kind(INVOICE, CORE, countries))) is french
    assert ("br-fr" in sets(Kind(CII, EXTENDED, countries))) is french


def test_an_order_that_follows_no_specification_known_here_has_its_schema_alone(documents: dict[str, str]) -> None:
    order = documents["peppol_order"].replace("urn:fdc:peppol.eu:poacc:trns:order:3", "urn:example:order")

    assert sets(kind_of(read_xml(order.encode()))) == ()


def test_one_transaction_is_not_taken_for_another_whose_name_begins_alike() -> None:
    response = next(syntax for syntax in SYNTAXES if syntax.name == "ubl-order-response")

    assert sets(Kind(response, "urn:fdc:peppol.eu:poacc:trns:order_response:3", ("", ""))) == ("peppol-t76",)
    assert sets(Kind(response, "urn:fdc:peppol.eu:poacc:trns:order_response_advanced:3", ("", ""))) == ("peppol-t116",)


@given(st.sampled_from(SYNTAXES[:3]), st.text(max_size=60), st.sampled_from(["FR", "DE", ""]))
def test_no_invoice_goes_unchecked(syntax: Syntax, customization: str, country: str) -> None:
    applying = sets(Kind(syntax, customization, (country, country)))

    assert {"en16931", "ctc-fr"} & set(applying)
    assert set(applying) <= {pack.set for pack in packs_of(syntax.name)}
