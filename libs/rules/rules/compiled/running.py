"""One rule set over one tree."""

from collections.abc import Sequence
from typing import Any

from rules.compiled.automaton import Candidate, Choice, Hit
from rules.compiled.rule_set import Failure, Rule, Rules, Run
from rules.xpath.errors import DynamicError
from rules.xpath.nodes import Document, Node


def run(rules: Rules, document: Document) -> list[Failure]:
    """Every assertion that fails, with its node. Raises DynamicError where the official rules stop too."""
    this = Run(document, rules.kept)
    for state, nodes in document.groups.items():
        try:
            plan = state.plans[rules]
        except KeyError:
            plan = state.plan(rules)
        if plan is None:
            continue
        for apply in plan.certain:
            for node in nodes:
                apply(node, this)
        for choice in plan.choices:
            _choose(choice, nodes, this)
        if plan.hits:
            _forbid(plan.hits, nodes, this)
    return this.failed if len(this.failed) < 2 else _each_once(this.failed)


def _choose(choice: Choice, nodes: Sequence[Node], this: Run) -> None:
    """The first candidate that matches is applied. An error in a context means: no match (XSLT 2.0, 5.5.4)."""
    for node in nodes:
        for test, rule, _, _ in choice.candidates if choice.key is None else _candidates(choice, node, this):
            if test is not None:
                try:
                    if not test(node, this):
                        continue
                except DynamicError:
                    continue
            if rule.apply is not None:
                rule.apply(node, this)
            if rule.forbidden:
                _search(rule, node, this)
            break


def _candidates(choice: Choice, node: Node, this: Run) -> tuple[Candidate, ...]:
    try:
        text = choice.key(node, this) if choice.key is not None else None
    except DynamicError:
        return choice.rest
    return choice.candidates if text is None else choice.table.get(text, choice.rest)


def _forbid(hits: Sequence[Hit], nodes: Sequence[Node], this: Run) -> None:
    for node in nodes:
        names: Any = node.element.keys()
        for assertion, height, attribute in hits:
            if attribute and attribute not in names:
                continue
            context = node
            for _ in range(height):
                context = context.parent or context
            this.failed.append((assertion, context))


def _search(rule: Rule, node: Node, this: Run) -> None:
    """The forbidden paths of a rule whose context depends on values: looked for from the node itself."""
    for tags, forbidden in rule.by_path.items():
        ends = [node]
        for tag in tags:
            ends = [child for end in ends for child in end.children.get(tag, ())]
        for each in forbidden:
            if any(not each.attribute or end.element.get(each.attribute) is not None for end in ends):
                this.failed.append((each.assertion, node))


def _each_once(failed: list[Failure]) -> list[Failure]:
    """In the order of the rules, then of the document; a path that is there twice is forbidden once."""
    found = {(assertion, node.order): (assertion, node) for assertion, node in failed}
    return [found[key] for key in sorted(found)]
