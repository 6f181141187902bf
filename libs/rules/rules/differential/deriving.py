"""A document for each rule id: one in which its context is there and its test fails, derived from both expressions."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from rules.compiler.contexts import alternatives
from rules.compiler.errors import CannotCompile
from rules.compiler.stylesheet import Assertion, Pattern, Rule, read
from rules.compiler.tree import Context, Expression, Path, Step
from rules.differences import STOPPED
from rules.differential.schema_order import SchemaOrder, schema_order
from rules.differential.silence import silent
from rules.differential.spots import Spots
from rules.differential.steering import Steering
from rules.engine import Engine
from rules.errors import DocumentRefused
from rules.packs import RulePack, Syntax, cache_directory
from rules.parsing import read_xml

STOPS = "the whole set stopped with an error at every attempt"


@dataclass(frozen=True)
class Aim:
    """A rule id, with the context and what stands before its test."""

    rule: Rule
    assertion: Assertion
    earlier: tuple[Rule, ...]
    """Rules of its pattern that are tried before: where one of them matches, this one is not."""


class Deriving:
    """For one rule set and one syntax. `engine` says whether a document does what it was made for."""

    def __init__(self, engine: Engine, pack: RulePack, syntax: Syntax, seed: int) -> None:
        self._engine = engine
        self._pack = pack
        directory = cache_directory()
        self._order: SchemaOrder = schema_order(directory / syntax.schemas[0])
        self._generator = random.Random(seed)  # noqa: S311 - a test plan, not a secret
        self._stylesheet = read((directory / pack.stylesheet).read_bytes())
        self._variables = {
            name: each.select for name, each in self._stylesheet.variables.items() if each.select is not None
        }
        self._attempts: dict[str, list[bool]] = {}
        """By rule id: whether the whole set stopped, of each attempt."""
        self._aims = [aim for pattern in self._stylesheet.patterns for aim in _aims(pattern)]

    def silent(self) -> dict[str, str]:
        """Ids that cannot fire, with the reason in the rule set; or where every attempt made it stop."""
        stopping = {rule: STOPS for rule, stops in self._attempts.items() if all(stops)}
        return {**stopping, **silent(self._stylesheet)}

    def documents(self, bases: Sequence[bytes], tries: int) -> Iterator[tuple[bytes, str]]:
        """The first document that fires each id, of `tries` attempts on each base."""
        fired: set[str] = set()
        for attempt in range(tries):
            for base in bases:
                for aim in self._aims:
                    if aim.assertion.rule in fired:
                        continue
                    document = self._derived(base, aim, attempt)
                    if document is None:
                        continue
                    found = self._fired(document)
                    self._attempts.setdefault(aim.assertion.rule, []).append(found == {STOPPED})
                    if found - fired:
                        fired |= found
                        yield document, f"derived for {aim.assertion.rule}"

    def _derived(self, base: bytes, aim: Aim, attempt: int) -> bytes | None:
        root = etree.fromstring(base)
        spots = Spots(root, self._order, self._generator)
        steering = Steering(spots, self._variables, self._stylesheet.functions, self._generator)
        try:
            paths = alternatives(aim.rule.context)
        except CannotCompile:
            return None
        spot = steering.spot(_from_the_document(self._generator.choice(paths)), spots.document)
        if spot is None:
            return None
        for rule in aim.earlier if attempt % 2 else ():
            for path in alternatives(rule.context):
                last = path.steps[-1]
                for predicate in last.predicates if self._generator.random() < 0.5 else ():
                    steering.make(predicate, spot, False)
        for step in aim.rule.steps:
            if isinstance(step, Assertion):
                continue
            if step.select is not None:
                steering.bind(step.name, step.select, spot)
        steering.make(aim.assertion.test, spot, False)
        return etree.tostring(root)

    def _fired(self, document: bytes) -> set[str]:
        root = etree.fromstring(document)
        try:
            return {finding.rule for finding in self._engine.run(self._pack, root)}
        finally:
            self._engine.release()


def is_of(document: bytes, syntax: Syntax) -> bool:
    """Whether a document is of a syntax."""
    try:
        return read_xml(document).tag == syntax.root
    except DocumentRefused:
        return False


def _aims(pattern: Pattern) -> Iterator[Aim]:
    for number, rule in enumerate(pattern.rules):
        for step in rule.steps:
            if isinstance(step, Assertion):
                yield Aim(rule, step, pattern.rules[:number])


def _from_the_document(path: Path) -> Expression:
    """A pattern `a/b` is about any `a` in the document."""
    first, *rest = path.steps
    if path.absolute or not isinstance(first, Step):
        return path if path.steps else Context()
    return Path(True, (replace(first, axis="descendant") if first.axis == "child" else first, *rest))
