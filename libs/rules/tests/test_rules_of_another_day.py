"""A document is checked by the versions in force on its date, and by any other on demand."""

from datetime import date, timedelta

import pytest

from contracts.faults import Finding, Severity
from rules.compiled.engine import CompiledEngine
from rules.detection import kind_of
from rules.differences import appeared
from rules.differential.comparing import compare
from rules.errors import UnknownRuleSet
from rules.packs import PACKS, RELEASES, RulePack, packs_of, release_of
from rules.parsing import read_xml
from rules.saxon import SaxonEngine
from rules.under import Under

CHANGED = date(2026, 3, 30)
EARLIER = [pack for pack in RELEASES if pack not in PACKS]


def dated(document: str, day: str) -> bytes:
    start = document.index("<cbc:IssueDate>") + len("<cbc:IssueDate>")
    return (document[:start] + day + document[start + 10 :]).encode()


OF_ITS_OWN = Under()


def versions(document: bytes, under: Under = OF_ITS_OWN) -> list[str]:
    return [pack.label for pack in kind_of(read_xml(document)).packs(under.sets, under.day)]


def test_the_date_of_a_document_chooses_the_version(documents: dict[str, str]) -> None:
    peppol = documents["peppol_invoice"]

    assert versions(dated(peppol, "2026-11-20")) == ["en16931 1.3.16", "peppol 2026.5"]
    assert versions(dated(peppol, "2026-03-30")) == ["en16931 1.3.16", "peppol 2025.11"]
    assert versions(dated(peppol, "2026-03-29")) == ["en16931 1.3.15", "peppol 2025.11"]
    assert versions(dated(peppol, "no date at")) == ["en16931 1.3.16", "peppol 2026.5"]


def test_the_date_of_a_cii_document_is_read_too(documents: dict[str, str]) -> None:
    cii = documents["cii_invoice_domestic"]
    start = cii.index(">", cii.index("DateTimeString")) + 1
    old = (cii[:start] + "20260101" + cii[start + 8 :]).encode()

    assert versions(old)[0] == "en16931 1.3.15"


def test_other_rules_are_asked_for_by_a_day_or_by_a_version(documents: dict[str, str]) -> None:
    document = dated(documents["peppol_invoice"], "2026-11-20")

    assert versions(document, Under.read("2026-01-01")) == ["en16931 1.3.15", "peppol 2025.11"]
    assert versions(document, Under.read("en16931@1.3.15, peppol")) == ["en16931 1.3.15", "peppol 2026.5"]
    with pytest.raises(UnknownRuleSet):
        versions(document, Under.read("en16931@1.0"))


def test_versions_of_a_set_follow_each_other_without_gap() -> None:
    for earlier in EARLIER:
        [newer] = [pack for pack in PACKS if (pack.set, pack.syntaxes) == (earlier.set, earlier.syntaxes)]
        assert earlier.valid_to is not None
        assert newer.valid_from == earlier.valid_to + timedelta(days=1)
        assert release_of(earlier.syntaxes[0], f"{earlier.set}@{earlier.version}") == earlier
    for day in (CHANGED - timedelta(days=1), CHANGED):
        names = [pack.set for pack in packs_of("ubl-invoice", day)]
        assert names == [pack.set for pack in packs_of("ubl-invoice")]


@pytest.mark.parametrize("pack", EARLIER, ids=lambda pack: f"{pack.set}-{pack.syntaxes[0]}")
def test_earlier_versions_say_what_their_official_stylesheets_say(
    saxon: SaxonEngine, compiled: CompiledEngine, documents: dict[str, str], pack: RulePack
) -> None:
    plan = iter([(document.encode(), name) for name, document in documents.items()])

    tally = compare(saxon, compiled, plan, [pack])

    assert tally.differences == []
    assert tally.compared.total() > 0


def finding(rule: str, count: int, severity: Severity = Severity.FATAL) -> Finding:
    return Finding(rule=rule, severity=severity, count=count)


def test_a_difference_is_what_appears_more_often_or_more_severely() -> None:
    before = [finding("A", 1), finding("B", 2), finding("C", 1, Severity.WARNING)]
    after = [finding("A", 1), finding("B", 3), finding("C", 1), finding("D", 1)]

    assert [each.rule for each in appeared(before, after)] == ["B", "C", "D"]
    assert [each.rule for each in appeared(after, before)] == ["C"]
