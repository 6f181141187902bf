"""One state for each path of tags that was ever seen. What can be told from the names alone is told once, here."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from rules.compiled.rule_set import Apply, Context, Rule, Rules, Test
from rules.xpath.nodes import DOCUMENT_TAG, NO_CHILDREN, Node

MAX_STATES: Final = 20_000
"""A document's schema bounds its paths, apart from UBL's extensions, where anything may stand."""
_WORTH_A_TABLE: Final = 3


class Candidate(NamedTuple):
    """A rule that may match: `test` None where it does. `key`, `literal`: as in Context."""

    test: Test | None
    rule: Rule
    key: Test | None
    literal: str


class Hit(NamedTuple):
    """A forbidden path that ends here: the assertion, how far above its context is, and the attribute that it is on."""

    assertion: int
    height: int
    attribute: str


class Choice(NamedTuple):
    """Candidates of one pattern: the first that matches wins. `key`, `table`: shorter lists, by a text of the node."""

    candidates: tuple[Candidate, ...]
    key: Test | None
    table: dict[str, tuple[Candidate, ...]]
    rest: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one rule set does on nodes of one state."""

    certain: tuple[Apply, ...]
    choices: tuple[Choice, ...]
    hits: tuple[Hit, ...]
    rules: tuple[Rule, ...]
    """The rules that apply to every node of the state."""


class State:
    """A path of tags; `plans` are made when a rule set meets it first."""

    __slots__ = ("next", "parent", "plans", "tag")

    def __init__(self, tag: str, parent: "State | None") -> None:
        self.tag = tag
        self.parent = parent
        self.next: dict[str, State] = {}
        self.plans: dict[Rules, Plan | None] = {}

    def plan(self, rules: Rules) -> Plan | None:
        """What the rule set does here; None for nothing. Ancestors' plans are made first."""
        try:
            return self.plans[rules]
        except KeyError:
            plan = self.plans[rules] = _plan(self, rules)
            return plan


class Automaton:
    """The states of one kind of document, for all rule sets."""

    def __init__(self) -> None:
        self.start = State(DOCUMENT_TAG, None)
        self.states = 0
        self.by_tag: dict[str, list[State]] = {}

    def follow(self, state: State, tag: str) -> State:
        """The state of a child."""
        self.states += 1
        tag = sys.intern(tag)
        following = state.next[tag] = State(tag, state)
        self.by_tag.setdefault(tag, []).append(following)
        return following


def _plan(state: State, rules: Rules) -> Plan | None:
    certain: list[Apply] = []
    choices: list[Choice] = []
    sure: list[Rule] = []
    for pattern in rules.patterns:
        candidates = _candidates(pattern, state)
        if candidates and candidates[0].test is None:
            rule = candidates[0].rule
            sure.append(rule)
            if rule.apply is not None:
                certain.append(rule.apply)
        elif candidates:
            choices.append(_choice(candidates))
    hits = _hits(state, rules, sure)
    if not (certain or choices or hits or sure):
        return None
    return Plan(tuple(certain), tuple(choices), hits, tuple(sure))


def _candidates(pattern: tuple[Rule, ...], state: State) -> list[Candidate]:
    found: list[Candidate] = []
    for rule in pattern:
        for context in rule.contexts:
            if _accepts(context, state):
                found.append(Candidate(context.values, rule, context.key, context.literal))
                if context.values is None:
                    return found
    return found


def _accepts(context: Context, state: State) -> bool:
    if not _names_fit(context, 0, state):
        return False
    return context.static is None or bool(context.static(_nameless(state), None))  # pyright: ignore[reportArgumentType] - a static condition asks nothing of the document


def _names_fit(context: Context, depth: int, state: State | None) -> bool:
    if depth == len(context.names):
        return True
    if state is None or state.tag == DOCUMENT_TAG:
        return False
    anywhere, namespace, local = context.names[depth]
    own_namespace, _, own_local = state.tag.removeprefix("{").rpartition("}")
    if (namespace is not None and namespace != own_namespace) or (local is not None and local != own_local):
        return False
    above = state.parent
    if depth + 1 == len(context.names):
        return anywhere or (above is not None and above.tag == DOCUMENT_TAG)
    if not anywhere:
        return _names_fit(context, depth + 1, above)
    while above is not None:
        if _names_fit(context, depth + 1, above):
            return True
        above = above.parent
    return False


def _nameless(state: State) -> Node:
    """A node of which nothing but the names is known."""
    node = Node()
    node.state = state
    node.parent = _nameless(state.parent) if state.parent is not None else None
    node.children = NO_CHILDREN
    return node


def _choice(candidates: list[Candidate]) -> Choice:
    """The key that most candidates share tells them apart at once: the ten VAT categories, for example."""
    counts = Counter(candidate.key for candidate in candidates if candidate.key is not None)
    if not counts or counts.most_common(1)[0][1] < _WORTH_A_TABLE:
        return Choice(tuple(candidates), None, {}, ())
    key = counts.most_common(1)[0][0]

    def those(fits: Callable[[Candidate], bool]) -> tuple[Candidate, ...]:
        return tuple(each for each in candidates if each.key is not key or fits(each))

    literals = {candidate.literal for candidate in candidates if candidate.key is key}
    table = {literal: those(lambda each, literal=literal: each.literal == literal) for literal in literals}
    return Choice(tuple(candidates), key, table, those(lambda _: False))


def _hits(state: State, rules: Rules, sure: Sequence[Rule]) -> tuple[Hit, ...]:
    """Forbidden paths that end at this state, of rules that apply to its ancestors, and attributes of its own rules."""
    found = [Hit(each.assertion, 0, each.attribute) for rule in sure for each in rule.forbidden if not each.tags]
    path: list[str] = [state.tag]
    above = state.parent
    top = state
    while above is not None and above.tag != DOCUMENT_TAG:
        plan = above.plan(rules)
        for rule in plan.rules if plan else ():
            found += [
                Hit(each.assertion, len(path), each.attribute) for each in rule.by_path.get(tuple(reversed(path)), ())
            ]
        path.append(above.tag)
        top, above = above, above.parent
    found += _anywhere(top, rules, tuple(reversed(path)), sure if top is state else None)
    return tuple(found)


def _anywhere(top: State, rules: Rules, path: tuple[str, ...], sure: Sequence[Rule] | None) -> list[Hit]:
    plan = None if sure is not None else top.plan(rules)
    of_top = sure if sure is not None else plan.rules if plan else ()
    return [
        Hit(each.assertion, len(path) - 1, each.attribute)
        for rule in of_top
        for each in rule.forbidden
        if each.anywhere and each.tags and path[-len(each.tags) :] == each.tags
    ]
