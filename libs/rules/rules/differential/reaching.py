"""Documents that reach rules: mutants are kept that fire what none before them fired, and are changed further."""

import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from documents.xml import Element
from rules.compiled.rule_set import Context
from rules.compiled.store import load
from rules.detection import kind_of
from rules.differential.mutations import TEXTS, Place, mutant, places_of, put_forbidden
from rules.engine import Engine
from rules.errors import DocumentRefused
from rules.packs import SYNTAXES, RulePack, cache_directory, packs_of
from rules.parsing import read_xml


def bare_documents() -> list[bytes]:
    """Of each syntax its document element and nothing in it."""
    return [etree.tostring(etree.Element(syntax.root)) for syntax in SYNTAXES]


class Reaching:
    """`ours` runs the rules: it is many times faster than the official engine, which judges what is kept."""

    def __init__(self, ours: Engine, packs: Sequence[RulePack], seed: int) -> None:
        self._ours = ours
        self._packs = packs
        self._generator = random.Random(seed)  # noqa: S311 - a test plan, not a secret
        self._seen: set[tuple[str, str]] = set()
        self._pools: dict[str, list[bytes]] = {}
        self._contexts: dict[str, list[Context]] = {}
        self._places: dict[str, list[Place]] = {}

    def documents(self, bases: Sequence[bytes], count: int) -> Iterator[tuple[bytes, str]]:
        """The bases that fire something new, then what was kept of `count` mutants, each syntax in its turn."""
        for base in bases:
            if self._keep(base):
                yield base, "a base"
        syntaxes = sorted(self._pools)
        for number in range(count):
            syntax = syntaxes[number % len(syntaxes)]
            document = self._changed(syntax)
            if self._keep(document):
                yield document, "reaching"

    def _keep(self, document: bytes) -> bool:
        """Whether it fires an id that nothing fired before; then it is changed further."""
        try:
            root = read_xml(document)
            syntax = kind_of(root).syntax.name
        except DocumentRefused:
            return False
        fired = {
            (pack.stylesheet, finding.rule)
            for pack in packs_of(syntax)
            if pack in self._packs
            for finding in self._ours.run(pack, root)
        }
        self._ours.release()
        first = syntax not in self._pools
        if fired <= self._seen and not first:
            return False
        self._seen |= fired
        self._pools.setdefault(syntax, []).append(document)
        if first:
            self._learn(syntax)
        return True

    def _learn(self, syntax: str) -> None:
        rules = [load(cache_directory(), pack) for pack in packs_of(syntax) if pack in self._packs]
        self._contexts[syntax] = [
            context for each in rules for pattern in each.patterns for rule in pattern for context in rule.contexts
        ]
        self._places[syntax] = [place for each in rules for place in places_of(each)]

    def _changed(self, syntax: str) -> bytes:
        generator = self._generator
        pool = self._pools[syntax]
        document = pool[-1] if generator.random() < 0.2 else generator.choice(pool)
        for _ in range(generator.choice((1, 1, 2, 4))):
            if generator.random() < 0.5 and self._contexts[syntax]:
                document = self._at_context(document, generator.choice(self._contexts[syntax]))
            elif generator.random() < 0.3 and self._places[syntax]:
                root = etree.fromstring(document)
                for place in generator.sample(self._places[syntax], min(20, len(self._places[syntax]))):
                    put_forbidden(root, place)
                document = etree.tostring(root)
            else:
                document, _ = mutant(document, generator)
        return document

    def _at_context(self, document: bytes, context: Context) -> bytes:
        """Make a node that a rule is about, or strip, fill or double one that is there."""
        generator, root = self._generator, etree.fromstring(document)
        node = _made(root, context)
        match generator.randrange(5):
            case 0:
                node.clear()
            case 1:
                self._fill(node, generator.choice(TEXTS))
            case 2:
                self._fill(node, context.literal or generator.choice(TEXTS))
            case 3 if node is not root:
                node.addnext(copy.deepcopy(node))
            case _:
                node.text = context.literal or generator.choice(TEXTS)
        return etree.tostring(root)

    def _fill(self, node: Element, text: str) -> None:
        leaves: list[Any] = [each for each in node.iter("*") if not len(each)]
        for leaf in leaves:
            if self._generator.random() < 0.5:
                leaf.text = text


def _made(root: Element, context: Context) -> Element:
    """A node of the context: one that is there, or a new one below the deepest of its ancestors that is."""
    steps = [f"{{{space or ''}}}{name}" for _, space, name in context.names if name is not None]
    missing: list[str] = []
    for tag in steps:
        found = next(root.iter(tag), None)
        if found is not None:
            node: Element = found
            break
        missing.append(tag)
    else:
        node = root
    for tag in reversed(missing):
        node = etree.SubElement(node, tag)
    return node
