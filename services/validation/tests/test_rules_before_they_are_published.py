"""A draft is tried on its own examples and on earlier invoices before anybody's invoice meets it."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.rulebooks import BuyerRule
from documents.invoice import Invoice
from validation.domain.backtest import Past, Run
from validation.domain.case import Case
from validation.domain.rule_examples import RuleExample, lacking, sample, tried

OWN = BuyerRule(
    id="small",
    kind="expression",
    expression='at_most(invoice.totals.gross_amount, "2200")',
    messages={"fr": "Trop.", "en": "Too much."},
)
FAILS = RuleExample(expected="fails", changes={"totals": {"gross_amount": "2200.01"}})
PASSES = RuleExample(expected="passes")
EXAMPLE = Path(__file__).parents[3] / "examples" / "order-simple" / "invoice.json"


def test_the_sample_is_the_golden_document() -> None:
    assert Invoice.model_validate(sample()) == Invoice.model_validate_json(EXAMPLE.read_bytes())


def test_examples_that_hold_are_kept_and_others_say_what_came_out() -> None:
    wrong = RuleExample(expected="fails")
    absent = RuleExample(expected="passes", changes={"totals": None})
    outcomes = tried((OWN,), {"small": (PASSES, FAILS, wrong, absent)})
    assert [(each.outcome, each.kept) for each in outcomes] == [
        ("passes", True),
        ("fails", True),
        ("passes", False),
        ("bad_example", False),
    ]


def test_a_rule_that_errs_or_is_not_evaluated_keeps_no_example() -> None:
    errs = OWN.model_copy(update={"expression": "1/0 == 1"})
    unknown = OWN.model_copy(update={"expression": 'invoice.project_reference == "P"'})
    for rule, outcome in ((errs, "error"), (unknown, "not_evaluated")):
        assert {(each.outcome, each.kept) for each in tried((rule,), {"small": (PASSES, FAILS)})} == {(outcome, False)}


@pytest.mark.parametrize("examples", [(), (PASSES,), (FAILS,), (FAILS, FAILS)])
def test_an_own_rule_needs_an_example_of_each_kind(examples: tuple[RuleExample, ...]) -> None:
    assert lacking((OWN,), {"small": examples}) == ("small",)
    assert lacking((OWN,), {"small": (PASSES, FAILS)}) == ()
    assert lacking((BuyerRule(id="c", kind="charges-forbidden"),), {}) == ()


def past(gross: str, *, passed: bool, stopped_otherwise: bool = False) -> Past:
    content = sample()
    invoice = Invoice.model_validate(content | {"totals": content["totals"] | {"gross_amount": gross}})
    return Past(uuid4(), UUID(int=7), passed, stopped_otherwise, Case(invoice, invoice.issue_date))


def test_a_backtest_names_who_would_fail_and_only_counts_who_would_pass() -> None:
    run = Run(
        (OWN, BuyerRule(id="project", kind="references-required", parameters={"terms": "BT-11"}, severity="warning"))
    )
    falls = past("9000", passed=True)
    for each in (
        past("10", passed=True),
        falls,
        past("10", passed=False),
        past("10", passed=False, stopped_otherwise=True),
        past("9000", passed=False),
    ):
        run.take(each)
    report = run.report()
    assert (report.documents, report.would_fail, report.would_pass) == (5, 1, 1)
    assert [(each.invoice_id, each.rules) for each in report.failing] == [(falls.invoice_id, ("small",))]
    assert [(each.rule, each.fails, each.warns) for each in report.rules] == [("small", 2, 0), ("project", 0, 5)]
