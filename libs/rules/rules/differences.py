"""Where two answers about one document differ: rule ids, how often each fired, and where first."""

from collections.abc import Mapping, Sequence
from typing import Final

from contracts.faults import Finding

Answer = Mapping[tuple[str, str], tuple[int, str]]
STOPPED: Final = "NAV-ENGINE-01"


def differing_rules(official: Sequence[Finding], ours: Sequence[Finding]) -> dict[str, tuple[object, object]]:
    """The rules on which two answers of one set differ: (official, ours), each as (how often, first place).

    Both stopping is the same, whatever the cause.
    """
    expected, found = _answer(official), _answer(ours)
    if _stops(expected) and _stops(found):
        return {}
    return {
        key[0]: (expected.get(key), found.get(key))
        for key in sorted({*expected, *found})
        if not _same(expected.get(key), found.get(key))
    }


def appeared(before: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """What a second check of the same document finds that a first one did not, or not as often or as severely."""
    known = {(finding.rule, finding.severity): finding.count for finding in before}
    return [finding for finding in after if finding.count > known.get((finding.rule, finding.severity), 0)]


def by_set(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings of official sets, by set and version; those of reader and schema are nobody's."""
    sets: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.rule_set:
            sets.setdefault(finding.rule_set, []).append(finding)
    return sets


def _answer(findings: Sequence[Finding]) -> Answer:
    return {(finding.rule, finding.severity.value): (finding.count, finding.pointer) for finding in findings}


def _same(expected: tuple[int, str] | None, found: tuple[int, str] | None) -> bool:
    """The French stylesheets give no location for an attribute, which reads as the document element."""
    if expected is None or found is None:
        return expected is found
    nowhere = expected[1].count("/") == 1 and "/@" in found[1]
    return expected[0] == found[0] and (nowhere or expected[1] == found[1])


def _stops(answer: Answer) -> bool:
    return any(rule == STOPPED for rule, _ in answer)
