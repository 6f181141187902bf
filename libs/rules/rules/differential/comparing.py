"""Both engines over one document: what they say, and where they differ."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from documents.xml import Element
from rules.compiled.store import load
from rules.detection import kind_of
from rules.differences import STOPPED, differing_rules
from rules.differential.mutations import Place, mutant, places_of, saturated
from rules.engine import Engine
from rules.errors import DocumentRefused
from rules.packs import RulePack, cache_directory, packs_of
from rules.parsing import read_xml
from rules.saxon import SaxonEngine
from rules.schemas import Schemas


@dataclass(frozen=True)
class Difference:
    """A document on which the engines differ: rules with (official, ours), each as (how often, first place)."""

    pack: RulePack
    document: bytes
    change: str
    rules: Mapping[str, tuple[object, object]]


@dataclass
class Tally:
    """What a run has seen: documents, comparisons, stops of both, and how often each rule of each set fired.

    `stopped_valid`: stops of both on documents that their schema accepts. `excused`: one stopped and the other did
    not, on a document that its schema refuses. Operands of `and` and `or` may be evaluated in any order (XPath 2.0,
    2.3.4), so that is no difference; and no rule is shown such a document. `silent`: ids that cannot fire, and why.
    """

    documents: int = 0
    compared: Counter[str] = field(default_factory=Counter[str])
    stopped: Counter[str] = field(default_factory=Counter[str])
    stopped_valid: int = 0
    excused: int = 0
    fired: dict[RulePack, Counter[str]] = field(default_factory=dict[RulePack, Counter[str]])
    silent: dict[RulePack, dict[str, str]] = field(default_factory=dict[RulePack, dict[str, str]])
    differences: list[Difference] = field(default_factory=list[Difference])

    def shares(self) -> dict[str, tuple[int, int]]:
        """By set: how many rule ids fired, of how many."""
        return {
            name_of(pack): (len(ids_of(pack) & set(fired)), len(ids_of(pack))) for pack, fired in self.fired.items()
        }

    def unheard(self) -> dict[str, dict[str, str]]:
        """By set: the ids that did not fire, with the reason where it is known."""
        return {
            name_of(pack): {rule: self.silent.get(pack, {}).get(rule, "") for rule in sorted(ids_of(pack) - set(fired))}
            for pack, fired in self.fired.items()
        }


def ids_of(pack: RulePack) -> set[str]:
    """Every rule id of a set."""
    return {assertion.rule for assertion in load(cache_directory(), pack).assertions}


def name_of(pack: RulePack) -> str:
    """A set of one syntax."""
    return f"{pack.set}/{pack.syntaxes[0]}"


def mutants(bases: Sequence[bytes], packs: Sequence[RulePack], count: int, seed: int) -> Iterator[tuple[bytes, str]]:
    """Bases; then each syntax's first one with all that its sets forbid; then `count` bases with one change each."""
    generator = random.Random(seed)  # noqa: S311 - a test plan, not a secret
    by_syntax: dict[str, tuple[bytes, list[Place]]] = {}
    for base in bases:
        yield base, "nothing"
        syntax = kind_of(read_xml(base)).syntax.name
        if syntax not in by_syntax:
            own = [pack for pack in packs_of(syntax) if pack in packs]
            by_syntax[syntax] = base, [each for pack in own for each in places_of(load(cache_directory(), pack))]
    for base, places in by_syntax.values():
        for document in saturated(base, list(dict.fromkeys(places))):
            yield document, "all that is forbidden"
    everything = [place for _, places in by_syntax.values() for place in places]
    for _ in range(count):
        yield mutant(generator.choice(bases), generator, everything)


def compare(
    official: SaxonEngine,
    ours: Engine,
    documents: Iterator[tuple[bytes, str]],
    packs: Sequence[RulePack],
    tally: Tally | None = None,
) -> Tally:
    """Run every set on every document that it can run on, valid or not. `tally`: to add to."""
    tally = tally or Tally()
    schemas = Schemas(cache_directory())
    for document, change in documents:
        try:
            root = read_xml(document)
            syntax = kind_of(root).syntax
        except DocumentRefused:
            continue
        tally.documents += 1
        for pack in packs:
            if syntax.name in pack.syntaxes:
                stops, differing = _compare_one(official, ours, pack, root, tally)
                refused = (STOPPED in differing or stops) and bool(schemas.check(root, syntax))
                tally.stopped_valid += stops and not differing and not refused
                if STOPPED in differing and refused:
                    tally.excused += 1
                elif differing:
                    tally.differences.append(Difference(pack, document, change, differing))
        official.release()
        ours.release()
    return tally


def _compare_one(
    official: SaxonEngine, ours: Engine, pack: RulePack, root: Element, tally: Tally
) -> tuple[bool, dict[str, tuple[object, object]]]:
    """Whether the official rules stop, and where the answers differ.

    Where only one stops, the official ones are asked as if this document were the first they see.
    """
    expected, found = official.run(pack, root), ours.run(pack, root)
    if STOPPED in differing_rules(expected, found):
        official.forget()
        expected = official.run(pack, root)
    stops = any(finding.rule == STOPPED for finding in expected)
    tally.compared[name_of(pack)] += 1
    tally.stopped[name_of(pack)] += stops
    tally.fired.setdefault(pack, Counter()).update(finding.rule for finding in expected)
    return stops, differing_rules(expected, found)
