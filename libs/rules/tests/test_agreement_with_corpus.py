"""Against what the official rules fired elsewhere, where a corpus is at hand (`NAVETTE_CORPUS`)."""

import json
import os
from pathlib import Path

import pytest

from contracts.faults import Finding, Severity
from rules.engine import RuleEngine

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


@pytest.mark.skipif(not CORPUS.is_dir(), reason="NAVETTE_CORPUS does not name a directory")
@pytest.mark.timeout(600)
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
