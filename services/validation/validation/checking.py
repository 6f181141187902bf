"""Runs all that applies to a document: official rule sets, then the buyer's rulebook."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.faults import Finding, Severity
from contracts.invoices import AppliedRules, OrderContext
from contracts.rulebooks import BuyerRule
from documents.errors import DocumentError, DocumentUnreadable
from documents.invoice import Invoice
from documents.reading import read_invoice
from mesh.errors import ResourceDown
from rules.checker import AsyncChecker
from rules.digests import expected
from rules.errors import DocumentRefused, EngineUnavailable, PacksMissing
from rules.under import Under
from validation.confirming import Confirm
from validation.domain import beyond_official, buyer_rules
from validation.domain.case import Case
from validation.domain.ready_made import KINDS

Similar = Callable[[Invoice], Awaitable[tuple[date, ...]]]


@dataclass(frozen=True)
class Rulebook:
    """The buyer's rules for one document, and what is known beside it. `similar` is asked only where a rule needs it.

    `version` 0: no rulebook applies.
    """

    today: date
    rules: tuple[BuyerRule, ...] = ()
    version: int = 0
    sha256: str = ""
    orders: Mapping[int, OrderContext] = field(default_factory=dict[int, OrderContext])
    similar: Similar | None = None

    async def findings(self, invoice: Invoice) -> list[Finding]:
        """What it finds in a document."""
        if not self.rules:
            return []
        asked = any(rule.kind in KINDS and KINDS[rule.kind].needs == "similar" for rule in self.rules)
        similar = await self.similar(invoice) if asked and self.similar is not None else None
        return buyer_rules.apply(self.rules, Case(invoice, self.today, self.orders or None, similar))

    @property
    def applied(self) -> tuple[AppliedRules, ...]:
        """How a verdict names it."""
        if not self.version:
            return ()
        return (AppliedRules(id="rulebook", version=str(self.version), sha256=self.sha256),)


async def check(
    checker: AsyncChecker, document: bytes, rulebook: Rulebook, confirm: Confirm
) -> tuple[list[Finding], tuple[AppliedRules, ...]]:
    """Findings and the rule sets that were run. `confirm`: asks about VAT numbers, after all the rest.

    Raises ResourceDown when the rule engine does not answer, and where `confirm` does.
    """
    try:
        findings, applied = await check_official(checker, document, Under())
    except DocumentRefused as refused:
        return [refused.finding], ()
    invoice, unreadable = _read(document)
    if invoice is None:
        # The official rules speak first; ours is only needed where they found nothing to stop it.
        return findings + ([] if any(f.stops for f in findings) else unreadable), applied
    own = beyond_official.check(invoice, rulebook.today)
    findings += own + await rulebook.findings(invoice)
    return findings + await confirm(invoice, findings), applied + rulebook.applied


async def check_official(
    checker: AsyncChecker, document: bytes, under: Under
) -> tuple[list[Finding], tuple[AppliedRules, ...]]:
    """What the law alone says. Raises DocumentRefused, UnknownRuleSet, ResourceDown."""
    try:
        checked = await checker.checked(document, under)
    except (EngineUnavailable, PacksMissing) as error:
        raise ResourceDown("rules", str(error)) from error
    if checked.packs is None:
        raise DocumentRefused(checked.findings[0])
    applied = tuple(
        AppliedRules(id=pack.set, version=pack.version, sha256=expected().get(pack.stylesheet))
        for pack in checked.packs
    )
    return checked.findings, applied


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
