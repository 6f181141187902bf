"""Every id of every official set: a text in French and in English, what to do, who can mend it, business terms."""

import re
from functools import cache

import pytest

from contracts.faults import Finding
from contracts.status import Party
from rules.compiled.engine import CompiledEngine
from rules.compiled.store import load
from rules.packs import PACKS, RulePack, cache_directory
from rules.svrl import finding_of
from rules.texts import text_of
from rules.texts.wordings import Language, is_in, wording_of

INVOICES = {"ubl-invoice": "/ubl:Invoice", "cii": "/rsm:CrossIndustryInvoice"}
EVERY_ID = 3_200
QUOTED_AT_MOST = 0.11
"""Of the French texts, those that quote a rule in English or German because it is worded like no other."""


@cache
def every_finding() -> tuple[tuple[RulePack, Finding], ...]:
    """One of each rule of each set, at the root of its document."""
    return tuple(
        (pack, finding_of(rule.rule, rule.flag, [INVOICES.get(pack.syntaxes[0], "/document")], 1, rule.text, pack))
        for pack in PACKS
        for rule in load(cache_directory(), pack).assertions
    )


def test_every_id_of_every_set_is_counted(compiled: CompiledEngine) -> None:
    assert all(compiled.runs(pack) for pack in PACKS)
    assert len({finding.rule for _, finding in every_finding()}) >= EVERY_ID


def test_every_rule_has_a_text_in_both_languages_and_says_who_can_mend_it() -> None:
    for pack, finding in every_finding():
        french, english = text_of(finding, "fr"), text_of(finding, "en")
        where = f"{pack.label} {finding.rule}: {french} / {english}"
        assert french != english, where
        assert min(len(french), len(english)) >= 20, where
        assert not re.search(r"\{\w+\}", french + english), where
        assert finding.fixed_by in Party, where
        texts: tuple[tuple[Language, str], ...] = (("fr", french), ("en", english))
        for language, text in texts:
            assert text != finding.detail or is_in(language, text), where


def test_few_rules_are_only_quoted() -> None:
    rules = {finding.rule: text_of(finding, "fr") for _, finding in every_finding()}
    quoted = [rule for rule, text in rules.items() if "Son texte :" in text]
    assert len(quoted) / len(rules) <= QUOTED_AT_MOST


@pytest.mark.parametrize(
    ("official", "name", "thing"),
    [
        ("A UBL invoice should not include the DeliveryTerms", "NAV-WORDING-REMOVE", "DeliveryTerms"),
        ("CreditorReferenceIssuerID should not be present", "NAV-WORDING-REMOVE", "CreditorReferenceIssuerID"),
        ("Element 'cbc:ID' MUST be provided.", "NAV-WORDING-GIVE", "cbc:ID"),
        ("Value MUST be part of code list 'ISO 4217 Currency codes'.", "NAV-WORDING-CODES", "ISO 4217 Currency codes"),
        ("Invoice period shall occur maximum once", "NAV-WORDING-ONCE", "Invoice period"),
        ("Project reference shall be a poem", "", ""),
    ],
)
def test_rules_that_are_worded_alike_share_a_text(official: str, name: str, thing: str) -> None:
    assert wording_of(official) == (name, thing)
