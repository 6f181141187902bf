"""What a change makes of an order: in UBL and in JSON, line by line, and never half."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.errors import DocumentUnreadable
from documents.order import Order
from documents.order_change import LineChange, LineStatus, OrderCancellation, OrderChange, applied
from documents.reading import read_order_document

EXAMPLES = Path(__file__).parents[3] / "examples"
ORDER = Order.model_validate_json((EXAMPLES / "order-simple" / "order.json").read_bytes())
CHANGE = EXAMPLES / "order-change"


def _change(*lines: dict[str, Any], **terms: Any) -> OrderChange:
    return OrderChange.model_validate(terms | {"lines": lines})


def _ubl_change() -> OrderChange:
    found = read_order_document((CHANGE / "change.xml").read_bytes())
    assert isinstance(found, OrderChange)
    return found


def test_ubl_and_json_make_the_same_lines() -> None:
    in_json = OrderChange.model_validate_json((CHANGE / "change.json").read_bytes())
    in_ubl = _ubl_change()
    assert (in_ubl.order_number, in_ubl.revision) == (ORDER.number, 2)
    by_json, by_ubl = applied(in_json, ORDER, 2), applied(in_ubl, ORDER, 2)
    assert [line.identifier for line in by_json.lines] == ["10", "30"]
    for made in (by_json, by_ubl):
        assert [(line.identifier, line.quantity, line.price and line.price.net) for line in made.lines] == [
            ("10", Decimal(100), Decimal("8.45")),
            ("30", Decimal("12.5"), Decimal(70)),
        ]
        assert (made.revision, made.receipt_required, made.tolerance) == (2, True, ORDER.tolerance)


def test_sums_that_no_longer_hold_are_taken_away() -> None:
    made = applied(_change({"identifier": "10", "quantity": "7"}), ORDER, 2)
    assert (made.totals, made.lines[0].net_amount, made.lines[1].net_amount) == (None, None, Decimal(62))
    assert applied(_ubl_change(), ORDER, 2).totals is not None


def test_a_cancellation_names_its_order_and_reason() -> None:
    found = read_order_document((CHANGE / "cancellation.xml").read_bytes())
    assert isinstance(found, OrderCancellation)
    assert (found.order_number, found.reason) == (ORDER.number, "Chantier reporté sans date.")


def test_a_line_is_added_only_whole() -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        applied(_change({"identifier": "40", "quantity": "1"}), ORDER, 2)
    assert {problem.code for problem in refused.value.problems} == {"LINE_INCOMPLETE"}
    assert {problem.path for problem in refused.value.problems} == {"/lines/0/unit", "/lines/0/item"}
    made = applied(_change({"identifier": "40", "quantity": "1", "unit": "C62", "item": {"name": "Vis"}}), ORDER, 2)
    assert made.lines[-1].item.name == "Vis"


@pytest.mark.parametrize("status", ["changed", "cancelled"])
def test_what_is_not_there_is_neither_changed_nor_cancelled(status: str) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        applied(_change({"identifier": "99", "status": status}), ORDER, 2)
    assert refused.value.problems[0].code == "LINE_UNKNOWN"


def test_the_last_line_is_not_cancelled_by_a_change() -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        applied(_change(*({"identifier": line.identifier, "status": "cancelled"} for line in ORDER.lines)), ORDER, 2)
    assert refused.value.problems[0].code == "NO_LINES"


def test_null_takes_a_term_away_and_silence_keeps_it() -> None:
    made = applied(OrderChange.model_validate({"payment_terms": None}), ORDER, 2)
    assert (made.payment_terms, made.note, made.totals) == (None, ORDER.note, ORDER.totals)


@given(
    quantities=st.dictionaries(
        st.sampled_from([line.identifier for line in ORDER.lines]), st.decimals(0, 10**6, places=3), min_size=1
    )
)
def test_a_change_touches_what_it_names_and_the_same_change_twice_is_once(quantities: dict[str, Decimal]) -> None:
    lines = tuple(LineChange(identifier=name, quantity=quantity) for name, quantity in quantities.items())
    change = OrderChange(lines=lines)
    once = applied(change, ORDER, 2)
    assert applied(change, once, 2) == once
    for before, after in zip(ORDER.lines, once.lines, strict=True):
        assert after.quantity == quantities.get(before.identifier, before.quantity)
        assert after.price == before.price
        assert (after == before) or before.identifier in quantities
    unchanged = OrderChange(lines=tuple(LineChange(identifier=i, status=LineStatus.UNCHANGED) for i in quantities))
    assert applied(unchanged, ORDER, 2).lines == ORDER.lines
