"""Identifiers are brought to one form and checked; an account is found by any of a company's numbers."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from stdnum import luhn

from registration.domain import identifiers
from registration.domain.company import Company
from registration.domain.identifiers import Key


def _company(**changes: Any) -> Company:
    content: dict[str, Any] = {
        "legal_name": "  Brasseries \n du Rhin SA ",
        "country": "FR",
        "address": {"country": "FR"},
        "time_zone": "Europe/Paris",
    }
    return Company.model_validate(content | changes)


def test_separators_and_case_do_not_matter() -> None:
    company = _company(
        vat_id="fr 65 908 172 638",
        legal_id={"scheme": "0002", "value": "908 172 638"},
        identifiers=[{"scheme": "0009", "value": "908 172 638 00045"}, {"scheme": "0009", "value": "90817263800045"}],
        electronic_address={"scheme": "EM", "value": " Factures@Example.org "},
    )
    assert company.legal_name == "Brasseries du Rhin SA"
    assert company.vat_id == "FR65908172638"
    assert company.legal_id is not None
    assert company.legal_id.value == "908172638"
    assert [each.value for each in company.identifiers] == ["90817263800045"]
    assert company.electronic_address is not None
    assert company.electronic_address.value == "factures@example.org"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"vat_id": "FR66908172638"}, ("vat_id",)),
        ({"vat_id": "DE65908172638"}, ("vat_id",)),
        ({"legal_id": {"scheme": "0002", "value": "908172639"}}, ("legal_id",)),
        ({"identifiers": [{"scheme": "0009", "value": "90817263800046"}]}, ("identifiers",)),
        ({"identifiers": [{"scheme": "0088", "value": "4012345678902"}]}, ("identifiers",)),
        ({"identifiers": [{"scheme": "0088", "value": "96385074"}]}, ("identifiers",)),
        ({"identifiers": [{"scheme": "0088", "value": "14012345000006"}]}, ("identifiers",)),
        ({"identifiers": [{"scheme": "0060", "value": "abc"}]}, ("identifiers",)),
        ({"legal_id": {"scheme": "0060", "value": "1234567890"}}, ("legal_id",)),
        ({"identifiers": [{"scheme": "no scheme", "value": "1"}]}, ("identifiers",)),
        ({"electronic_address": {"scheme": "mail", "value": "x"}}, ("electronic_address",)),
        ({"vat_id": "FR65908172638", "legal_id": {"scheme": "0002", "value": "802345678"}}, ()),
        ({"time_zone": "Europe/Atlantis"}, ("time_zone",)),
        ({"country": "France"}, ("country",)),
        ({"legal_name": " "}, ("legal_name",)),
        ({"shareholders": 3}, ("shareholders",)),
    ],
)
def test_a_wrong_identifier_is_named_with_its_place(change: dict[str, Any], place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        _company(**change)
    assert refused.value.errors()[0]["loc"] == place


@settings(deadline=None)  # the first example reads the time zones from the disk
@given(st.integers(0, 99_999_999))
def test_one_company_is_found_by_its_vat_number_its_siren_and_its_siret(number: int) -> None:
    digits = f"{number:08d}"
    siren = digits + luhn.calc_check_digit(digits)
    nic = "0001"
    siret = siren + nic + luhn.calc_check_digit(siren + nic)
    vat = f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
    named = [
        _company(vat_id=vat),
        _company(legal_id={"scheme": "0002", "value": siren}),
        _company(identifiers=[{"scheme": "0009", "value": siret}]),
    ]
    assert all(Key(identifiers.SIREN, siren) in company.account_keys() for company in named)


@pytest.mark.parametrize(("scheme", "kept"), [("0088", "4012345000009"), ("0060", "150483782")])
def test_a_gln_and_a_duns_number_are_kept_without_separators(scheme: str, kept: str) -> None:
    assert identifiers.identifier(scheme, f"{kept[:2]}-{kept[2:5]} {kept[5:]}").value == kept


def test_a_greek_vat_number_starts_with_el() -> None:
    assert identifiers.vat_number("EL 094259216", "GR") == "EL094259216"
    with pytest.raises(ValueError, match="starts with EL"):
        identifiers.vat_number("GR094259216", "GR")
