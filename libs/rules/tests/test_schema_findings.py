from pathlib import Path

import pytest
from lxml import etree

from contracts.faults import Finding
from rules.engine import RuleEngine
from rules.packs import SYNTAXES, Syntax
from rules.parsing import read_xml
from rules.pointers import NAMESPACES
from rules.schemas import MAX_FINDINGS, Schemas


def check(engine: RuleEngine, document: str, old: str, new: str) -> list[Finding]:
    assert old in document
    return engine.check(document.replace(old, new, 1).encode())


def test_an_element_out_of_place_is_named_with_its_line_and_what_is_expected(
    engine: RuleEngine, documents: dict[str, str]
) -> None:
    [finding] = check(engine, documents["ubl_invoice"], "<cbc:DueDate>", "<cbc:UUID>x</cbc:UUID>\n<cbc:DueDate>")

    assert finding.rule == "NAV-XSD-01"
    assert finding.pointer == "/ubl:Invoice/cbc:UUID[1]"
    assert finding.parameters["line"] == "6"
    assert finding.parameters["element"] == "cbc:UUID"
    assert finding.parameters["expected"].startswith("cbc:IssueTime, cbc:DueDate, cbc:InvoiceTypeCode")


def test_a_wrong_value_is_named_by_its_constraint_and_never_quoted(
    engine: RuleEngine, documents: dict[str, str]
) -> None:
    [finding] = check(engine, documents["ubl_invoice"], "2026-11-02", "Madame Dupont")

    assert finding.rule == "NAV-XSD-02"
    assert finding.pointer == "/ubl:Invoice/cbc:IssueDate[1]"
    assert finding.parameters == {"line": "5", "element": "cbc:IssueDate", "constraint": "xs:date"}
    assert "Dupont" not in finding.model_dump_json()


def test_a_value_that_looks_like_a_message_is_not_quoted_either(engine: RuleEngine, documents: dict[str, str]) -> None:
    spoof = "is not a valid value of the atomic type 'Dupont'"

    [finding] = check(engine, documents["ubl_invoice"], "2026-11-02", spoof)

    assert "Dupont" not in finding.model_dump_json()


def test_an_unknown_attribute_is_named(engine: RuleEngine, documents: dict[str, str]) -> None:
    [finding] = check(engine, documents["ubl_invoice"], 'unitCode="C62"', 'unitCod="C62"')

    assert finding.parameters["attribute"] == "unitCod"


def test_a_document_that_the_schema_refuses_is_not_shown_to_the_rules(
    engine: RuleEngine, documents: dict[str, str]
) -> None:
    document = documents["ubl_invoice"].replace(">FR<", ">XX<").replace("121.00", "120.00")

    assert {finding.rule for finding in check(engine, document, "2026-12-02", "soon")} == {"NAV-XSD-02"}


def test_the_findings_of_a_schema_are_bounded(engine: RuleEngine, documents: dict[str, str]) -> None:
    line = documents["ubl_invoice"].split("  <cac:InvoiceLine>")[2].replace("</Invoice>", "")
    lines = f"<cac:InvoiceLine>{line.replace('>4<', '>four<')}" * 30

    assert len(check(engine, documents["ubl_invoice"], "</Invoice>", f"{lines}</Invoice>")) == MAX_FINDINGS


def test_a_cii_invoice_may_follow_either_release_of_its_schema(packs: Path, documents: dict[str, str]) -> None:
    schemas = Schemas(packs)
    cii = next(syntax for syntax in SYNTAXES if syntax.name == "cii")
    older = documents["cii_invoice_domestic"]
    newer = older.replace("SARL</ram:Name>", "SARL</ram:Name><ram:RegisteredID>1</ram:RegisteredID>")
    neither = newer.replace("RegisteredID", "UnregisteredID")

    assert schemas.check(read_xml(older.encode()), cii) == []
    assert schemas.check(read_xml(newer.encode()), cii) == []
    assert [finding.rule for finding in schemas.check(read_xml(neither.encode()), cii)] == ["NAV-XSD-01"]


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_every_schema_is_at_hand_and_refuses_an_empty_document(packs: Path, syntax: Syntax) -> None:
    findings = Schemas(packs).check(etree.Element(syntax.root), syntax)

    assert [finding.rule for finding in findings] == ["NAV-XSD-01"]


def test_the_prefixes_of_the_document_do_not_matter(engine: RuleEngine, documents: dict[str, str]) -> None:
    document = documents["ubl_invoice"].replace("cbc:", "q:").replace("xmlns:cbc", "xmlns:q")

    [finding] = check(engine, document, "2026-11-02", "soon")

    assert finding.pointer == "/ubl:Invoice/cbc:IssueDate[1]"
    root = etree.fromstring(document.encode())
    assert root.xpath(finding.pointer + "/text()", namespaces=NAMESPACES) == ["2026-11-02"]
