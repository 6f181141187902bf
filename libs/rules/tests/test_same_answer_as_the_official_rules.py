"""Compiled rules and official stylesheets over documents of our own and seeded one-change mutants of them.

`RULES_MUTANTS=20000 RULES_SEED=7 pytest libs/rules/tests/test_same_answer_as_the_official_rules.py` for more.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from contracts.faults import Finding, Severity
from rules.compiled.engine import CompiledEngine
from rules.differences import differing_rules
from rules.differential.comparing import compare, mutants
from rules.packs import PACKS, packs_of
from rules.saxon import SaxonEngine

MUTANTS = int(os.environ.get("RULES_MUTANTS", "60"))
SEED = int(os.environ.get("RULES_SEED", "1"))
EXAMPLES = Path(__file__).parents[3] / "examples"
SHARE_OF_FORBIDDING_IDS = 0.6
"""Of EN 16931's ids, those that only forbid a path are two in three, and one document in forty breaks them all."""


@pytest.mark.timeout(3000)
def test_both_say_the_same_of_every_mutant(
    saxon: SaxonEngine, compiled: CompiledEngine, documents: dict[str, str]
) -> None:
    bases = [document.encode() for document in documents.values()]
    bases += [file.read_bytes() for file in sorted(EXAMPLES.glob("*/invoice.*.xml"))]

    tally = compare(saxon, compiled, mutants(bases, PACKS, MUTANTS, SEED), PACKS)

    assert [(each.pack.label, each.change, each.rules) for each in tally.differences] == []
    assert tally.stopped.total() > 0
    fired, known = tally.shares()["en16931/ubl-invoice"]
    assert fired / known > SHARE_OF_FORBIDDING_IDS


KEPT = sorted((Path(__file__).with_name("data") / "differed").glob("*.xml"))


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_what_differed_once_is_the_same_now(saxon: SaxonEngine, compiled: CompiledEngine, file: Path) -> None:
    plan = iter([(file.read_bytes(), file.stem)])

    tally = compare(saxon, compiled, plan, PACKS)

    assert tally.compared.total() > 0
    assert tally.differences == []


def finding(rule: str, count: int = 1, severity: Severity = Severity.FATAL) -> Finding:
    return Finding(rule=rule, severity=severity, count=count)


def test_a_difference_in_a_count_or_a_severity_is_seen() -> None:
    assert differing_rules([finding("A")], [finding("A")]) == {}
    assert set(differing_rules([finding("A")], [finding("A", 2)])) == {"A"}
    assert set(differing_rules([finding("A")], [finding("A", 1, Severity.WARNING)])) == {"A"}
    assert set(differing_rules([finding("A")], [])) == {"A"}
    assert set(differing_rules([finding("NAV-ENGINE-01")], [])) == {"NAV-ENGINE-01"}


def test_every_pinned_set_compiles(compiled: CompiledEngine) -> None:
    left = [pack.label for pack in PACKS if not compiled.runs(pack)]

    assert left == []
    assert Counter(pack.set for pack in packs_of("cii"))["en16931"] == 1
