"""Examples that a rule brings with it: documents that it must let pass, and documents that it must stop."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from contracts.invoices import OrderContext
from contracts.rulebooks import BuyerRule
from documents.invoice import Invoice
from validation.domain.buyer_rules import EXPRESSION, FAILED, UNEVALUATED, apply
from validation.domain.case import Case

Outcome = Literal["passes", "fails", "not_evaluated", "error", "bad_example"]
_OUTCOMES: Final[dict[str, Outcome]] = {UNEVALUATED: "not_evaluated", FAILED: "error"}
_SAMPLE: Final = Path(__file__).with_name("sample_invoice.json")


class RuleExample(BaseModel):
    """A document by what differs from the sample invoice (JSON Merge Patch, RFC 7396), and what the rule must say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expected: Literal["passes", "fails"]
    changes: Mapping[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    orders: tuple[OrderContext, ...] = ()


class Tried(BaseModel):
    """What a rule said of one of its examples; `bad_example`: the changes make no invoice."""

    model_config = ConfigDict(frozen=True)

    rule: str
    example: int
    expected: Literal["passes", "fails"]
    outcome: Outcome

    @property
    def kept(self) -> bool:
        """Whether the rule said what it must."""
        return self.outcome == self.expected


@cache
def sample() -> dict[str, Any]:
    """The invoice that examples change: domestic, three lines, one order."""
    return json.loads(_SAMPLE.read_text(encoding="utf-8"))


def tried(rules: Sequence[BuyerRule], examples: Mapping[str, Sequence[RuleExample]]) -> tuple[Tried, ...]:
    """Every rule on each of its examples (`examples` by rule id)."""
    return tuple(
        Tried(rule=rule.id, example=number, expected=example.expected, outcome=_outcome(rule, example))
        for rule in rules
        for number, example in enumerate(examples.get(rule.id, ()))
    )


def lacking(rules: Sequence[BuyerRule], examples: Mapping[str, Sequence[RuleExample]]) -> tuple[str, ...]:
    """Own rules that do not bring an example of each kind: nobody could know whether they do what they are meant to."""
    return tuple(
        rule.id
        for rule in rules
        if rule.kind == EXPRESSION and {each.expected for each in examples.get(rule.id, ())} != {"passes", "fails"}
    )


def _outcome(rule: BuyerRule, example: RuleExample) -> Outcome:
    try:
        invoice = Invoice.model_validate_json(json.dumps(_merged(sample(), example.changes)))
    except (ValidationError, ValueError, RecursionError):
        return "bad_example"
    always = rule.model_copy(update={"valid_from": None, "valid_to": None})
    case = Case(invoice, invoice.issue_date, {each.line: each for each in example.orders} or None, ())
    found = apply((always,), case)
    if not found:
        return "passes"
    return _OUTCOMES.get(found[0].rule, "fails")


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2."""
    if not isinstance(patch, Mapping):
        return patch
    changes: Mapping[str, Any] = patch
    merged: dict[str, Any] = dict(target) if isinstance(target, dict) else {}
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), value)
    return merged
