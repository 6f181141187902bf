import json
import re
from pathlib import Path

import pytest

import rules.texts
from contracts.faults import Finding, Severity
from rules.parsing import REFUSALS
from rules.texts import Language, text_of

LANGUAGES: tuple[Language, ...] = ("fr", "en")
TABLES = {
    language: json.loads(Path(rules.texts.__file__).with_name(f"{language}.json").read_text(encoding="utf-8"))
    for language in LANGUAGES
}
IN_THE_BUYERS_WORDS = {"fr": "{message_fr}", "en": "{message_en}"}
OURS = (*REFUSALS, "NAV-XSD-01", "NAV-XSD-02", "NAV-ENGINE-01")


def finding(rule: str, **parameters: str) -> Finding:
    return Finding(
        rule=rule, severity=Severity.FATAL, rule_set="en16931 1.3.16", terms=("BT-1",), parameters=parameters
    )


def test_both_languages_have_the_same_rules_and_name_the_same_parameters() -> None:
    assert list(TABLES["fr"]) == list(TABLES["en"])
    for rule, text in TABLES["fr"].items():
        if text == IN_THE_BUYERS_WORDS["fr"]:
            assert TABLES["en"][rule] == IN_THE_BUYERS_WORDS["en"]
            continue
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", TABLES["en"][rule])), rule


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_one_short_line(language: Language) -> None:
    for rule, text in TABLES[language].items():
        if text == IN_THE_BUYERS_WORDS[language]:
            continue
        assert "\n" not in text, rule
        assert 20 <= len(text) <= 160, rule
        assert text.endswith("."), rule


@pytest.mark.parametrize("rule", OURS)
def test_every_rule_of_our_own_has_its_text_in_both_languages(rule: str) -> None:
    french, english = (text_of(finding(rule, line="7", element="cbc:ID"), language) for language in LANGUAGES)

    assert french != english
    assert "?" not in french + english
    assert "{" not in french + english


def test_the_commonest_rules_have_texts() -> None:
    assert len(TABLES["fr"]) >= 80
    for rule in (*(f"BR-{n:02}" for n in range(1, 17)), *(f"BR-CO-{n}" for n in range(10, 18))):
        assert rule in TABLES["fr"], rule


@pytest.mark.parametrize(
    ("rule", "language", "part"),
    [
        ("BR-S-08", "fr", "« taux normal »"),
        ("BR-AE-08", "fr", "« autoliquidation »"),
        ("BR-IC-10", "en", '"intra-community supply"'),
        ("BR-DEC-14", "en", "(BT-1)"),
    ],
)
def test_a_family_of_rules_shares_its_text(rule: str, language: Language, part: str) -> None:
    assert part in text_of(finding(rule), language)


def test_a_rule_without_a_text_of_ours_shows_the_official_one_in_its_readers_language() -> None:
    english = Finding(rule="NO-R-009", severity=Severity.WARNING, pointer="/a/b[2]", detail="A poem shall rhyme.")
    french = Finding(rule="BR-FR-99", severity=Severity.WARNING, pointer="/a/b[2]", detail="Le poème doit rimer.")

    assert text_of(english, "en") == "A poem shall rhyme."
    assert text_of(french, "fr") == "Le poème doit rimer."
    assert text_of(english, "fr").startswith("Corrigez b : la règle NO-R-009 n’est pas respectée. Son texte : A poem")
    assert text_of(french, "en").startswith("Correct b: rule BR-FR-99 is not met. In its own words: Le poème")


def test_a_rule_without_any_text_shows_its_name() -> None:
    assert text_of(Finding(rule="X-1", severity=Severity.WARNING), "en") == "X-1"


def test_what_a_parameter_holds_is_never_read_as_a_template() -> None:
    assert "{line}" in text_of(finding("NAV-XSD-01", line="7", element="{line}"), "en")
