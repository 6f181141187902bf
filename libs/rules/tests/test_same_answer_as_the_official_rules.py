"""Compiled rules and official stylesheets over documents of our own and seeded one-change mutants of them.

`RULES_MUTANTS=20000 RULES_SEED=7 pytest libs/rules/tests/test_same_answer_as_the_official_rules.py` for more.
"""

import copy
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from contracts.faults import Finding, Severity
from rules.compiled.engine import CompiledEngine
from rules.detection import kind_of
from rules.differences import differing_rules
from rules.differential.comparing import compare, mutants
from rules.differential.reaching import Reaching, bare_documents
from rules.packs import PACKS, packs_of
from rules.saxon import SaxonEngine
from rules.schemas import Schemas

MUTANTS = int(os.environ.get("RULES_MUTANTS", "60"))
SEED = int(os.environ.get("RULES_SEED", "1"))
EXAMPLES = Path(__file__).parents[3] / "examples"
SHARE_OF_FORBIDDING_IDS = 0.6
"""Of EN 16931's ids, those that only forbid a path are two in three, and one document in forty breaks them all."""

DOUBLED = ("every-term", "credit-note", "allowances-charges")
ALL_KINDS = bool(os.environ.get("RULES_STOPS"))
KINDS_THAT_STOP = 61
"""By set and element: an element that its schema allows twice and the rules expect once. `RULES_STOPS=1`: all."""


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


def doubled(sources: Iterable[bytes], directory: Path) -> Iterator[tuple[bytes, str]]:
    """Documents that their schema accepts with one element twice, one of each kind: what makes official rules stop."""
    schemas, seen = Schemas(directory), set[tuple[str, ...]]()
    for source in sources:
        for number, element in enumerate(etree.fromstring(source).iter("*")):
            kind = (*(str(above.tag) for above in element.iterancestors()), str(element.tag))
            if kind in seen or len(kind) == 1:
                continue
            seen.add(kind)
            root = etree.fromstring(source)
            twice = list(root.iter("*"))[number]
            twice.addnext(copy.deepcopy(twice))
            if not schemas.check(root, kind_of(root).syntax):
                yield etree.tostring(root), "/".join(tag.rpartition("}")[2] for tag in kind[-2:])


def test_every_kind_of_document_on_which_the_official_rules_stop_gets_a_finding_of_ours(
    saxon: SaxonEngine, compiled: CompiledEngine, packs: Path
) -> None:
    examples = [EXAMPLES / name / f"invoice.{syntax}.xml" for name in DOUBLED for syntax in ("ubl", "cii")]

    plan = list(doubled((file.read_bytes() for file in examples), packs))
    tally = compare(saxon, compiled, iter(plan if ALL_KINDS else plan[::4]), PACKS)

    assert [(each.pack.label, each.change, each.rules) for each in tally.differences] == []
    assert tally.stopped_valid >= (KINDS_THAT_STOP if ALL_KINDS else KINDS_THAT_STOP // 6)


def test_a_search_reaches_rules_that_no_document_of_ours_breaks(saxon: SaxonEngine, compiled: CompiledEngine) -> None:
    packs = [pack for pack in PACKS if pack.set == "peppol-t111"]
    reaching = Reaching(compiled, packs, SEED)
    bare = [document for document in bare_documents() if b"ApplicationResponse" in document]

    tally = compare(saxon, compiled, reaching.documents(bare, 300), packs)

    assert tally.differences == []
    fired, known = tally.shares()["peppol-t111/ubl-application-response"]
    assert tally.documents > 5
    assert fired / known > 0.3


KEPT = sorted((Path(__file__).with_name("data") / "differed").glob("*.xml"))


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_what_differed_once_is_the_same_now(saxon: SaxonEngine, compiled: CompiledEngine, file: Path) -> None:
    plan = iter([(file.read_bytes(), file.stem)])

    tally = compare(saxon, compiled, plan, PACKS)

    assert tally.compared.total() > 0
    assert tally.differences == []


def test_what_saxon_has_learnt_from_other_documents_is_no_difference(packs: Path, compiled: CompiledEngine) -> None:
    """It stops over a variable that nothing reads, once it has seen enough documents that read it."""
    learning = SaxonEngine(packs)
    [pack] = [pack for pack in packs_of("ubl-invoice") if pack.set == "ctc-fr"]
    reading = etree.parse(EXAMPLES / "every-term" / "invoice.ubl.xml").getroot()
    unread = KEPT[[file.stem for file in KEPT].index("variable_that_nothing_reads")].read_bytes()
    for _ in range(60):
        learning.run(pack, reading)
    assert [each.rule for each in learning.run(pack, etree.fromstring(unread))] == ["NAV-ENGINE-01"]

    tally = compare(learning, compiled, iter([(unread, "nothing")]), [pack])

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
