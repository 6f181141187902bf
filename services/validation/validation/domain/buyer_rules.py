"""Ready-made rules that a buyer's unit switches on. A kind is a function from an invoice and parameters to findings."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from pydantic import JsonValue

from contracts.faults import Finding, Severity
from contracts.rulebooks import BuyerRule
from documents.invoice import Invoice

Check = Callable[[Invoice, Mapping[str, JsonValue]], list[tuple[str, str, dict[str, str]]]]
"""Returns (term, pointer, parameters) for each place that breaks the rule."""


def _order_reference(invoice: Invoice, _: Mapping[str, JsonValue]) -> list[tuple[str, str, dict[str, str]]]:
    """BT-13 names the order, or every line names its own (EN 16931-1:2026)."""
    if invoice.order_reference:
        return []
    missing = [
        number for number, line in enumerate(invoice.lines) if line.order_line is None or not line.order_line.order
    ]
    return [("BT-13", f"/lines/{number}/order_reference", {"line": str(number + 1)}) for number in missing]


def _no_charges(invoice: Invoice, _: Mapping[str, JsonValue]) -> list[tuple[str, str, dict[str, str]]]:
    """No charges beyond the order: neither of the document (BG-21) nor of a line (BG-28)."""
    found = [("BG-21", f"/charges/{number}", {}) for number in range(len(invoice.charges))]
    for number, line in enumerate(invoice.lines):
        found += [("BG-28", f"/lines/{number}/charges/{charge}", {}) for charge in range(len(line.charges))]
    return found


def _maximum_amount(invoice: Invoice, parameters: Mapping[str, JsonValue]) -> list[tuple[str, str, dict[str, str]]]:
    """The total with VAT (BT-112) stays below what the unit takes without a call."""
    limit = Decimal(str(parameters["amount"]))
    if invoice.totals.gross_amount <= limit:
        return []
    return [("BT-112", "/totals/gross_amount", {"limit": str(limit)})]


def _buyer_reference(invoice: Invoice, _: Mapping[str, JsonValue]) -> list[tuple[str, str, dict[str, str]]]:
    """BT-10 is there: the unit routes by it."""
    return [] if invoice.buyer_reference else [("BT-10", "/buyer_reference", {})]


KINDS: Final[dict[str, Check]] = {
    "order-reference-required": _order_reference,
    "charges-forbidden": _no_charges,
    "maximum-amount": _maximum_amount,
    "buyer-reference-required": _buyer_reference,
}


def apply(rules: tuple[BuyerRule, ...], invoice: Invoice) -> list[Finding]:
    """What a rulebook finds in an invoice, in the order of its rules.

    A kind this release does not know finds nothing.
    """
    findings: list[Finding] = []
    for rule in rules:
        check = KINDS.get(rule.kind)
        places = check(invoice, rule.parameters) if check else []
        if places:
            term, pointer, parameters = places[0]
            findings.append(
                Finding(
                    rule=f"NAV-BUYER-{rule.kind.upper()}",
                    severity=Severity(rule.severity),
                    pointer=pointer,
                    also=tuple(where for _, where, _ in places[1:21]),
                    count=len(places),
                    rule_set=f"rulebook {rule.id}",
                    terms=(term,),
                    parameters=parameters,
                )
            )
    return findings


def flaws(rules: tuple[BuyerRule, ...]) -> tuple[Finding, ...]:
    """What keeps a rulebook from being used: unknown kinds, parameters that do not fit."""
    found: list[Finding] = []
    for number, rule in enumerate(rules):
        if rule.kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            found.append(_flaw("NAV-RULEBOOK-KIND", f"/rules/{number}/kind", f"Known kinds are: {known}."))
        elif rule.kind == "maximum-amount" and not _is_amount(rule.parameters.get("amount")):
            pointer = f"/rules/{number}/parameters/amount"
            found.append(_flaw("NAV-RULEBOOK-PARAMETER", pointer, 'Give an amount such as "5000.00".'))
    names = [rule.id for rule in rules]
    found += [
        _flaw("NAV-RULEBOOK-ID", f"/rules/{number}/id", "Two rules have this id.")
        for number, name in enumerate(names)
        if name in names[:number]
    ]
    return tuple(found)


def _is_amount(value: JsonValue) -> bool:
    try:
        return isinstance(value, str) and Decimal(value).is_finite() and Decimal(value) > 0
    except InvalidOperation:
        return False


def _flaw(rule: str, pointer: str, detail: str) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=pointer, detail=detail)
