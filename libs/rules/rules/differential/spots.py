"""Places in a document that an XPath names: found, made where they are missing, or taken away."""

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from documents.xml import Element
from rules.compiler.tree import Call, Computed, Expression, KindTest, Logic, NameTest, Number, Path, Step, Text
from rules.differential.schema_order import SchemaOrder

_DOCUMENT: Final = "/"
_DEEPEST: Final = 12


@dataclass(frozen=True)
class Spot:
    """An element, or the attribute of it that is named; `/`: the document node."""

    element: Element
    attribute: str = ""

    @property
    def text(self) -> str:
        """What stands there."""
        return self.element.get(self.attribute, "") if self.attribute else self.element.text or ""

    def write(self, text: str) -> None:
        """Put another text there."""
        if self.attribute == _DOCUMENT:
            return
        if self.attribute:
            self.element.set(self.attribute, text)
        else:
            self.element.text = text

    def remove(self) -> None:
        """Take it away, unless it is the document element."""
        parent = self.element.getparent()
        if self.attribute:
            self.element.attrib.pop(self.attribute, "")
        elif parent is not None:
            parent.remove(self.element)


Predicate = Callable[[Expression, Spot], object]
"""Makes a predicate true of a spot."""
Inner = Callable[[Expression, Spot], Spot | None]
"""The spot of a step that is an expression of its own."""


class Spots:
    """Of one document, which it changes."""

    def __init__(self, root: Element, order: SchemaOrder, generator: random.Random) -> None:
        self._root = root
        self._order = order
        self._generator = generator
        self.document = Spot(root, _DOCUMENT)

    def made(self, path: Path, start: Spot, satisfy: Predicate, inner: Inner) -> Spot | None:
        """One spot of a path, made where there is none; None where that cannot be."""
        spot: Spot | None = self.document if path.absolute else start
        for step in path.steps:
            spot = inner(step.expression, spot) if isinstance(step, Computed) else self._step(step, spot)
            if spot is None:
                return None
            for predicate in step.predicates:
                if not isinstance(predicate, Number):
                    satisfy(predicate, spot)
        return spot

    def found(self, path: Path, start: Spot) -> list[Spot]:
        """Every spot that the names of a path lead to, whatever its predicates say."""
        spots = [self.document if path.absolute else start]
        for step in path.steps:
            if isinstance(step, Computed):
                return []
            spots = [each for spot in spots for each in _along(step, spot)]
        return spots

    def many(self, path: Path, start: Spot, count: int, made: Callable[[], Spot | None]) -> None:
        """As many spots of a path as asked for."""
        if count and not self.found(path, start):
            made()
        for _ in range(_DEEPEST):
            spots = self.found(path, start)
            if not spots or len(spots) == count:
                return
            if len(spots) > count:
                spots[-1].remove()
            else:
                copied = spots[-1].element
                for _ in range(self._generator.randrange(len(path.steps))):
                    above = copied.getparent()
                    copied = above if above is not None and above is not self._root else copied
                if copied.getparent() is not None:
                    copied.addnext(copy.deepcopy(copied))

    def _step(self, step: Step, spot: Spot) -> Spot | None:
        found = _along(step, spot)
        named = not isinstance(step.test, NameTest) or step.test.local is not None
        if found and named and (len(found) == 1 or not step.predicates or self._generator.random() < 0.8):
            fresh = step.predicates and step.axis == "child" and self._generator.random() < 0.3
            if not fresh or spot.attribute:
                return self._generator.choice(found[:4])
        if not isinstance(step.test, NameTest):
            return found[0] if found else None
        if step.test.local is None:
            return self._any(step, spot, found)
        tag = step.test.tag or f"{{{_namespace(spot.element)}}}{step.test.local}"
        match step.axis:
            case "attribute":
                spot.element.set(tag, "x")
                return Spot(spot.element, tag)
            case "child" if not spot.attribute:
                return Spot(self._order.insert(spot.element, tag))
            case "descendant" | "descendant-or-self":
                return self._anywhere(tag, 0)
            case "preceding-sibling" | "following-sibling" if (parent := spot.element.getparent()) is not None:
                return Spot(self._order.insert(parent, tag))
            case _:
                return None

    def _any(self, step: Step, spot: Spot, found: list[Spot]) -> Spot | None:
        """`*`: often what rules forbid because nothing names it; or any element whose name ends as a predicate asks."""
        endings = [ending for each in step.predicates for ending in _endings(each)]
        if endings:
            tags = [tag for tag in self._order.tags if tag.endswith(tuple(endings)) and _fits(step.test, tag)]
            return self._anywhere(self._generator.choice(tags), 0) if tags else None
        if step.axis != "child" or spot.attribute or (found and self._generator.random() < 0.2):
            return self._generator.choice(found) if found else None
        tags = [tag for tag in self._order.children(str(spot.element.tag)) if spot.element.find(tag) is None]
        strange = not tags or self._generator.random() < 0.3
        return Spot(self._order.insert(spot.element, "{urn:strange}x" if strange else self._generator.choice(tags)))

    def _anywhere(self, tag: str, depth: int) -> Spot | None:
        """A new element, below one that may hold it."""
        parents = self._order.parents(tag)
        there: list[Any] = [each for parent in parents for each in self._root.iter(parent)]
        if there:
            return Spot(self._order.insert(self._generator.choice(there[:6]), tag))
        if not parents or depth == _DEEPEST:
            return Spot(self._order.insert(self._root, tag))
        above = self._anywhere(self._generator.choice(parents), depth + 1)
        return above and Spot(self._order.insert(above.element, tag))


def _along(step: Step, spot: Spot) -> list[Spot]:
    element = spot.element
    if isinstance(step.test, KindTest) and step.axis in ("child", "self"):
        return [spot]
    match step.axis:
        case "self":
            return [spot]
        case "attribute":
            return [Spot(element, str(name)) for name in element.keys() if _fits(step.test, str(name))]  # noqa: SIM118 - an element is no dict
        case "parent":
            above = element if spot.attribute else element.getparent()
            return [] if above is None or spot.attribute == _DOCUMENT else [Spot(above)]
        case "child" if spot.attribute == _DOCUMENT:
            nodes: Any = [element]
        case "child":
            nodes = element.iterchildren("*")
        case "descendant" | "descendant-or-self":
            nodes = element.iter("*")
        case "ancestor":
            nodes = element.iterancestors("*")
        case "ancestor-or-self":
            nodes = [element, *element.iterancestors("*")]
        case "preceding-sibling" | "following-sibling":
            nodes = element.itersiblings("*", preceding=step.axis == "preceding-sibling")
        case _:
            nodes = ()
    return [Spot(node) for node in nodes if _fits(step.test, str(node.tag))]


def _endings(predicate: Expression) -> list[str]:
    """How the name of an element has to end."""
    match predicate:
        case Call("ends-with", (Call("name" | "local-name", ()), Text(ending))):
            return [ending]
        case Logic("or", left, right):
            return _endings(left) + _endings(right)
        case Logic("and", left, right):
            return _endings(left) or _endings(right)
        case _:
            return []


def _fits(test: NameTest | KindTest, tag: str) -> bool:
    if not isinstance(test, NameTest):
        return True
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    return (test.namespace is None or test.namespace == namespace) and (test.local is None or test.local == local)


def _namespace(element: Element) -> str:
    return str(element.tag).removeprefix("{").rpartition("}")[0]
