"""Totals (BG-22) and the VAT breakdown (BG-23)."""

from decimal import Decimal

from contracts.money import minor_units
from documents.invoice import Invoice
from documents.vat import VatBreakdown
from signing.renderer.page import Item, Sums, VatRow
from signing.renderer.words.codes import VAT_CATEGORIES, VAT_EXEMPTIONS
from signing.renderer.words.language import Words


def sums_of(words: Words, invoice: Invoice) -> Sums:
    """Totals in the order they add up; a total that only repeats another, or is absent, is left out."""
    totals, decimals = invoice.totals, minor_units(invoice.currency)
    has_changes = totals.line_net_amount != totals.net_amount or bool(totals.allowance_amount or totals.charge_amount)
    converted = totals.vat_amount_in_vat_currency
    rows: list[tuple[str, Decimal | None]] = [
        (words.label("total_lines"), totals.line_net_amount if has_changes else None),
        (words.label("total_allowances"), -totals.allowance_amount if totals.allowance_amount else None),
        (words.label("total_charges"), totals.charge_amount or None),
        (words.label("total_net"), totals.net_amount),
        (words.label("total_vat"), totals.vat_amount),
        (f"{words.short('total_vat_in')} {invoice.vat_currency}", converted),
        (words.label("total_gross"), totals.gross_amount),
        (words.label("paid"), -totals.paid_amount if totals.paid_amount else None),
        (words.label("rounding"), totals.rounding_amount or None),
    ]
    gross = words.label("total_gross")
    due = "credited" if invoice.is_credit_note else "payable"
    amount = f"{words.figure(totals.due_amount, decimals)}\u00a0{invoice.currency}"
    return Sums(
        totals=tuple(
            Item(label, words.figure(value, decimals), strong=label == gross)
            for label, value in rows
            if value is not None
        ),
        due=Item(words.short(due), amount, strong=True),
        due_second=words.second(due),
        vat_heading=words.label("vat_breakdown"),
        vat_heads=(words.short("category"), "%", words.short("taxable_amount"), words.short("vat")),
        vat_rows=tuple(_vat_row(words, row, decimals) for row in invoice.vat_breakdown),
    )


def _vat_row(words: Words, row: VatBreakdown, decimals: int) -> VatRow:
    code = row.exemption_reason_code
    reason = row.exemption_reason or (words.word(VAT_EXEMPTIONS, code) if code else "")
    return VatRow(
        category=f"{words.word(VAT_CATEGORIES, row.category.code)} ({row.category.code})",
        rate=words.figure(row.category.rate) if row.category.rate is not None else "",
        taxable=words.figure(row.taxable_amount, decimals),
        tax=words.figure(row.tax_amount, decimals),
        reason=f"{reason} – {code}" if code and reason != code else reason,
    )
