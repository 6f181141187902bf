"""Runs all that applies to a document: official rule sets, then the buyer's rulebook."""

from contracts.faults import Finding, Severity
from contracts.invoices import AppliedRules
from contracts.rulebooks import BuyerRule
from documents.errors import DocumentError, DocumentUnreadable
from documents.invoice import Invoice
from documents.reading import read_invoice
from mesh.errors import ResourceDown
from rules.checker import AsyncChecker
from rules.detection import applicable_sets
from rules.errors import DocumentRefused, EngineUnavailable, PacksMissing
from rules.packs import PACKS
from validation.domain import buyer_rules


async def check(
    checker: AsyncChecker, document: bytes, rules: tuple[BuyerRule, ...]
) -> tuple[list[Finding], tuple[AppliedRules, ...]]:
    """Findings and the rule sets that were run. Raises ResourceDown when the rule engine does not answer."""
    try:
        sets = applicable_sets(document)
        findings = await checker.check(document)
    except DocumentRefused as refused:
        return [refused.finding], ()
    except (EngineUnavailable, PacksMissing) as error:
        raise ResourceDown("rules", str(error)) from error
    versions = {pack.set: pack.version for pack in PACKS}
    applied = tuple(AppliedRules(id=name, version=versions[name]) for name in sets if name in versions)
    invoice, unreadable = _read(document)
    if invoice is None:
        # The official rules speak first; ours is only needed where they found nothing to stop it.
        return findings + ([] if any(f.stops for f in findings) else unreadable), applied
    return findings + buyer_rules.apply(rules, invoice), applied


def _read(document: bytes) -> tuple[Invoice | None, list[Finding]]:
    try:
        return read_invoice(document), []
    except DocumentUnreadable as error:
        return None, [
            Finding(
                rule="NAV-READ-01",
                severity=Severity.FATAL,
                pointer=problem.path[:1000],
                terms=(problem.term,) if problem.term else (),
                detail=f"{problem.message} {problem.remedy}"[:500],
            )
            for problem in error.problems[:20]
        ]
    except DocumentError as error:
        return None, [Finding(rule="NAV-READ-01", severity=Severity.FATAL, detail=str(error)[:500])]
