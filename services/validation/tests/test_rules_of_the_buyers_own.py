"""Own rules in CEL: exact decimals, nothing passes in silence, and nothing runs for long."""

import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.faults import Finding
from contracts.invoices import OrderContext
from contracts.rulebooks import BuyerRule
from documents.invoice import Invoice
from rules.texts import text_of
from validation.domain.buyer_rules import apply
from validation.domain.case import Case, RuleFailed
from validation.domain.expression_cost import MOST, steps
from validation.domain.expressions import compiled
from validation.domain.flaws import flaws

EXAMPLES = Path(__file__).parents[3] / "examples"
INVOICE = Invoice.model_validate_json((EXAMPLES / "order-simple" / "invoice.json").read_bytes())
SAID = {"fr": "Demandez d’abord.", "en": "Ask first."}


def own(expression: str, **changed: object) -> BuyerRule:
    made = BuyerRule(id="own", kind="expression", expression=expression, messages=SAID, field="/totals")  # type: ignore[arg-type]
    return made.model_copy(update=changed)


def found(expression: str, invoice: Invoice = INVOICE, orders: tuple[OrderContext, ...] = ()) -> list[Finding]:
    case = Case(invoice, invoice.issue_date, {each.line: each for each in orders} or None)
    return apply((own(expression),), case)


def cause(findings: list[Finding]) -> tuple[str, str]:
    [finding] = findings
    assert not finding.stops
    return finding.rule, finding.parameters.get("cause") or finding.parameters["absent"]


def test_a_document_that_keeps_the_rule_hears_nothing() -> None:
    assert found('at_most(invoice.totals.gross_amount, "2106.17")') == []
    assert found('lines.all(l, more(l.quantity, "0")) && invoice.currency == "EUR"') == []
    assert found("same(total(lines.map(l, l.net_amount)), invoice.totals.line_net_amount)") == []
    assert found("days_between(invoice.issue_date, invoice.due_date) <= 60 && today == invoice.issue_date") == []


def test_a_document_that_breaks_it_hears_the_buyers_words_and_the_place() -> None:
    [finding] = found('less(invoice.totals.gross_amount, "2106.17")')
    assert (finding.rule, finding.stops, finding.pointer) == ("NAV-BUYER-EXPRESSION", True, "/totals")
    assert text_of(finding, "fr") == "Demandez d’abord."
    assert text_of(finding, "en") == "Ask first."


@given(one=st.decimals(-(10**9), 10**9, places=2), other=st.decimals(-(10**9), 10**9, places=6))
def test_amounts_compare_and_add_up_as_decimals(one: Decimal, other: Decimal) -> None:
    assert bool(found(f'more("{one:f}", "{other:f}")')) is not (one > other)
    assert bool(found(f'same(plus("{one:f}", "{other:f}"), "{one + other:f}")')) is False
    assert bool(found(f'same(minus("{one:f}", "{other:f}"), "{one - other:f}")')) is False
    assert bool(found(f'same(times("{one:f}", "{other:f}"), "{one * other:f}")')) is False


def test_what_is_absent_is_not_evaluated_and_can_be_asked_for() -> None:
    assert cause(found('invoice.project_reference == "P1"')) == ("NAV-RULEBOOK-NOT-EVALUATED", "project_reference")
    [stopped] = apply(
        (own('invoice.project_reference == "P1"', unevaluated="fatal"),), Case(INVOICE, INVOICE.issue_date)
    )
    assert stopped.stops
    assert found('!has(invoice.project_reference) || invoice.project_reference == "P1"') == []
    assert cause(found("orders.all(o, more(o.received, 0))")) == ("NAV-RULEBOOK-NOT-EVALUATED", "order")


def test_own_rules_see_what_was_ordered() -> None:
    lines = [
        OrderContext(line=index, ordered=Decimal(120), received=Decimal(received), invoiced=Decimal(0), revision=1)
        for index, received in enumerate((120, 120, 0))
    ]
    rule = "orders.all(o, at_most(o.ordered, o.received))"
    assert [finding.rule for finding in found(rule, orders=tuple(lines))] == ["NAV-BUYER-EXPRESSION"]
    assert found(rule, orders=tuple(lines[:2])) == [] or cause(found(rule, orders=tuple(lines[:2])))


@pytest.mark.parametrize(
    "expression",
    [
        "invoice.totals.gross_amount > 1000",  # a decimal is compared by our functions only
        "invoice.totals.gross_amount + 1",
        "1 / 0 == 1",
        'more("much", "1")',
        'more(invoice.number, "1")',
        "lines.size()",
        'invoice.number.matches("(")',
    ],
)
def test_a_rule_that_errs_stops_nothing_and_is_told(expression: str) -> None:
    assert cause(found(expression)) == ("NAV-RULEBOOK-ERROR", "VALUE")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("1 +", "SYNTAX"),
        ("", "SYNTAX"),
        ("secrets == 1", "NAME"),
        ("open('/etc/passwd')", "NAME"),
        ("(" * 300 + "1" + ")" * 300, "COST"),
        ("!" * 900 + "true", "COST"),
        ("[" * 900, "COST"),
        ("1" + "+1" * 600, "COST"),
    ],
)
def test_what_cannot_run_is_refused_when_it_is_written(expression: str, why: str) -> None:
    with pytest.raises(RuleFailed, match=why):
        compiled(expression)
    [flaw] = flaws((own(expression),))
    assert (flaw.rule, flaw.pointer) == (f"NAV-RULEBOOK-{why}", "/rules/0/expression")


@given(st.text(alphabet="ab().,[]{}!-+?:'\"1 &|=<>lineso", max_size=200))
def test_no_text_at_all_breaks_the_compiler(expression: str) -> None:
    try:
        compiled(expression)
    except RuleFailed:
        return
    assert isinstance(found(expression), list)


def of_lines(count: int) -> Invoice:
    return INVOICE.model_copy(update={"lines": INVOICE.lines[:1] * count})


def test_a_rule_that_would_take_long_is_not_begun() -> None:
    nested = "lines.all(a, lines.all(b, a.identifier != b.identifier || true))"
    started = time.process_time()
    assert cause(found(nested, of_lines(1000))) == ("NAV-RULEBOOK-ERROR", "COST")
    assert found(nested, of_lines(3)) == []
    assert time.process_time() - started < 5


def test_the_bound_counts_what_macros_repeat_and_not_what_texts_say() -> None:
    once = steps("lines.all(l, l.net_amount == l.net_amount)", 100)
    assert 100 < once < 3_000
    assert steps('invoice.number == "lines.all(a, lines.all(b, lines.all(c, true)))"', 1000) < 100
    assert steps("lines.all(a, lines.all(b, a == b))", 1000) > MOST
    assert steps("lines.all(a, lines == lines)", 1000) > MOST
    assert steps("lines.map(l, l.net_amount)", 500) < MOST < steps("lines.filter(l, true)", 500)
    assert steps("(lines + lines + lines + lines).all(a, true)", 100) > 3 * steps("lines.all(a, true)", 100)


def test_fifty_own_rules_over_a_hundred_lines_stay_cheap() -> None:
    rules = tuple(
        own(f'lines.all(l, more(l.quantity, "-{number}")) && more(invoice.totals.gross_amount, "{number}")')
        for number in range(50)
    )
    started = time.process_time()
    assert apply(rules, Case(of_lines(100), INVOICE.issue_date)) == []
    assert time.process_time() - started < 2
