"""What a compiled module says of its rule set: patterns of rules with their contexts, and the assertions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from rules.xpath.nodes import Document, Node

Failure: TypeAlias = tuple[int, Node]
"""The number of an assertion, and the node that it failed on."""


class Run:
    """One rule set over one document. `kept`: what was computed once; `failed`: the answer."""

    __slots__ = ("document", "failed", "kept", "root", "top")

    def __init__(self, document: Document, kept: int) -> None:
        self.document = document
        self.top = document.document
        self.root = document.root
        self.kept: list[tuple[Any] | None] = [None] * kept
        self.failed: list[Failure] = []


Apply: TypeAlias = Callable[[Node, Run], None]
Test: TypeAlias = Callable[[Node, Run], Any]


class Context(NamedTuple):
    """One alternative of a rule's context. `names`: from the node up: (anywhere above, namespace, local name).

    `static`: a condition on names only; `values`: one on the document. `key` gives a text that must be `literal` (None:
    it cannot be told by that).
    """

    names: tuple[tuple[bool, str | None, str | None], ...]
    static: Test | None
    values: Test | None
    key: Test | None
    literal: str


class Forbidden(NamedTuple):
    """A path from a rule's context that must not be there. `anywhere`: from any element of the document."""

    assertion: int
    tags: tuple[str, ...]
    attribute: str
    anywhere: bool


class Rule:
    """One rule: what it does to a node of its context, if anything, and the paths that it forbids."""

    __slots__ = ("apply", "by_path", "contexts", "forbidden")

    def __init__(self, apply: Apply | None, contexts: tuple[Context, ...], forbidden: tuple[Forbidden, ...]) -> None:
        self.apply = apply
        self.contexts = contexts
        self.forbidden = forbidden
        self.by_path: dict[tuple[str, ...], list[Forbidden]] = {}
        """Those from the context itself, by their tags."""
        for each in forbidden:
            if not each.anywhere:
                self.by_path.setdefault(each.tags, []).append(each)


class Assertion(NamedTuple):
    """One test. `attribute`: where its context is an attribute, which; `text`: the official one, without values."""

    rule: str
    flag: str
    attribute: str
    text: str


@dataclass(frozen=True, eq=False)
class Rules:
    """A rule set. `patterns`: lists of rules of which the first that matches a node is applied to it; `assertions` by
    number; `kept`: how many values it keeps a document.
    """

    patterns: tuple[tuple[Rule, ...], ...]
    assertions: tuple[Assertion, ...]
    kept: int
