"""The verdict about the bytes of one submission."""

from dataclasses import dataclass

from contracts.faults import Finding, Severity
from contracts.invoices import AppliedRules
from contracts.limits import FACT_PAYLOAD

MAX_FINDINGS = 100


@dataclass(frozen=True)
class Verdict:
    """What was found, which rule sets were run, and the digest of the bytes that were read."""

    findings: tuple[Finding, ...]
    rule_sets: tuple[AppliedRules, ...]
    document_sha256: str
    rulebook_version: int | None

    @property
    def passed(self) -> bool:
        """Whether nothing fatal stands against the document."""
        return not any(finding.stops for finding in self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a passed document should still hear; bounded, so that a fact stays small."""
        return bounded(tuple(f for f in self.findings if not f.stops))


def bounded(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that fit into a fact, the fatal ones first:
    at most 100, and at most half of what a payload may weigh.
    """
    order = [Severity.FATAL, Severity.WARNING, Severity.INFORMATION]
    kept: list[Finding] = []
    weight = 0
    for finding in sorted(findings, key=lambda f: order.index(f.severity)):
        weight += len(finding.model_dump_json())
        if len(kept) == MAX_FINDINGS or weight > FACT_PAYLOAD // 2:
            break
        kept.append(finding)
    return tuple(kept)
