"""A rulebook over one document: what it finds, what it could not ask, and which of its rules are at fault."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import orjson
from pydantic import JsonValue

from contracts.faults import Finding, Severity
from contracts.rulebooks import BuyerRule
from contracts.status import Party
from validation.domain.case import Case, NotEvaluated, Place, RuleFailed
from validation.domain.expressions import Prepared, holds
from validation.domain.ready_made import KINDS

EXPRESSION: Final = "expression"
UNEVALUATED: Final = "NAV-RULEBOOK-NOT-EVALUATED"
FAILED: Final = "NAV-RULEBOOK-ERROR"
_MOST_PLACES: Final = 21


def apply(rules: Sequence[BuyerRule], case: Case) -> list[Finding]:
    """What the rules in force on the document's date find, in their order. Nothing passes in silence:

    a rule that lacks what it looks at gives `NAV-RULEBOOK-NOT-EVALUATED` with the severity that the rule sets for that;
    one that cannot run gives `NAV-RULEBOOK-ERROR`, a warning that its buyer has to mend.
    """
    in_force = [rule for rule in rules if rule.in_force(case.invoice.issue_date)]
    document = Prepared(case, [rule.expression for rule in in_force if rule.kind == EXPRESSION])
    findings: list[Finding] = []
    for rule in in_force:
        try:
            found = _of(rule, case, document)
        except NotEvaluated as lacking:
            found = _not_evaluated(rule, lacking.absent)
        except RuleFailed as failed:
            found = _at_fault(rule, failed.cause)
        if found is not None:
            findings.append(found)
    return findings


def digest(rules: Sequence[BuyerRule]) -> str:
    """SHA-256 (hexadecimal) of the rules, the same for the same rules whatever their version is."""
    content: list[JsonValue] = [rule.model_dump(mode="json") for rule in rules]
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _of(rule: BuyerRule, case: Case, document: Prepared) -> Finding | None:
    if rule.kind == EXPRESSION:
        return None if holds(rule.expression, document) else _broken(rule, [Place("", rule.field, {})])
    kind = KINDS.get(rule.kind)
    if kind is None:
        raise RuleFailed("KIND")
    try:
        given = {name: read(rule.parameters.get(name)) for name, read in kind.parameters.items()}
    except ValueError:
        raise RuleFailed("VALUE") from None
    places = kind.check(case, given)
    return _broken(rule, places) if places else None


def _broken(rule: BuyerRule, places: Sequence[Place]) -> Finding:
    first = places[0]
    own = {f"message_{language}": text for language, text in rule.messages.items()}
    return Finding(
        rule=f"NAV-BUYER-{rule.kind.upper()}",
        severity=Severity(rule.severity),
        pointer=first.pointer,
        also=tuple(place.pointer for place in places[1:_MOST_PLACES]),
        count=len(places),
        rule_set=f"rulebook {rule.id}",
        terms=(first.term,) if first.term else (),
        parameters={"id": rule.id, **first.parameters, **own},
        detail=rule.messages.get("en", ""),
    )


def _not_evaluated(rule: BuyerRule, absent: str) -> Finding:
    return Finding(
        rule=UNEVALUATED,
        severity=Severity(rule.unevaluated),
        pointer=rule.field,
        rule_set=f"rulebook {rule.id}",
        parameters={"id": rule.id, "absent": absent},
        detail="the document, or what is known beside it, lacks what this rule looks at",
    )


def _at_fault(rule: BuyerRule, cause: str) -> Finding:
    return Finding(
        rule=FAILED,
        severity=Severity.WARNING,
        rule_set=f"rulebook {rule.id}",
        parameters={"id": rule.id, "cause": cause},
        detail=f"this rule of the rulebook cannot run ({cause})",
        fixed_by=Party.BUYER,
    )
