"""A draft over invoices that were judged before: who would fail now, and who would pass."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.faults import Finding
from contracts.rulebooks import BuyerRule
from validation.domain.buyer_rules import FAILED, UNEVALUATED, apply
from validation.domain.case import Case

MOST = 200
_SHOWN = 50


class RuleTally(BaseModel):
    """How often one rule of the draft spoke."""

    model_config = ConfigDict(frozen=True)

    rule: str
    fails: int = 0
    warns: int = 0
    not_evaluated: int = 0
    errors: int = 0


class WouldFail(BaseModel):
    """An invoice that came, and would not have."""

    model_config = ConfigDict(frozen=True)

    invoice_id: UUID
    supplier_id: UUID
    rules: tuple[str, ...]


class Backtest(BaseModel):
    """What a draft says of the last invoices. `would_pass` are only counted: a buyer never sees what failed."""

    model_config = ConfigDict(frozen=True)

    documents: int = 0
    would_fail: int = 0
    would_pass: int = 0
    failing: tuple[WouldFail, ...] = ()
    rules: tuple[RuleTally, ...] = ()


@dataclass(frozen=True)
class Past:
    """An invoice as it was judged. `stopped_otherwise`: by a rule of law, so no rulebook can make it pass."""

    invoice_id: UUID
    supplier_id: UUID
    passed: bool
    stopped_otherwise: bool
    case: Case


@dataclass
class Run:
    """Takes invoices one by one; `report` says what came out."""

    rules: Sequence[BuyerRule]
    _documents: int = 0
    _would_pass: int = 0
    _failing: list[WouldFail] = field(default_factory=list[WouldFail])
    _spoken: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])

    def take(self, past: Past) -> None:
        """Ask the draft about one invoice."""
        findings = apply(self.rules, past.case)
        for finding in findings:
            counts = self._spoken.setdefault(finding.parameters["id"], {})
            outcome = _outcome(finding)
            counts[outcome] = counts.get(outcome, 0) + 1
        stopping = tuple(finding.parameters["id"] for finding in findings if finding.stops)
        self._documents += 1
        if past.passed and stopping:
            self._failing.append(WouldFail(invoice_id=past.invoice_id, supplier_id=past.supplier_id, rules=stopping))
        self._would_pass += not past.passed and not past.stopped_otherwise and not stopping

    def report(self) -> Backtest:
        """Rules in the draft's order, silent ones too."""
        return Backtest(
            documents=self._documents,
            would_fail=len(self._failing),
            would_pass=self._would_pass,
            failing=tuple(self._failing[:_SHOWN]),
            rules=tuple(RuleTally(rule=rule.id, **self._spoken.get(rule.id, {})) for rule in self.rules),
        )


def _outcome(finding: Finding) -> str:
    special = {UNEVALUATED: "not_evaluated", FAILED: "errors"}
    return special.get(finding.rule) or ("fails" if finding.stops else "warns")
