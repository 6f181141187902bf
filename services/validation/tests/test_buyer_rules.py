"""A buyer's rules find what they are for, name the place, and refuse parameters that cannot work."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.faults import Finding, Severity
from contracts.invoices import AppliedRules
from contracts.rulebooks import BuyerRule
from documents.invoice import Invoice
from validation.domain import buyer_rules
from validation.domain.case import Case
from validation.domain.flaws import flaws as flaws_of
from validation.domain.verdict import MAX_FINDINGS, Verdict, bounded

EXAMPLES = Path(__file__).parents[3] / "examples"


def invoice(name: str) -> Invoice:
    return Invoice.model_validate_json((EXAMPLES / name / "invoice.json").read_bytes())


def rule(kind: str, **parameters: str) -> BuyerRule:
    return BuyerRule(id=f"r-{kind}", kind=kind, parameters=dict(parameters))


def found(kind: str, document: Invoice, **parameters: str) -> list[Finding]:
    return buyer_rules.apply((rule(kind, **parameters),), Case(document, document.issue_date))


def test_an_invoice_with_its_order_number_passes() -> None:
    assert found("order-reference-required", invoice("order-simple")) == []


def test_a_missing_order_number_is_found_line_by_line() -> None:
    document = invoice("order-simple").model_copy(update={"order_reference": None})
    [finding] = found("order-reference-required", document)
    assert finding.stops
    assert finding.terms == ("BT-13",)
    assert finding.count == len(document.lines)


def test_several_orders_each_named_on_its_line_pass() -> None:
    document = invoice("several-orders").model_copy(update={"order_reference": None})
    assert found("order-reference-required", document) == []


def test_charges_are_found_where_the_unit_forbids_them() -> None:
    assert [f.rule for f in found("charges-forbidden", invoice("allowances-charges"))] == [
        "NAV-BUYER-CHARGES-FORBIDDEN"
    ]
    assert found("charges-forbidden", invoice("order-simple")) == []


@given(st.decimals(min_value="0.01", max_value="1000000", places=2))
def test_the_maximum_amount_is_exact_to_the_cent(limit: Decimal) -> None:
    document = invoice("order-simple")
    stopped = bool(found("maximum-amount", document, amount=str(limit)))
    assert stopped is (document.totals.gross_amount > limit)


@pytest.mark.parametrize(
    "parameters", [{}, {"amount": "much"}, {"amount": "-1"}, {"amount": "NaN"}, {"amount": "Infinity"}]
)
def test_a_rule_that_cannot_work_is_refused_with_its_place(parameters: dict[str, str]) -> None:
    flaws = flaws_of((rule("maximum-amount", **parameters),))
    assert [flaw.pointer for flaw in flaws] == ["/rules/0/parameters/amount"]


def test_unknown_kinds_and_doubled_ids_are_refused() -> None:
    flaws = flaws_of((rule("charges-forbidden"), rule("charges-forbidden"), rule("weather")))
    assert [flaw.pointer for flaw in flaws] == ["/rules/2/kind", "/rules/1/id"]


def test_a_rule_of_a_newer_release_stops_nothing_and_is_told() -> None:
    [finding] = found("from-the-future", invoice("order-simple"))
    assert (finding.rule, finding.stops, finding.parameters["cause"]) == ("NAV-RULEBOOK-ERROR", False, "KIND")


def finding(severity: Severity, number: int = 0, detail: str = "") -> Finding:
    return Finding(rule=f"R-{number}", severity=severity, detail=detail)


def test_what_goes_into_a_fact_is_bounded_and_keeps_the_fatal_ones_first() -> None:
    many = (*tuple(finding(Severity.WARNING, n) for n in range(500)), finding(Severity.FATAL, 999))
    kept = bounded(many)
    assert len(kept) == MAX_FINDINGS
    assert kept[0].rule == "R-999"


def test_only_fatal_findings_stop_a_document() -> None:
    sets = (AppliedRules(id="en16931", version="1"),)
    assert Verdict((finding(Severity.WARNING),), sets, "0" * 64, None).passed
    assert not Verdict((finding(Severity.FATAL),), sets, "0" * 64, None).passed
