"""From failed assertions to findings: one a rule, with its places."""

from collections.abc import Sequence

from contracts.faults import MAX_POINTER, Finding
from rules import pointers
from rules.compiled.rule_set import Assertion, Failure, Rules
from rules.packs import RulePack
from rules.svrl import MAX_ALSO, finding_of
from rules.xpath.nodes import Node


def findings(rules: Rules, failures: Sequence[Failure], pack: RulePack) -> list[Finding]:
    """The findings of one rule set, in the order of its rules."""
    fired: dict[tuple[str, str], list[Failure]] = {}
    for failure in failures:
        assertion = rules.assertions[failure[0]]
        fired.setdefault((assertion.rule, assertion.flag), []).append(failure)
    return [_finding(rules, flag, places, pack) for (_, flag), places in fired.items()]


def _finding(rules: Rules, flag: str, places: list[Failure], pack: RulePack) -> Finding:
    first = rules.assertions[places[0][0]]
    shown = [_pointer(rules.assertions[number], node) for number, node in places[: MAX_ALSO + 1]]
    return finding_of(first.rule, flag, shown, len(places), first.text, pack)


def _pointer(assertion: Assertion, node: Node) -> str:
    pointer = _of(node)
    return f"{pointer}/@{assertion.attribute}"[:MAX_POINTER] if assertion.attribute else pointer


def _of(node: Node) -> str:
    """As `pointers.of` its element, from the tree that is there."""
    steps: list[str] = []
    above = node.parent
    if above is None:
        return pointers.of(node.element)
    while above is not None:
        tag = node.state.tag
        name = pointers.prefixed(tag)
        steps.append(f"{name}[{above.children[tag].index(node) + 1}]" if above.parent is not None else name)
        node, above = above, above.parent
    return ("/" + "/".join(reversed(steps)))[:MAX_POINTER]
