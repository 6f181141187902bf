"""One amount, wherever it is written: model, UBL, CII, ledger, sheet and payments agree to the cent.

NAVETTE_INVOICES=10000 makes as many as the promise names; a quick run makes fewer.
"""

import os
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.ids import new_id
from contracts.invoices import Kind
from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.invoice import DraftLine, InvoiceDraft
from documents.item import Item, Price
from documents.party import Party, PostalAddress
from documents.reading import read_invoice
from documents.references import OrderLineReference
from documents.totals import calculate, rounded
from documents.vat import ExemptionReason, VatCategory
from documents.writing import write_invoice
from invoicing.domain import payments, sheets, takings
from invoicing.domain.payments import Payable
from invoicing.domain.takings import KnownLine

MANY = int(os.environ.get("NAVETTE_INVOICES", "60"))
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "TND", "KWD"])
CATEGORIES = st.sampled_from(
    [
        ("S", "20"),
        ("S", "5.5"),
        ("S", "2.1"),
        ("Z", "0"),
        ("E", "0"),
        ("AE", "0"),
        ("K", "0"),
        ("G", "0"),
        ("L", "7"),
        ("M", "4"),
    ]
).map(lambda found: VatCategory(code=found[0], rate=Decimal(found[1])))
OUTSIDE = st.just(VatCategory(code="O"))
AMOUNTS = st.integers(0, 999_999).map(lambda cents: Decimal(cents) / 100)
PARTY = Party(name="=Dupont", address=PostalAddress(country="FR"))


@st.composite
def drafts(draw: st.DrawFn) -> InvoiceDraft:
    currency = draw(CURRENCIES)
    categories = OUTSIDE if draw(st.integers(0, 9)) == 0 else CATEGORIES

    def adjustments(most: int) -> list[AllowanceCharge]:
        amounts = draw(st.lists(AMOUNTS, max_size=most))
        return [AllowanceCharge(amount=rounded(amount, currency), reason="Something") for amount in amounts]

    def of_document() -> tuple[DocumentAllowanceCharge, ...]:
        return tuple(
            DocumentAllowanceCharge(amount=found.amount, reason=found.reason, vat=draw(categories))
            for found in adjustments(2)
        )

    lines = tuple(
        DraftLine(
            identifier=str(number),
            quantity=draw(st.decimals(-50, 1_000, places=3)),
            unit="C62",
            order_line=OrderLineReference(line=str(number)),
            price=Price(
                net=draw(st.decimals(0, 5_000, places=4)), base_quantity=draw(st.sampled_from([None, Decimal(100)]))
            ),
            allowances=tuple(adjustments(1)),
            charges=tuple(adjustments(1)),
            vat=draw(categories),
            item=Item(name="Thing"),
        )
        for number in range(1, draw(st.integers(2, 6)))
    )
    return InvoiceDraft(
        number="F-1",
        issue_date=date(2026, 11, 22),
        type_code=draw(st.sampled_from(["380", "381", "384", "386"])),
        currency=currency,
        order_reference="PO-1",
        seller=PARTY,
        buyer=PARTY,
        lines=lines,
        allowances=of_document(),
        charges=of_document(),
        exemption_reasons=(ExemptionReason(category="E", text="Exempt"),),
    )


@given(drafts())
@settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_an_amount_is_the_same_wherever_it_is_written(draft: InvoiceDraft) -> None:
    invoice = calculate(draft)
    for written in (write_invoice(invoice, "UBL"), write_invoice(invoice, "CII")):
        read = read_invoice(written)
        assert (read.totals, read.vat_breakdown) == (invoice.totals, invoice.vat_breakdown)
        assert [line.net_amount for line in read.lines] == [line.net_amount for line in invoice.lines]

    known = {
        ("PO-1", line.identifier): KnownLine(new_id(), new_id(), "PO-1", line.identifier, "C62", draft.currency)
        for line in draft.lines
    }
    taken = {use.order_line_id: use.amount for use in takings.uses(draft, known, Kind.INVOICE)}
    assert sum(taken.values(), Decimal(0)) == invoice.totals.line_net_amount

    totals = invoice.totals
    shown: dict[str, Any] = dict.fromkeys(sheets.COLUMNS) | {
        "draft": {"seller": {"name": "Dupont"}, "buyer": {"name": "Acme"}},
        "order_numbers": [],
        "net": totals.net_amount,
        "vat": totals.vat_amount,
        "gross": totals.gross_amount,
        "due": totals.due_amount,
    }
    cells = dict(zip(sheets.COLUMNS, sheets.row(shown, "en"), strict=True))
    assert (cells["net"], cells["vat"], cells["gross"]) == (totals.net_amount, totals.vat_amount, totals.gross_amount)

    parts = payments.split(
        Decimal(0), totals.due_amount, Payable(draft.currency, totals.due_amount, invoice.vat_breakdown)
    )
    assert not parts or sum((part.gross for part in parts), Decimal(0)) == totals.due_amount
    assert not parts or sum((part.vat for part in parts), Decimal(0)) == totals.vat_amount
