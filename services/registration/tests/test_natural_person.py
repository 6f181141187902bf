"""The national number of a natural person: one form and one account, checked by the country, shown to nobody whole."""

from typing import Any

import pytest
from pydantic import ValidationError
from stdnum import get_cc_module

from registration.domain import natural_person
from registration.domain.company import Company


def _person(**changes: Any) -> Company:
    content: dict[str, Any] = {
        "kind": "person",
        "legal_name": "Anne Weber",
        "country": "FR",
        "address": {"country": "FR"},
        "time_zone": "Europe/Paris",
    }
    return Company.model_validate(content | changes)


@pytest.mark.parametrize(
    ("country", "written", "kept"),
    [
        ("FR", "2 95 10 99 126 111 93", "295109912611193"),
        ("FR", "30 23 217 600 053", "3023217600053"),
        ("BE", "85.07.30-033 28", "85073003328"),
        ("ES", "54362315-k", "54362315K"),
        ("ES", "x-2482300w", "X2482300W"),
        ("IT", "rccmnl 83s18 d969h", "RCCMNL83S18D969H"),
        ("NL", "1112.22.333", "111222333"),
        ("DE", "36 574 261 809", "36574261809"),
        ("FI", "131052-308t", "131052-308T"),
        ("SE", "880320-0016", "198803200016"),
        ("SE", "198803200016", "198803200016"),
    ],
)
def test_however_it_is_written_it_is_one_number_and_one_account(country: str, written: str, kept: str) -> None:
    person = _person(country=country, address={"country": country}, national_number=written)
    assert person.national_number == kept
    assert person.account_keys() == ((f"person:{country}", kept),)
    assert Company.model_validate(person.model_dump()) == person, "what is kept reads as it was kept"


@pytest.mark.parametrize("country", sorted(natural_person.NUMBERS))
def test_every_country_on_the_list_has_its_rules(country: str) -> None:
    assert all(get_cc_module(country, module) for module in natural_person.NUMBERS[country])
    with pytest.raises(ValueError, match="this is no national number"):
        natural_person.national_number("1", country)


@pytest.mark.parametrize(
    "change",
    [
        {"national_number": "295109912611194"},
        {"national_number": "00743110157", "country": "IT"},
        {"national_number": "1", "country": "GB"},
        {"national_number": "295109912611193", "kind": "company"},
    ],
)
def test_what_is_no_number_of_a_person_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        _person(**change)
    assert refused.value.errors()[0]["loc"] == ("national_number",)


def test_nobody_is_found_or_recognised_by_the_whole_of_it() -> None:
    person = _person(national_number="295109912611193")
    assert "295109912611193" not in person.search_text()
    assert natural_person.masked("295109912611193") == "••••••93"
    assert natural_person.public(person.account_keys()) == []
