"""Who may say what about a delivery (XP Z12-012; reasons: BR-FR-CDV-CL-09)."""

from collections.abc import Iterable

from contracts.faults import Finding, Severity, json_pointer
from contracts.status import REASONS, STATUSES, Party, may_set


def _finding(rule: str, detail: str, *steps: str | int) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer(*steps), detail=detail)


def own_code(party: Party, code: str) -> bool:
    """Whether the code is one that this side sets; codes outside the table may come from either side."""
    return may_set(party, code)


def findings(code: str, reasons: Iterable[str]) -> tuple[Finding, ...]:
    """What is wrong with a status: a reason that is missing, or one that its list does not hold."""
    given = list(reasons)
    found: list[Finding] = []
    known = STATUSES.get(code)
    if known is not None and known.needs_reason and not given:
        found.append(_finding("REASON_REQUIRED", f"Status {code} needs a reason code.", "reasons"))
    listed = REASONS.get(code)
    for index, reason in enumerate(given):
        if listed is not None and reason not in listed:
            found.append(_finding("REASON_UNKNOWN", f"Not a reason for status {code}.", "reasons", index))
    return tuple(found)
