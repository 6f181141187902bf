"""The directory finds names by any part of them, with or without accents, and numbers however they are written."""

import pytest

from registration.domain import search_text

KOENIG = search_text.of_company("Ateliers Kœnig & Fils", ["FR88802345678", "802345678", "80234567800014"])


@pytest.mark.parametrize("typed", ["koenig", "KŒNIG", "liers", "802 345 678", "FR 88 802345678", "8023456780001"])
def test_parts_of_names_and_numbers_are_found(typed: str) -> None:
    assert search_text.wanted(typed).words in KOENIG


def test_exc_finds_groupe_exco() -> None:
    assert search_text.wanted("exc").words in search_text.of_company("GROUPE EXCO", [])


@pytest.mark.parametrize("typed", ["", "ex", "  é ", "1 2"])
def test_too_few_characters_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="at least 3"):
        search_text.wanted(typed)


def test_what_like_would_read_otherwise_is_an_ordinary_character() -> None:
    assert search_text.wanted("a%_off\\").pattern == "%A\\%\\_OFF\\\\%"
