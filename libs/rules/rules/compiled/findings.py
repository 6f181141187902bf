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
    pointer = pointers.of(node.element)
    return f"{pointer}/@{assertion.attribute}"[:MAX_POINTER] if assertion.attribute else pointer
