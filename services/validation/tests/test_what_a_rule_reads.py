"""Only what expressions read is made ready for them, and they never notice."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.invoices import OrderContext
from documents.invoice import Invoice
from validation.domain.case import Case, NotEvaluated, RuleFailed
from validation.domain.expression_reach import paths, wanted
from validation.domain.expressions import Prepared, holds

EXAMPLES = Path(__file__).parents[3] / "examples"
INVOICE = Invoice.model_validate_json((EXAMPLES / "order-simple" / "invoice.json").read_bytes())
ORDERS = {index: OrderContext(line=index, ordered=3, received=index, invoiced=0) for index in range(len(INVOICE.lines))}  # type: ignore[arg-type]
CASE = Case(INVOICE, INVOICE.issue_date, ORDERS)
WHOLE = "[invoice, lines, orders].size() == 3"
LISTS = (
    "lines",
    "orders",
    "invoice.vat_breakdown",
    "lines[0].item.classifications",
    "lines.filter(f, has(f.price))",
    "lines.map(f, f.item)",
    '[lines[0], {"quantity": lines[1].quantity}]',
    "invoice.totals",
    "(lines)",
    ".lines",
)
TESTS = (
    'more(x.quantity, "0")',
    "has(x.received)",
    "x == x",
    "x in orders",
    'x["quantity"] == lines[0].quantity',
    "x.item.classifications.all(y, size(y) == 3 && y.value != x.unit)",
    "size(x) > 1",
    "x.all(x, x.all(x, true))",
    "lines.exists(y, y.quantity == x.quantity)",
    "true",
)
FRAMES = (
    "{list}.all(x, {test})",
    "{list}.filter(x, {test}).all(z, size(z) > 2)",
    "size({list}.filter(x, {test})) == size({list})",
    "{list}.map(x, {test}).exists(b, b)",
    "size({list}) == 3 && {list}.exists_one(x, {test})",
    "{list}.exists(invoice, {test})",
    "{list}.filter(x, {test}) == lines",
)


def said(expression: str, document: Prepared) -> object:
    try:
        return holds(expression, document)
    except NotEvaluated as absent:
        return "absent", absent.absent
    except RuleFailed as failed:
        return "failed", failed.cause


@pytest.mark.parametrize("rows", LISTS)
@pytest.mark.parametrize("frame", FRAMES)
def test_a_rule_says_the_same_of_the_whole_document(frame: str, rows: str) -> None:
    for test in TESTS:
        expression = frame.format(list=rows, test=test)
        assert said(expression, Prepared(CASE, [expression])) == said(expression, Prepared(CASE, [WHOLE])), expression


@given(expression=st.text(alphabet="lx.()[],&<=! `{}'allinesfilterinvoice//", max_size=60))
def test_anything_typed_can_be_asked_what_it_reads(expression: str) -> None:
    assert all(path[0] in ("invoice", "lines", "orders") for path in paths(expression))


def test_a_rule_about_two_fields_of_lines_makes_only_these_ready() -> None:
    rule = 'lines.filter(l, l.vat.code == "S").all(m, at_most(m.net_amount, invoice.totals.gross_amount))'
    assert wanted([rule]) == {
        "lines": {"[]": {"vat": {"code": None}, "net_amount": None}},
        "invoice": {"totals": {"gross_amount": None}},
    }


def test_rules_that_bind_one_name_again_and_again_are_read_in_bounded_time() -> None:
    assert paths("lines.all(a," + "a.x.all(a,true)&&" * 55 + "true)")
