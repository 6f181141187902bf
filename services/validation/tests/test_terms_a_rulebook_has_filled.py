"""A rulebook may have terms filled that somebody can know, and no others."""

import pytest

from contracts.rulebooks import ENRICHMENTS, Enrichment, EnrichmentSource
from validation.domain.filled_terms import SOURCES, TERMS, enrichment_flaws


def wish(term: str, source: EnrichmentSource) -> Enrichment:
    return Enrichment(term=term, source=source)


def test_every_term_that_can_be_filled_has_its_words_in_both_languages() -> None:
    assert set(TERMS) == set(ENRICHMENTS)
    assert {source for sources in ENRICHMENTS.values() for source in sources} == set(SOURCES)
    assert all(text["fr"] and text["en"] for text in (*TERMS.values(), *SOURCES.values()))


def test_what_can_be_filled_is_no_flaw() -> None:
    every = [wish(term, source) for term, sources in ENRICHMENTS.items() for source in sources]
    assert list(enrichment_flaws(every)) == []


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ([wish("BT-112", "order")], "/enrichment/0/term"),
        ([wish("BT-10", "order"), wish("BT-72", "order")], "/enrichment/1/source"),
        ([wish("BT-10", "order"), wish("BT-10", "order")], "/enrichment/1/term"),
    ],
)
def test_what_nobody_can_know_is_refused_with_its_place(wanted: list[Enrichment], pointer: str) -> None:
    assert [(flaw.rule, flaw.pointer) for flaw in enrichment_flaws(wanted)] == [("NAV-RULEBOOK-ENRICHMENT", pointer)]
