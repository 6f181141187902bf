"""Official schemas and rules over what comes in and what goes out (T01, T114, T115, T76, T16)."""

from collections.abc import Sequence

from contracts.faults import Finding
from mesh.errors import Refusal
from po_sync import errors
from rules.checker import AsyncChecker
from rules.errors import EngineUnavailable, PacksMissing
from rules.texts import text_of


async def fatal_findings(checker: AsyncChecker, document: bytes, sets: Sequence[str] | None = None) -> list[Finding]:
    """What stops a document, by the rule sets that it asks for itself. Raises Unavailable (`RULES_UNAVAILABLE`)."""
    try:
        found = await checker.check(document, sets)
    except (EngineUnavailable, PacksMissing):
        raise errors.rules_unavailable() from None
    return [finding for finding in found if finding.stops]


def refused(findings: Sequence[Finding]) -> Refusal:
    """The refusal that lists findings with their texts."""
    return errors.refused_by_rules(findings, lambda finding: text_of(finding, "en"))
