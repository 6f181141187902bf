"""One violation of a refusal."""

from contracts.faults import MAX_POINTER, Finding, Severity


def violation(rule: str, pointer: str, detail: str) -> Finding:
    """What is wrong, and where (a JSON pointer)."""
    return Finding(rule=rule, severity=Severity.FATAL, pointer=pointer[:MAX_POINTER], detail=detail[:500])
