from pathlib import Path

import pytest

from contracts.faults import Finding, Severity
from contracts.status import Party
from documents.xml import Element
from rules.engine import RuleEngine
from rules.errors import UnknownRuleSet
from rules.packs import RulePack

Documents = dict[str, str]


def changed(document: str, *replacements: tuple[str, str]) -> bytes:
    for old, new in replacements:
        assert old in document
        document = document.replace(old, new, 1)
    return document.encode()


def fired(findings: list[Finding]) -> dict[str, int]:
    return {finding.rule: finding.count for finding in findings}


VALID = ("cdar_cashed", "cii_invoice_domestic", "peppol_invoice", "peppol_order", "ubl_credit_note", "ubl_invoice")


def test_every_document_at_hand_is_tried(documents: Documents) -> None:
    assert tuple(documents) == VALID


@pytest.mark.parametrize("name", VALID)
def test_a_valid_document_has_no_finding(engine: RuleEngine, documents: Documents, name: str) -> None:
    assert engine.check(documents[name].encode()) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("ubl_invoice", "<cbc:ID>F-2026-0001<", "<cbc:ID> <", {"BR-02": 1}),
        ("ubl_invoice", "121.00</cbc:TaxIn", "120.00</cbc:TaxIn", {"BR-CO-15": 1, "BR-CO-16": 1}),
        ("ubl_invoice", ">80.00</cbc:LineE", ">81.00</cbc:LineE", {"BR-S-08": 1, "BR-CO-10": 1}),
        ("ubl_invoice", "<cbc:Percent>21", "<cbc:Percent>0", {"BR-CO-17": 1, "BR-S-08": 1, "BR-S-09": 1}),
        ("ubl_invoice", "BE0123456789", "0123456789", {"BR-CO-09": 1}),
        ("ubl_invoice", ">FR<", ">XX<", {"BR-CL-14": 1}),
        ("ubl_credit_note", "121.00</cbc:Payable", "120.00</cbc:Payable", {"BR-CO-16": 1}),
        ("cii_invoice_domestic", "GrandTotalAmount>120", "GrandTotalAmount>121", {"BR-CO-15": 1, "BR-CO-16": 1}),
        ("cii_invoice_domestic", ">PMT<", ">AAI<", {"BR-FR-05_BT-22_PMT": 1}),
        ("peppol_invoice", "0403170701", "0403170702", {"PEPPOL-COMMON-R043": 1}),
        ("peppol_order", ">Bout NV<", "> <", {"PEPPOL-COMMON-R001": 1}),
        ("cdar_cashed", ">212<", ">299<", {"BR-FR-CDV-CL-06_MDT-105": 1}),
    ],
)
def test_a_fault_fires_exactly_its_rules(
    engine: RuleEngine, documents: Documents, name: str, old: str, new: str, expected: dict[str, int]
) -> None:
    assert fired(engine.check(changed(documents[name], (old, new)))) == expected


def test_a_rule_that_fires_on_two_lines_is_one_finding_with_both_places(
    engine: RuleEngine, documents: Documents
) -> None:
    document = changed(documents["ubl_invoice"], (">10.00</cbc:P", ">-10.00</cbc:P"), (">5.00</cbc:P", ">-5.00</cbc:P"))

    assert engine.check(document) == [
        Finding(
            rule="BR-27",
            severity=Severity.FATAL,
            pointer="/ubl:Invoice/cac:InvoiceLine[1]",
            also=("/ubl:Invoice/cac:InvoiceLine[2]",),
            count=2,
            rule_set="en16931 1.3.16",
            terms=("BG-25", "BT-146"),
            detail="The Item net price (BT-146) shall NOT be negative.",
        )
    ]


def test_the_same_fault_in_both_syntaxes_names_the_same_terms(engine: RuleEngine, documents: Documents) -> None:
    ubl = engine.check(changed(documents["ubl_invoice"], (">FR<", ">QQ<")))
    paris = "Paris</ram:CityName><ram:CountryID>"
    cii = engine.check(changed(documents["cii_invoice_domestic"], (f"{paris}FR", f"{paris}QQ")))

    assert [finding.terms[0] for finding in ubl] == [finding.terms[0] for finding in cii] == ["BT-55"]


def test_a_warning_does_not_stop_and_comes_after_what_does(engine: RuleEngine, documents: Documents) -> None:
    period = "<cac:ValidityPeriod><cbc:EndDate>2026-12-31</cbc:EndDate></cac:ValidityPeriod>"
    document = changed(documents["peppol_order"], ("0403170701", "0403170702"), (period, ""))

    assert [(finding.rule, finding.stops) for finding in engine.check(document)] == [
        ("PEPPOL-COMMON-R043", True),
        ("PEPPOL-T01-R002", False),
    ]


def test_where_the_official_rules_stop_the_document_is_refused_and_not_passed(
    engine: RuleEngine, documents: Documents
) -> None:
    total = "<ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>"
    document = changed(documents["cii_invoice_domestic"], (total, total * 2))

    [finding] = engine.check(document, ["en16931"])

    assert finding.rule == "NAV-ENGINE-01"
    assert finding.stops
    assert finding.parameters == {"cause": "repeated"}
    assert finding.fixed_by is Party.SUPPLIER


def test_a_set_that_stops_does_not_hide_what_another_finds(engine: RuleEngine, documents: Documents) -> None:
    total = "<ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>"
    document = changed(documents["cii_invoice_domestic"], (total, total * 2), (">PMT<", ">AAI<"))

    assert {"NAV-ENGINE-01", "BR-FR-05_BT-22_PMT"} <= set(fired(engine.check(document)))


def test_no_finding_quotes_the_document(engine: RuleEngine, documents: Documents) -> None:
    person = "Madame Dupont, 12 rue des Lilas, 69001 Lyon"
    document = changed(documents["cii_invoice_domestic"], (">F-2026-0002<", f">{person}<"))

    findings = engine.check(document)

    assert findings
    assert not any("Dupont" in finding.model_dump_json() for finding in findings)


def test_the_caller_chooses_the_sets(engine: RuleEngine, documents: Documents) -> None:
    document = documents["ubl_invoice"].encode()

    assert engine.check(document, ["en16931"]) == []
    assert "PEPPOL-EN16931-R001" in fired(engine.check(document, ["peppol"]))


def test_no_sets_at_all_leave_the_schema(engine: RuleEngine, documents: Documents) -> None:
    assert engine.check(changed(documents["ubl_invoice"], (">FR<", ">XX<")), []) == []


def test_a_set_that_does_not_exist_for_the_syntax_is_an_error_of_the_caller(
    engine: RuleEngine, documents: Documents
) -> None:
    with pytest.raises(UnknownRuleSet, match="no rule set peppol for cii; known: br-fr, ctc-fr, en16931, xrechnung"):
        engine.check(documents["cii_invoice_domestic"].encode(), ["peppol"])


class OnlyPeppol:
    """A faster engine that knows one set."""

    def runs(self, pack: RulePack) -> bool:
        return pack.set == "peppol"

    def run(self, pack: RulePack, root: Element) -> list[Finding]:
        return [Finding(rule="FAST-01", severity=Severity.WARNING, rule_set=pack.label)]

    def release(self) -> None:
        """It keeps nothing."""


def test_a_faster_engine_runs_the_sets_that_it_knows_and_saxon_the_others(packs: Path, documents: Documents) -> None:
    engine = RuleEngine(packs, [OnlyPeppol()])

    assert fired(engine.check(changed(documents["peppol_invoice"], (">FR<", ">XX<")))) == {"BR-CL-14": 1, "FAST-01": 1}
