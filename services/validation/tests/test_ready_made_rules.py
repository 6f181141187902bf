"""Every ready-made rule passes one document and stops another; without what it looks at it says so."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.faults import Finding
from contracts.invoices import OrderContext
from contracts.rulebooks import BuyerRule
from documents.invoice import Invoice
from rules.texts import text_of
from validation.domain.buyer_rules import apply, digest
from validation.domain.case import Case
from validation.domain.flaws import flaws
from validation.domain.ready_made import KINDS

EXAMPLES = Path(__file__).parents[3] / "examples"


def example(name: str) -> Invoice:
    return Invoice.model_validate_json((EXAMPLES / name / "invoice.json").read_bytes())


INVOICE = example("order-simple")
DAY = INVOICE.issue_date


def ordered(**changed: Any) -> dict[int, OrderContext]:
    """Each line of the example as it was ordered and received, whole."""
    whole = {
        index: OrderContext(
            line=index,
            ordered=line.quantity,
            received=line.quantity,
            invoiced=Decimal(0),
            unit_price=line.price.net / (line.price.base_quantity or 1),
        )
        for index, line in enumerate(INVOICE.lines)
    }
    return {index: entry.model_copy(update=changed) for index, entry in whole.items()}


PASSING = Case(INVOICE, DAY, ordered(), ())


def changed(**fields: Any) -> Case:
    return Case(INVOICE.model_copy(update=fields), DAY, ordered(), ())


SEVERAL = Case(example("several-orders"), DAY)
CASES: dict[str, tuple[dict[str, str], Case, Case]] = {
    "order-reference-required": ({}, PASSING, changed(order_reference=None)),
    "buyer-reference-required": ({}, PASSING, changed(buyer_reference=None)),
    "references-required": ({"terms": "BT-12, BT-17"}, PASSING, changed(tender_reference=None)),
    "charges-forbidden": ({}, PASSING, Case(example("allowances-charges"), DAY)),
    "maximum-amount": (
        {"amount": "2106.17"},
        PASSING,
        changed(totals=INVOICE.totals.model_copy(update={"gross_amount": Decimal("2106.18")})),
    ),
    "currencies-allowed": ({"codes": "EUR,CHF"}, PASSING, changed(currency="USD")),
    "attachments-required": ({"count": "1"}, Case(example("every-term"), DAY), changed(supporting_documents=())),
    "attachments-forbidden": ({}, changed(supporting_documents=()), Case(example("every-term"), DAY)),
    "payment-terms": (
        {"minimum_days": "30", "maximum_days": "60"},
        PASSING,
        changed(due_date=DAY + timedelta(days=29)),
    ),
    "number-format": ({"form": "FA-####-*"}, PASSING, changed(number="FA-26-1")),
    "delivery-date-required": ({}, PASSING, changed(delivery=None, period=None)),
    "not-before-delivery": ({}, PASSING, changed(issue_date=date(2026, 11, 16))),
    "tax-point-required": ({}, changed(tax_point_date=DAY), changed(tax_point_date=None, tax_point_code=None)),
    "one-order": ({}, PASSING, SEVERAL),
    "cut-off-day": ({"last_day": "25"}, PASSING, changed(issue_date=date(2026, 11, 26))),
    "maximum-age": ({"days": "5"}, PASSING, Case(INVOICE, DAY + timedelta(days=6))),
    "possible-duplicate": ({"days": "30"}, PASSING, Case(INVOICE, DAY, None, (DAY - timedelta(days=30),))),
    "price-tolerance": ({"percent": "2"}, PASSING, Case(INVOICE, DAY, ordered(unit_price=Decimal("0.01")))),
    "quantity-tolerance": ({"percent": "0"}, PASSING, Case(INVOICE, DAY, ordered(invoiced=Decimal("0.01")))),
    "receipt-required": ({}, PASSING, Case(INVOICE, DAY, ordered(received=Decimal(0)))),
}


def found(kind: str, case: Case, **parameters: str) -> list[Finding]:
    return apply((BuyerRule(id="r", kind=kind, parameters=dict(parameters)),), case)


def test_every_kind_is_tried_here() -> None:
    assert set(CASES) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(CASES))
def test_it_lets_pass_and_stops_with_a_text_in_both_languages(kind: str) -> None:
    parameters, good, bad = CASES[kind]
    assert flaws((BuyerRule(id="r", kind=kind, parameters=dict(parameters)),)) == ()
    assert found(kind, good, **parameters) == []
    [finding] = found(kind, bad, **parameters)
    assert finding.stops
    assert finding.pointer.startswith("/")
    texts = text_of(finding, "fr"), text_of(finding, "en")
    assert texts[0] != texts[1]
    assert not any("{" in text or "?" in text.removesuffix("?") for text in texts)


@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if kind.needs))
def test_what_it_needs_and_nobody_knows_is_not_evaluated(kind: str) -> None:
    parameters, _, _ = CASES[kind]
    [finding] = found(kind, Case(INVOICE, DAY), **parameters)
    assert (finding.rule, finding.stops) == ("NAV-RULEBOOK-NOT-EVALUATED", False)


def test_a_document_without_the_term_is_not_evaluated() -> None:
    [finding] = found("payment-terms", changed(due_date=None), minimum_days="0", maximum_days="1")
    assert finding.parameters["absent"] == "BT-9"


def test_two_lines_of_one_order_line_count_together() -> None:
    twice = INVOICE.model_copy(update={"lines": INVOICE.lines[:1] * 2})
    line = ordered()[0]
    orders = {0: line, 1: line.model_copy(update={"line": 1})}
    [finding] = found("quantity-tolerance", Case(twice, DAY, orders), percent="99")
    assert finding.pointer == "/lines/1/quantity"


def test_a_rule_judges_documents_of_its_days_only() -> None:
    rule = BuyerRule(id="r", kind="maximum-amount", parameters={"amount": "1"}, valid_from=DAY, valid_to=DAY)
    assert [each.rule for each in apply((rule,), PASSING)] == ["NAV-BUYER-MAXIMUM-AMOUNT"]
    assert apply((rule,), changed(issue_date=DAY + timedelta(days=1))) == []
    assert apply((rule,), changed(issue_date=DAY - timedelta(days=1))) == []


@pytest.mark.parametrize(
    ("kind", "parameters", "pointer"),
    [
        ("references-required", {"terms": "BT-1"}, "terms"),
        ("currencies-allowed", {"codes": "euro"}, "codes"),
        ("number-format", {"form": "(a+)+$"}, "form"),
        ("number-format", {"form": "**"}, "form"),
        ("payment-terms", {"minimum_days": "0", "maximum_days": "-1"}, "maximum_days"),
        ("cut-off-day", {"last_day": "32"}, "last_day"),
        ("price-tolerance", {"percent": "101"}, "percent"),
        ("charges-forbidden", {"except": "FC"}, "except"),
    ],
)
def test_parameters_that_cannot_work_are_refused_with_their_place(
    kind: str, parameters: dict[str, str], pointer: str
) -> None:
    [flaw] = flaws((BuyerRule(id="r", kind=kind, parameters=dict(parameters)),))
    assert flaw.pointer == f"/rules/0/parameters/{pointer}"


def test_a_rulebooks_digest_is_that_of_its_rules() -> None:
    rule = BuyerRule(id="r", kind="charges-forbidden")
    assert digest((rule,)) == digest((rule.model_copy(),))
    assert digest((rule,)) != digest((rule.model_copy(update={"severity": "warning"}),))
