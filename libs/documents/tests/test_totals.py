"""Amounts as EN 16931-1 works them out, against hand-made figures and against exact fractions."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.errors import AmountOutOfRange
from documents.invoice import DraftLine, Invoice, InvoiceDraft, ProcessControl, VatExchange
from documents.invoice.codes import CTC_FR_EXTENDED, EN_16931, FACTUR_X_EXTENDED, PEPPOL_BILLING
from documents.item import Item, Price
from documents.party import Party
from documents.references import OrderLineReference
from documents.totals import calculate, line_net_amount, rounded
from documents.vat import ExemptionReason, VatCategory

STANDARD = VatCategory(code="S", rate=Decimal(20))
REDUCED = VatCategory(code="S", rate=Decimal("5.5"))
EXEMPT = VatCategory(code="E", rate=Decimal(0))
REVERSED = VatCategory(code="AE", rate=Decimal(0))


def line(quantity: str, price: str, vat: VatCategory = STANDARD, base: str | None = None) -> DraftLine:
    return DraftLine(
        identifier="1",
        quantity=Decimal(quantity),
        unit="C62",
        price=Price(net=Decimal(price), base_quantity=None if base is None else Decimal(base)),
        vat=vat,
        item=Item(name="Palier"),
    )


def draft(*lines: DraftLine, currency: str = "EUR") -> InvoiceDraft:
    return InvoiceDraft(
        number="F-1",
        issue_date=date(2026, 11, 20),
        type_code="380",
        currency=currency,
        seller=Party(name="Kœnig"),
        buyer=Party(name="Rhin"),
        lines=lines,
    )


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.125", "EUR", "0.13"),
        ("-0.125", "EUR", "-0.13"),
        ("2.675", "EUR", "2.68"),
        ("1.005", "EUR", "1.01"),
        ("0.5", "JPY", "1"),
        ("1.4999", "JPY", "1"),
        ("1.2345", "TND", "1.23"),
        ("-0.001", "EUR", "0.00"),
    ],
)
def test_halves_go_away_from_zero_at_the_currencys_minor_units(amount: str, currency: str, expected: str) -> None:
    result = rounded(Decimal(amount), currency)
    assert str(result) == expected


def test_a_price_for_a_hundred_is_divided_before_rounding() -> None:
    assert line_net_amount(line("388", "15.50", base="100"), "EUR") == Decimal("60.14")


def test_a_lines_charges_are_added_and_its_allowances_taken_off() -> None:
    adjusted = line("10", "3.333").model_copy(
        update={
            "allowances": (AllowanceCharge(amount=Decimal("1.10")),),
            "charges": (AllowanceCharge(amount=Decimal("0.40")),),
        }
    )
    assert line_net_amount(adjusted, "EUR") == Decimal("32.63")


def test_vat_is_rounded_once_for_each_category_and_rate() -> None:
    invoice = calculate(draft(line("1", "0.03"), line("1", "0.03"), line("1", "0.03", REDUCED)))
    assert [(group.taxable_amount, group.tax_amount) for group in invoice.vat_breakdown] == [
        (Decimal("0.06"), Decimal("0.01")),
        (Decimal("0.03"), Decimal("0.00")),
    ]


def test_document_allowances_and_charges_enter_the_category_they_name() -> None:
    content = draft(line("1", "1000.00")).model_copy(
        update={
            "allowances": (DocumentAllowanceCharge(amount=Decimal("100.00"), vat=STANDARD),),
            "charges": (DocumentAllowanceCharge(amount=Decimal("12.00"), vat=EXEMPT),),
            "paid_amount": Decimal("500.00"),
            "rounding_amount": Decimal("-0.02"),
        }
    )
    invoice = calculate(content)
    assert [(group.category.code, group.taxable_amount) for group in invoice.vat_breakdown] == [
        ("S", Decimal("900.00")),
        ("E", Decimal("12.00")),
    ]
    assert invoice.totals.net_amount == Decimal("912.00")
    assert invoice.totals.vat_amount == Decimal("180.00")
    assert invoice.totals.gross_amount == Decimal("1092.00")
    assert invoice.totals.due_amount == Decimal("591.98")


def test_rates_written_differently_are_one_rate() -> None:
    invoice = calculate(draft(line("1", "10"), line("1", "10", VatCategory(code="S", rate=Decimal("20.00")))))
    assert len(invoice.vat_breakdown) == 1


def test_reverse_charge_gets_its_only_reason_and_an_exemption_the_sellers() -> None:
    reason = ExemptionReason(category="E", text="Article 261", code="VATEX-EU-132")
    content = draft(line("1", "10", REVERSED), line("1", "10", EXEMPT)).model_copy(
        update={"exemption_reasons": (reason,)}
    )
    invoice = calculate(content)
    codes = [(group.exemption_reason_code, group.exemption_reason) for group in invoice.vat_breakdown]
    assert codes == [("VATEX-EU-AE", None), ("VATEX-EU-132", "Article 261")]


def test_vat_in_the_accounting_currency_comes_with_its_rate_source_and_date() -> None:
    exchange = VatExchange(rate=Decimal("4.2512"), source="ECB", date=date(2026, 11, 19))
    content = draft(line("1", "100.00")).model_copy(update={"vat_currency": "PLN", "vat_exchange": exchange})
    invoice = calculate(content)
    assert invoice.totals.vat_amount_in_vat_currency == Decimal("85.02")
    assert invoice.notes[-1].text == "1 EUR = 4.2512 PLN (ECB, 2026-11-19)"


def test_without_an_exchange_rate_nothing_is_invented() -> None:
    invoice = calculate(draft(line("1", "100.00")).model_copy(update={"vat_currency": "PLN"}))
    assert invoice.totals.vat_amount_in_vat_currency is None


def test_an_absurd_product_is_refused_with_what_to_do() -> None:
    with pytest.raises(AmountOutOfRange, match="Correct quantities and prices"):
        calculate(draft(line("100000000000000000", "100000000000000000")))


LINES = st.lists(
    st.builds(
        line,
        quantity=st.decimals(-10_000, 10_000, places=3).map(str),
        price=st.decimals(0, 10_000, places=5).map(str),
        vat=st.sampled_from([STANDARD, REDUCED, EXEMPT]),
        base=st.sampled_from(["1", "3", "7", "100", "1000"]),
    ),
    min_size=1,
    max_size=8,
)


def _nearest_cent(exact: Fraction) -> Decimal:
    cents = (abs(exact) * 100 + Fraction(1, 2)).__floor__()
    return Decimal(cents if exact >= 0 else -cents) / 100


@settings(deadline=None)
@given(LINES)
def test_every_sum_holds_to_the_cent(lines: list[DraftLine]) -> None:
    invoice = calculate(draft(*lines))
    totals = invoice.totals
    for given_line, priced in zip(lines, invoice.lines, strict=True):
        base = given_line.price.base_quantity or 1
        exact = Fraction(given_line.quantity) * Fraction(given_line.price.net) / Fraction(base)
        assert priced.net_amount == _nearest_cent(exact)
    assert totals.line_net_amount == sum(priced.net_amount for priced in invoice.lines)  # BR-CO-10
    assert totals.net_amount == sum(group.taxable_amount for group in invoice.vat_breakdown)
    assert totals.vat_amount == sum(group.tax_amount for group in invoice.vat_breakdown)  # BR-CO-14
    assert totals.gross_amount == totals.net_amount + totals.vat_amount  # BR-CO-15
    for group in invoice.vat_breakdown:  # BR-CO-17
        rate = Fraction(group.category.rate or 0)
        assert group.tax_amount == _nearest_cent(Fraction(group.taxable_amount) * rate / 100)


@settings(deadline=None)
@given(LINES)
def test_what_is_taken_back_cancels_what_was_billed(lines: list[DraftLine]) -> None:
    reversed_lines = [each.model_copy(update={"quantity": -each.quantity}) for each in lines]
    there, back = calculate(draft(*lines)).totals, calculate(draft(*reversed_lines)).totals
    assert there.gross_amount + back.gross_amount == 0
    assert there.vat_amount + back.vat_amount == 0


def test_a_complete_invoice_calculated_again_is_the_same() -> None:
    content = draft(line("12.5", "68.00"), line("388", "15.50", base="100"))
    once = calculate(content)
    assert isinstance(once, Invoice)
    assert calculate(content.model_copy(update={"lines": once.lines})) == once


@pytest.mark.parametrize(
    ("order", "asked", "expected"),
    [
        (None, EN_16931, EN_16931),
        ("PO-2", EN_16931, FACTUR_X_EXTENDED),
        ("PO-2", CTC_FR_EXTENDED, CTC_FR_EXTENDED),
        ("PO-2", PEPPOL_BILLING, PEPPOL_BILLING),
    ],
)
def test_the_profile_has_room_for_what_the_lines_say(order: str | None, asked: str, expected: str) -> None:
    billed = line("1", "1").model_copy(update={"order_line": OrderLineReference(line="10", order=order)})
    content = draft(billed).model_copy(update={"process": ProcessControl(specification=asked)})
    assert calculate(content).process.specification == expected
