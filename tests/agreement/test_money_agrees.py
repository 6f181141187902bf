"""One amount, wherever it is written: model, form, UBL, CII, sealed page, ledger, sheet and payments agree to the cent.

NAVETTE_INVOICES=10000 makes as many as the promise names; a quick run makes fewer.
"""

import csv
import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.ids import new_id
from contracts.invoices import Kind
from contracts.money import minor_units
from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.invoice import DraftLine, Invoice, InvoiceDraft
from documents.item import Item, Price
from documents.party import Party, PostalAddress
from documents.reading import read_invoice
from documents.references import OrderLineReference
from documents.totals import calculate, rounded
from documents.vat import ExemptionReason, VatCategory
from documents.writing import write_invoice
from invoicing import drafting
from invoicing.api.shapes import DraftKept
from invoicing.domain import drafts as edits
from invoicing.domain import payments, sheets, takings
from invoicing.domain.drafts import DraftEdit
from invoicing.domain.payments import Payable
from invoicing.domain.takings import KnownLine
from signing.domain.rendering import Appearance, OriginalXml
from signing.renderer.direct import print_invoice

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


TYPED = ("lines", "allowances", "charges", "exemption_reasons")


def form(draft: InvoiceDraft) -> Invoice:
    """What the form shows of the same terms, typed into an empty draft: JSON in, the answer's JSON out."""
    empty = draft.model_copy(update=dict.fromkeys(TYPED, ()))
    edit = DraftEdit.model_validate_json(draft.model_dump_json(include=set(TYPED)))
    shown = drafting.computed(edits.edited(empty, edit))
    answer = DraftKept(id=new_id(), version=1, document=shown, missing=[], archive_option=True).model_dump_json()
    return Invoice.model_validate(json.loads(answer)["document"])


def figures(invoice: Invoice) -> Iterator[str]:
    """The amounts that stand on an English page, as people write them."""
    amounts = [line.net_amount for line in invoice.lines]
    amounts += [amount for row in invoice.vat_breakdown for amount in (row.taxable_amount, row.tax_amount)]
    amounts += [invoice.totals.net_amount, invoice.totals.vat_amount, invoice.totals.gross_amount]
    for amount in (*amounts, invoice.totals.due_amount):
        yield f"{amount:,.{minor_units(invoice.currency)}f}".replace("-", "\u2212")


def page(xml: bytes) -> tuple[str, bytes]:
    """The text of the sealed page without its spaces, and the document inside it."""
    appearance = Appearance(languages=("en",))
    printed = print_invoice(read_invoice(xml), OriginalXml(xml), appearance, at=datetime.now(UTC), room=9_000)
    document = pypdfium2.PdfDocument(printed.content)
    try:
        text = "".join("".join(each.get_textpage().get_text_bounded().split()) for each in document)
        return text, bytes(document.get_attachment(0).get_data())
    finally:
        document.close()


def sheet(invoice: Invoice) -> dict[str, str]:
    """The row of an export, read back from its CSV."""
    totals = invoice.totals
    kept: dict[str, Any] = dict.fromkeys(sheets.COLUMNS) | {
        "draft": {"seller": {"name": "Dupont"}, "buyer": {"name": "Acme"}},
        "order_numbers": [],
        "net": totals.net_amount,
        "vat": totals.vat_amount,
        "gross": totals.gross_amount,
        "due": totals.due_amount,
    }
    (row,) = csv.DictReader(io.StringIO(sheets.as_csv([sheets.row(kept, "en")]).decode("utf-8-sig")))
    return row


@pytest.mark.timeout(30 + MANY)  # seconds; ten thousand take some minutes
@given(drafts())
@settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_an_amount_is_the_same_wherever_it_is_written(draft: InvoiceDraft) -> None:
    invoice = calculate(draft)
    totals = invoice.totals
    written = {syntax: write_invoice(invoice, syntax) for syntax in ("UBL", "CII")}
    for read in (*map(read_invoice, written.values()), form(draft)):
        assert (read.totals, read.vat_breakdown) == (totals, invoice.vat_breakdown)
        assert [line.net_amount for line in read.lines] == [line.net_amount for line in invoice.lines]

    text, inside = page(written["CII"])
    assert inside == written["CII"]
    assert [figure for figure in figures(invoice) if figure not in text] == []

    known = {
        ("PO-1", line.identifier): KnownLine(new_id(), new_id(), "PO-1", line.identifier, "C62", draft.currency)
        for line in draft.lines
    }
    taken = {use.order_line_id: use.amount for use in takings.uses(draft, known, Kind.INVOICE)}
    assert sum(taken.values(), Decimal(0)) == totals.line_net_amount

    cells = sheet(invoice)
    assert [Decimal(cells[name]) for name in ("net", "vat", "gross", "due")] == [
        totals.net_amount, totals.vat_amount, totals.gross_amount, totals.due_amount
    ]  # fmt: skip

    parts = payments.split(
        Decimal(0), totals.due_amount, Payable(draft.currency, totals.due_amount, invoice.vat_breakdown)
    )
    assert not parts or sum((part.gross for part in parts), Decimal(0)) == totals.due_amount
    assert not parts or sum((part.vat for part in parts), Decimal(0)) == totals.vat_amount
