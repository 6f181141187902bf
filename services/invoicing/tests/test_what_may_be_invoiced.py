"""How much of an order line may be invoiced, why not, and what a draft takes of it."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.ids import new_id
from contracts.invoices import Kind
from contracts.money import Quantity, fits, shortest
from contracts.status import Party as Side
from documents.invoice import DraftLine, InvoiceDraft
from documents.item import Item, Price
from documents.order import Order, OrderLine, Tolerance
from documents.party import Party, PostalAddress
from documents.references import OrderLineReference
from documents.vat import VatCategory
from invoicing.domain import billable, conversion, credit, takings
from invoicing.domain.billable import Code, LineFacts, OrderFacts, Trade
from invoicing.domain.conversion import Converted, Convertible
from invoicing.domain.ledger import Balance, Stage, Taken, taken
from invoicing.domain.numbers import number_key
from invoicing.domain.policy import line_policy
from invoicing.domain.takings import KnownLine, Permissions

QUANTITIES = st.decimals(0, 10_000, places=3)
FRANCE = Party(name="Dupont", address=PostalAddress(country="FR"))
FINE = Trade(connected=True, consent=True, allowance=True, acceptance_required=False, window_years=2, buyer_pays=False)


def line(identifier: str = "10", quantity: str = "100", **terms: Any) -> OrderLine:
    price = Price(net=Decimal("12.50"))
    vat = VatCategory(code="S", rate=Decimal(20))
    given_terms: dict[str, Any] = {"unit": "C62", "price": price, "vat": vat, "item": Item(name="Chair")} | terms
    return OrderLine(identifier=identifier, quantity=Decimal(quantity), **given_terms)


def order(*lines: OrderLine, **terms: Any) -> Order:
    parties: dict[str, Any] = {"buyer": Party(name="Acme"), "seller": FRANCE}
    content = parties | {"number": "PO-1", "issue_date": date(2026, 11, 1), "currency": "EUR"} | terms
    return Order.model_validate(content | {"lines": lines or (line(),)})


def draft(*lines: DraftLine, **terms: Any) -> InvoiceDraft:
    made = conversion.draft(
        [Converted(order(), (Convertible(line(), Decimal(40)),))],
        seller=FRANCE,
        buyer=Party(name="Acme"),
        today=date(2026, 11, 22),
    )
    changed: dict[str, Any] = {"lines": lines} if lines else {}
    return made.model_copy(update=changed | terms)


def known(identifier: str = "10", unit: str = "C62") -> dict[tuple[str, str], KnownLine]:
    return {("PO-1", identifier): KnownLine(new_id(), new_id(), "PO-1", identifier, unit, "EUR")}


def balance(**figures: int | bool) -> Balance:
    values = {"ordered": 10, "received": 0, "extra": 0, "receipt_required": False} | figures
    needs = bool(values.pop("receipt_required"))
    return Balance(receipt_required=needs, **{name: Decimal(value) for name, value in values.items()})


def test_the_smallest_limit_of_a_tolerance_counts_and_fractions_are_rounded_down() -> None:
    several = Tolerance(quantity_percentage=Decimal("3.33"), quantity=Decimal(5))
    policy = line_policy(order(), line(tolerance=several), unit_needs_receipt=False)
    assert policy.extra == Decimal("3.33")
    by_percentage = line_policy(order(), line("10", "0.1", tolerance=several), unit_needs_receipt=False)
    assert by_percentage.extra == Decimal("0.00333")


def test_the_line_speaks_before_the_order_and_the_order_before_the_unit() -> None:
    assert line_policy(order(), line(), unit_needs_receipt=True).receipt_required
    assert not line_policy(order(receipt_required=False), line(), unit_needs_receipt=True).receipt_required
    strict = line_policy(order(receipt_required=False), line(receipt_required=True), unit_needs_receipt=False)
    assert strict.receipt_required


def test_an_amount_tolerance_caps_the_line() -> None:
    tolerant = line(net_amount=Decimal(1250), tolerance=Tolerance(amount=Decimal(50)))
    assert line_policy(order(), tolerant, unit_needs_receipt=False).amount_cap == Decimal(1300)


@given(QUANTITIES, QUANTITIES, QUANTITIES, st.booleans())
def test_never_more_than_ordered_with_tolerance_nor_than_received_where_that_counts(
    ordered: Decimal, received: Decimal, extra: Decimal, needs: bool
) -> None:
    account = Balance(ordered=ordered, received=received, extra=extra, receipt_required=needs)
    assert account.allowed <= ordered + extra
    assert not needs or account.allowed <= received


@given(st.lists(st.sampled_from(Stage), min_size=1, max_size=8), QUANTITIES, st.sampled_from(Kind))
def test_movements_add_up_to_what_the_last_stage_takes(stages: list[Stage], quantity: Decimal, kind: Kind) -> None:
    path = [Stage.NONE, *stages]
    moved = [taken(kind, after, quantity) - taken(kind, before, quantity) for before, after in pairwise(path)]
    total = Taken(*(sum((getattr(m, name) for m in moved), Decimal(0)) for name in vars(Taken())))
    assert total == taken(kind, stages[-1], quantity)


@pytest.mark.parametrize(
    ("figures", "codes"),
    [
        ({"receipt_required": True}, [Code.NO_RECEIPT]),
        ({"receipt_required": True, "received": 4, "invoiced": 4}, [Code.NO_RECEIPT]),
        ({"receipt_required": True, "received": 10, "invoiced": 10}, [Code.FULLY_INVOICED]),
        ({"reserved": 10}, [Code.FULLY_INVOICED]),
        ({"ordered": 5, "invoiced": 10}, [Code.OVER_INVOICED]),
        ({"invoiced": 10, "credited": 3}, []),
    ],
)
def test_a_line_says_why_it_cannot_be_invoiced(figures: dict[str, int | bool], codes: list[Code]) -> None:
    found = billable.line_blocks(LineFacts(balance(**figures), withdrawn=False, amount_available=None))
    assert [block.code for block in found] == codes


def test_an_order_says_everything_that_stands_against_it_at_once() -> None:
    trade = Trade(
        connected=False, consent=False, allowance=False, acceptance_required=True, window_years=2, buyer_pays=True
    )
    found = billable.order_blocks(OrderFacts(None, True, date(2024, 2, 28)), trade, date(2026, 11, 22))
    assert {block.code for block in found} == {
        Code.NOT_CONNECTED,
        Code.NO_CONSENT,
        Code.NO_ALLOWANCE,
        Code.ORDER_CLOSED,
        Code.NOT_ACCEPTED,
        Code.TOO_OLD,
    }
    assert next(block.mended_by for block in found if block.code is Code.NO_ALLOWANCE) is Side.BUYER
    assert billable.order_blocks(OrderFacts("accepted", False, date(2026, 1, 1)), FINE, date(2026, 11, 22)) == ()


def test_the_window_of_an_order_ends_on_the_28th_where_there_is_no_29th() -> None:
    assert not billable.too_old(date(2022, 2, 28), date(2024, 2, 29), 2)
    assert billable.too_old(date(2022, 2, 27), date(2024, 2, 29), 2)


def test_a_converted_order_keeps_its_terms_and_says_what_french_law_demands() -> None:
    made = draft()
    assert (made.order_reference, made.currency, made.number) == ("PO-1", "EUR", "")
    assert [note.subject for note in made.notes] == ["PMT", "PMD", "AAB"]
    assert made.process.business_process == "B1"
    assert made.lines[0].order_line == OrderLineReference(line="10")
    assert made.lines[0].quantity == 40


def test_services_and_goods_are_told_apart() -> None:
    assert conversion.process(FRANCE, ["HUR", "DAY"]).business_process == "S1"
    assert conversion.process(FRANCE, ["HUR", "C62"]).business_process == "M1"
    assert conversion.process(Party(name="GmbH", address=PostalAddress(country="DE")), ["C62"]).business_process is None


def test_two_lines_of_one_order_line_are_taken_together() -> None:
    first = draft().lines[0]
    twice = draft(first, first.model_copy(update={"identifier": "2", "quantity": Decimal(2)}))
    (use,) = takings.uses(twice, known(), Kind.INVOICE)
    assert (use.quantity, use.amount) == (Decimal(42), Decimal("525.00"))
    (back,) = takings.uses(twice, known(), Kind.CREDIT_NOTE)
    assert (back.quantity, back.amount) == (Decimal(-42), Decimal("-525.00"))


@pytest.mark.parametrize(
    ("change", "rule", "pointer"),
    [
        ({"unit": "KGM"}, "UNIT_DIFFERS", "/lines/0/unit"),
        ({"quantity": Decimal("0.0000001")}, "QUANTITY_TOO_PRECISE", "/lines/0/quantity"),
        ({"quantity": Decimal(-1)}, "QUANTITY_NOT_POSITIVE", "/lines/0/quantity"),
        ({"order_line": OrderLineReference(line="99")}, "ORDER_LINE_UNKNOWN", "/lines/0/order_line"),
        ({"order_line": None}, "ORDER_REQUIRED", "/lines/0/order_line"),
    ],
)
def test_a_draft_is_told_where_it_does_not_fit_its_order(change: dict[str, Any], rule: str, pointer: str) -> None:
    changed = draft(draft().lines[0].model_copy(update=change), number="F-1")
    found = takings.findings(changed, known(), Permissions(without_order=False, charges=True))
    assert [(finding.rule, finding.pointer) for finding in found] == [(rule, pointer)]


def test_a_charge_beside_ordered_lines_needs_the_units_leave() -> None:
    charge = draft().lines[0].model_copy(update={"identifier": "2", "order_line": None})
    both = draft(draft().lines[0], charge, number="F-1")
    assert takings.findings(both, known(), Permissions(without_order=False, charges=True)) == ()
    refused = takings.findings(both, known(), Permissions(without_order=False, charges=False))
    assert [finding.rule for finding in refused] == ["ORDER_REQUIRED"]


def test_a_credit_note_is_positive_and_names_its_invoice() -> None:
    original = draft(number="F-1")
    note = credit.credit_note(original, {"1": Decimal(3)}, credit.Adjustments(), today=date(2026, 12, 1))
    assert (note.type_code, note.number, note.lines[0].quantity) == ("381", "", Decimal(3))
    assert note.preceding_invoices[0].number == "F-1"
    left = credit.left(original, {"1": Decimal(30)})
    assert left == {"1": Decimal(10)}
    assert credit.findings([("1", Decimal(10))], left) == ()
    rules = [finding.rule for finding in credit.findings([("1", Decimal(11)), ("9", Decimal(1))], left, "lines")]
    assert rules == ["CREDIT_TOO_LARGE", "LINE_UNKNOWN"]


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_what_fits_is_what_a_fact_can_carry(value: Decimal) -> None:
    if fits(value):
        try:
            TypeAdapter(Quantity).validate_python(shortest(value))
        except ValidationError:
            pytest.fail(f"{value} does not fit")
        assert shortest(value) == value


def test_numbers_are_compared_without_case_and_spaces() -> None:
    assert number_key(" f-2026/1 ") == number_key("F-2026/1")
