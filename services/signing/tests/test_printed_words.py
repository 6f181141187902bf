"""Figures, dates and characters as they stand on paper."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.domain.policy import SealPolicy
from signing.errors import UnprintableCharacter
from signing.renderer.contrast import readable
from signing.renderer.glyphs import printed
from signing.renderer.words.codes import DOCUMENT_TYPES, TAX_POINTS, VAT_CATEGORIES
from signing.renderer.words.labels import LABELS
from signing.renderer.words.language import abroad, words

NO_BREAK = "\u00a0"
FRENCH, ENGLISH = words(("fr",)), words(("en",))
amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=4, allow_nan=False, allow_infinity=False)


@given(amount=amounts, decimals=st.integers(min_value=0, max_value=3))
def test_a_printed_figure_says_exactly_the_same_number(amount: Decimal, decimals: int) -> None:
    french = FRENCH.figure(amount, decimals).replace(NO_BREAK, "").replace(",", ".").replace("\u2212", "-")
    english = ENGLISH.figure(amount, decimals).replace(",", "").replace("\u2212", "-")
    assert Decimal(french) == Decimal(english) == amount
    assert len(french.partition(".")[2]) >= decimals


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        ("1234567.5", f"1{NO_BREAK}234{NO_BREAK}567,50", "1,234,567.50"),
        ("-63", "\u221263,00", "\u221263.00"),
        ("0", "0,00", "0.00"),
        ("1187.5000", f"1{NO_BREAK}187,50", "1,187.50"),
        ("0.0042", "0,0042", "0.0042"),
    ],
)
def test_figures_follow_the_language(value: str, french: str, english: str) -> None:
    assert (FRENCH.figure(Decimal(value), 2), ENGLISH.figure(Decimal(value), 2)) == (french, english)


def test_a_quantity_is_never_padded_or_rounded() -> None:
    assert FRENCH.figure(Decimal("12.500")) == "12,5"
    assert FRENCH.figure(Decimal(3)) == "3"


def test_dates_cannot_be_misread() -> None:
    day = date(2026, 11, 5)
    assert (FRENCH.day(day), ENGLISH.day(day)) == ("05.11.2026", "5 Nov 2026")
    assert FRENCH.span(day, None) == "05.11.2026 – …"


def test_two_languages_stand_side_by_side_and_equal_words_once() -> None:
    both = words(("fr", "en"))
    assert both.label("order") == "Commande · Purchase order"
    assert both.label("iban") == "IBAN"
    assert both.second("order") == "Purchase order"
    assert both.second("iban") == ""


def test_every_label_has_both_languages_and_can_be_printed() -> None:
    for pair in LABELS.values():
        assert all(pair)
        assert all(printed(word) == word for word in pair)
    for table in abroad().values():
        assert all(printed(word) == word for word in table.values())


def test_a_customers_own_language_says_every_label_and_every_kind_of_document_in_use() -> None:
    kinds = [DOCUMENT_TYPES[kind] for kind in ("380", "381", "384", "386", "389", "261")]
    wanted = {english for _, english in (*LABELS.values(), *VAT_CATEGORIES.values(), *TAX_POINTS.values(), *kinds)}
    wanted -= {english for _, english in (VAT_CATEGORIES[code] for code in "LMB")}  # of Spain's and Italy's own
    for language, words_of in abroad().items():
        assert {english for english in wanted if not words_of.get(english)} == set(), language


@pytest.mark.parametrize(
    ("supplier", "buyer", "expected"),
    [
        ("FR", "FR", ("fr",)),
        ("FR", "DE", ("fr", "de")),
        ("FR", "NL", ("fr", "nl")),
        ("FR", "PL", ("fr", "pl")),
        ("FR", "GR", ("fr", "el")),
        ("FR", "FI", ("fr", "fi")),
        ("FR", "BG", ("fr", "bg")),
        ("FR", "MT", ("fr", "en")),
        ("FR", "NO", ("fr", "en")),
        ("FR", "BE", ("fr", "en")),
        ("FR", "MC", ("fr", "en")),
        ("FR", "GB", ("fr", "en")),
    ],
)
def test_across_a_border_the_customers_language_stands_beside_the_suppliers(
    supplier: str, buyer: str, expected: tuple[str, ...]
) -> None:
    assert SealPolicy().languages_for("fr", supplier, buyer) == expected


@pytest.mark.parametrize(
    ("chosen", "buyer", "expected"),
    [("nl", "BE", ("fr", "nl")), ("de", "FR", ("fr", "de")), ("fr", "DE", ("fr",)), ("xx", "DE", ("fr", "de"))],
)
def test_what_the_supplier_chose_for_a_customer_goes_before_the_country(
    chosen: str, buyer: str, expected: tuple[str, ...]
) -> None:
    assert SealPolicy().languages_for("fr", "FR", buyer, chosen) == expected


def test_a_language_of_a_customer_leads_too() -> None:
    german = words(("de", "fr"))
    assert german.label("due_date") == "Fällig am · Échéance"
    assert german.word(DOCUMENT_TYPES, "877") == "Final construction invoice · Décompte de travaux final"
    assert (german.figure(Decimal("1234.5"), 2), german.percent(Decimal(19))) == ("1\u00a0234,50", "19\u00a0%")
    assert (german.day(date(2026, 11, 20)), german.country("DE")) == ("20.11.2026", "Deutschland")


def test_no_word_of_the_page_claims_to_be_certified_or_compliant() -> None:
    said = " ".join(word.casefold() for pair in LABELS.values() for word in pair)
    said += " ".join(word.casefold() for table in abroad().values() for word in table.values())
    assert not any(claim in said for claim in ("certifi", "complian", "conform", "zertifi", "konform", "gecertif"))


@given(text=st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_categories=("Cc",))))
def test_latin_text_is_printed_as_it_is(text: str) -> None:
    visible = text.replace("\u00ad", "").replace("\u0149", "")  # soft hyphen; U+0149 is deprecated and decomposed
    assert printed(visible) == visible


@pytest.mark.parametrize("text", ["Ευχαριστούμε", "Благодарим", "Ἀγγλικά", "תודה", "شكرا", "½ µ № ‰ → ✓"])
def test_other_scripts_and_symbols_can_be_printed(text: str) -> None:
    assert printed(text) == text


def test_letters_are_composed_and_invisible_marks_do_no_harm() -> None:
    assert printed("e\u0301") == "é"
    visible = [character for character in printed("a\u200b\ufeff\u2062b") if character.isalpha()]
    assert visible == ["a", "b"]
    assert printed("𝗳𝘂𝗹𝗹") == "full"
    assert printed("ｆｕｌｌ") == "ｆｕｌｌ"


def test_what_no_font_has_is_named_and_refused() -> None:
    with pytest.raises(UnprintableCharacter, match="U\\+1F3ED, U\\+1F600") as refused:
        printed("Merci 漢🏭😀")
    assert refused.value.characters == ("🏭", "😀")


@pytest.mark.parametrize("colour", ["#ffffff", "#ffd700", "#00ff00", "#0b5563", "#000000"])
def test_the_accent_is_dark_enough_to_be_read(colour: str) -> None:
    channels = [int(readable(colour)[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5
