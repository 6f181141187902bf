"""A file of partners: each flaw by line, field and reason, and nothing in it is ever run."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.domain import partner_rows
from registration.domain.partner_rows import Entity, Flaw, Row

HEADER = "name;vat;siret;address;postcode;city;first_name;last_name;email"
GOOD: dict[str, Any] = {
    "name": "Menuiserie Weber",
    "vat": "FR88802345678",
    "siret": "80234567800014",
    "address": "1 rue du Bois",
    "postcode": "57000",
    "city": "Metz",
    "first_name": "Anne",
    "last_name": "Weber",
    "email": "anne@weber.example",
}


def _read(**changed: str) -> Entity | list[Flaw]:
    return partner_rows.entity(Row.model_validate(GOOD | changed), supplier=True, issuer="i")


def test_a_whole_line_is_an_entity_found_by_its_siret() -> None:
    read = _read()
    assert isinstance(read, Entity)
    assert (read.key.scheme, read.key.value, read.contact) == ("0009", "80234567800014", "Anne Weber")
    assert (read.company.supplier, read.company.buyer) == (True, False)


@pytest.mark.parametrize("field", partner_rows.REQUIRED)
def test_each_missing_field_is_an_error_of_its_own(field: str) -> None:
    assert _read(**{field: " "}) == [Flaw(field, "MISSING")]


def test_a_company_abroad_is_found_by_its_vat_number_and_has_no_siret() -> None:
    read = _read(country="BE", vat="BE0403170701", siret="")
    assert isinstance(read, Entity)
    assert (read.key, read.company.country) == (("VAT", "BE0403170701"), "BE")
    assert _read(country="BE", vat="", siret="") == [Flaw("vat", "MISSING")]


def test_an_association_has_no_vat_number_and_a_person_a_national_or_a_customer_number() -> None:
    assert isinstance(_read(kind="association", vat=""), Entity)
    person = {"kind": "person", "vat": "", "siret": ""}
    assert _read(**person) == [Flaw("national_number", "NUMBER_NEEDED")]
    read = _read(**person, customer_number="C-7")
    assert isinstance(read, Entity)
    assert (read.key, read.company.kind) == (("customer:i", "C-7"), "person")
    known = _read(**person, customer_number="C-7", national_number="2 95 10 99 126 111 93")
    assert isinstance(known, Entity)
    assert known.keys == (("person:FR", "295109912611193"), ("customer:i", "C-7"))


@pytest.mark.parametrize(
    ("changed", "flaw"),
    [
        ({"national_number": "295109912611194"}, Flaw("national_number", "NOT_VALID")),
        ({"national_number": "1", "country": "GB"}, Flaw("national_number", "NOT_CHECKED")),
        ({"national_number": "=1"}, Flaw("national_number", "FORMULA")),
        ({"national_number": "295109912611193", "kind": "association"}, Flaw("national_number", "NOT_VALID")),
    ],
)
def test_a_national_number_that_nobody_can_check_is_named(changed: dict[str, str], flaw: Flaw) -> None:
    assert _read(**({"kind": "person"} | changed)) == [flaw]


@pytest.mark.parametrize(("kind", "field"), [("association", "siret"), ("company", "vat")])
def test_a_number_of_separators_alone_is_none(kind: str, field: str) -> None:
    numbers = {"vat": "", "siret": "", "country": "BE", field: "."}
    assert _read(kind=kind, **numbers) == [Flaw(field, "NOT_VALID")]


@pytest.mark.parametrize(
    ("changed", "flaw"),
    [
        ({"siret": "80234567800015"}, Flaw("siret", "NOT_VALID")),
        ({"vat": "FR00802345678"}, Flaw("vat", "NOT_VALID")),
        ({"vat": "FR65908172638"}, Flaw("vat", "NOT_VALID")),
        ({"email": "anne@weber.example\nBcc: all@weber.example"}, Flaw("email", "NO_ADDRESS")),
        ({"email": "аnne@weber.example"}, Flaw("email", "NO_ADDRESS")),
        ({"name": "=HYPERLINK(1)"}, Flaw("name", "FORMULA")),
        ({"city": "@SUM(A1)"}, Flaw("city", "FORMULA")),
        ({"address": "1 rue\x00"}, Flaw("address", "NOT_VALID")),
        ({"postcode": "57000\n1"}, Flaw("postcode", "NOT_VALID")),
        ({"customer_number": "C\x1b7"}, Flaw("customer_number", "NOT_VALID")),
    ],
)
def test_what_is_wrong_or_would_be_run_is_named(changed: dict[str, str], flaw: Flaw) -> None:
    read = _read(**changed)
    assert isinstance(read, list)
    assert flaw in read


@pytest.mark.parametrize("separator", [";", ","])
def test_lines_come_with_their_numbers_whatever_separates_them(separator: str) -> None:
    names = HEADER.replace(";", separator)
    line = separator.join(GOOD[name] for name in HEADER.split(";"))
    read = dict(partner_rows.rows(["\ufeff" + names, line, "", "one cell", line]))
    assert list(read) == [2, 4, 5]
    assert read[4] == [Flaw("line", "CELLS")]


def test_a_header_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="missing columns: vat"):
        list(partner_rows.rows(["name;siret;address;postcode;city;first_name;last_name;email;secret"]))


@pytest.mark.parametrize("line", ["a\rb;c", '"' + "x" * 131_073])
def test_what_is_no_csv_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="it is no CSV"):
        list(partner_rows.rows([HEADER, line]))


@given(st.text(max_size=300))
def test_no_line_breaks_the_reader(line: str) -> None:
    for number, read in partner_rows.rows([HEADER, line.replace("\r", "").replace("\n", "")]):
        assert number == 2
        if isinstance(read, Row):
            partner_rows.entity(read, supplier=False, issuer="i")
