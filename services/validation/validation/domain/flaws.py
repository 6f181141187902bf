"""What keeps a rulebook from being used, found when it is saved."""

from collections.abc import Iterator, Sequence

from contracts.faults import Finding, Severity, json_pointer
from contracts.rulebooks import BuyerRule
from validation.domain.buyer_rules import EXPRESSION
from validation.domain.case import RuleFailed
from validation.domain.expression_values import FUNCTIONS
from validation.domain.expressions import compiled
from validation.domain.ready_made import KINDS

_ABOUT = {
    "SYNTAX": "This is no CEL expression.",
    "NAME": f"Known are invoice, lines, orders, today, CEL's own functions and {', '.join(FUNCTIONS)}.",
    "COST": "Make it shorter, with fewer brackets within each other.",
}


def flaws(rules: Sequence[BuyerRule]) -> tuple[Finding, ...]:
    """Each with a pointer into the rulebook; none: it can be used."""
    names = [rule.id for rule in rules]
    found = [flaw for number, rule in enumerate(rules) for flaw in _of(number, rule)]
    found += [
        _flaw("NAV-RULEBOOK-ID", "Two rules have this id.", number, "id")
        for number, name in enumerate(names)
        if name in names[:number]
    ]
    return tuple(found)


def _of(number: int, rule: BuyerRule) -> Iterator[Finding]:
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        yield _flaw("NAV-RULEBOOK-VALIDITY", "It ends before it begins.", number, "valid_to")
    if rule.kind == EXPRESSION:
        yield from _of_expression(number, rule)
    elif rule.kind not in KINDS:
        known = ", ".join(sorted((*KINDS, EXPRESSION)))
        yield _flaw("NAV-RULEBOOK-KIND", f"Known kinds are: {known}."[:500], number, "kind")
    else:
        yield from _of_parameters(number, rule)


def _of_expression(number: int, rule: BuyerRule) -> Iterator[Finding]:
    try:
        compiled(rule.expression)
    except RuleFailed as failed:
        yield _flaw(f"NAV-RULEBOOK-{failed.cause}", _ABOUT[failed.cause], number, "expression")
    for language in ("fr", "en"):
        if not rule.messages.get(language):
            detail = "Say in French and in English what is wrong and what to do."
            yield _flaw("NAV-RULEBOOK-MESSAGE", detail, number, "messages", language)


def _of_parameters(number: int, rule: BuyerRule) -> Iterator[Finding]:
    wanted = KINDS[rule.kind].parameters
    for name, read in wanted.items():
        try:
            read(rule.parameters.get(name))
        except ValueError as error:
            yield _flaw("NAV-RULEBOOK-PARAMETER", str(error), number, "parameters", name)
    for name in sorted(set(rule.parameters) - set(wanted)):
        yield _flaw("NAV-RULEBOOK-PARAMETER", "This kind has no such parameter.", number, "parameters", name)


def _flaw(rule: str, detail: str, number: int, *steps: str) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer("rules", number, *steps), detail=detail)
