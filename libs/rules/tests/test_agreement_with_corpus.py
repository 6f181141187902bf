"""Against the official tests, and what the official rules fired elsewhere; needs a corpus (`NAVETTE_CORPUS`)."""

import json
import os
from pathlib import Path

import pytest
from lxml import etree

from contracts.faults import Finding, Severity
from documents.xml import Element
from rules.compiled.engine import CompiledEngine
from rules.engine import RuleEngine
from rules.packs import packs_of, syntax_of

CORPUS = Path(os.environ.get("NAVETTE_CORPUS", "/nonexistent"))
EVERY = int(os.environ.get("NAVETTE_CORPUS_EVERY", "6"))

Fired = dict[str, dict[str, dict[str, int]]]


def fired(findings: list[Finding], sets: list[str]) -> Fired:
    """By set, then fatal or warning; the corpus counts information among the warnings."""
    found: Fired = {name: {"fatal": {}, "warning": {}} for name in sets}
    for finding in findings:
        flag = "fatal" if finding.severity is Severity.FATAL else "warning"
        found[finding.rule_set.split()[0]][flag][finding.rule] = finding.count
    return found


pytestmark = [
    pytest.mark.skipif(not CORPUS.is_dir(), reason="NAVETTE_CORPUS does not name a directory"),
    pytest.mark.timeout(600),
]


def test_every_set_fires_the_same_rules_as_often(engine: RuleEngine) -> None:
    lines = (CORPUS / "expected.jsonl").read_text(encoding="utf-8").splitlines()[::EVERY]
    differing: list[str] = []
    for line in lines:
        expected = json.loads(line)
        findings = engine.check((CORPUS / expected["file"]).read_bytes(), expected["sets"])
        if not expected["xsd_valid"]:
            same = all(finding.rule.startswith("NAV-XSD") for finding in findings) and bool(findings)
        else:
            same = fired(findings, expected["sets"]) == expected["by_set"]
        if not same:
            differing.append(expected["file"])

    assert lines
    assert differing == []


def test_every_official_unit_test_passes(compiled: CompiledEngine) -> None:
    """Each holds one document, mostly a fragment, and says which rule it must or must not fire."""
    passed, failed = 0, list[str]()
    for file in sorted((CORPUS / "en16931-unit").glob("*/*.xml")):
        for test in etree.parse(file).getroot().iter("{*}test"):
            asserted, document = test.find("{*}assert"), next((child for child in test if known(child)), None)
            if asserted is None or document is None:
                continue
            pack = next(pack for pack in packs_of(known(document)) if pack.set == "en16931")
            rules = {finding.rule for finding in compiled.run(pack, etree.fromstring(etree.tostring(document)))}
            for verdict in asserted.iterchildren("{*}success", "{*}error", "{*}warning"):
                rule = (verdict.text or "").strip()
                if (rule in rules) is (etree.QName(verdict).localname != "success"):
                    passed += 1
                else:
                    failed.append(f"{file.name} {rule}")

    assert failed == []
    assert passed >= 1140


def known(element: Element) -> str:
    syntax = syntax_of(str(element.tag))
    return syntax.name if syntax else ""
