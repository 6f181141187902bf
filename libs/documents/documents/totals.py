"""From lines, allowances and charges to the amounts of an invoice, as EN 16931-1 works them out; the only place.

Rounding is half up, away from zero, to the currency's minor units but never more than two decimals (BR-DEC): once for
each line (BT-131), once for each VAT category and rate (BT-117), nowhere else.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from typing import Final

from contracts.money import minor_units
from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.errors import AmountOutOfRange
from documents.invoice.draft import InvoiceDraft
from documents.invoice.invoice import DocumentTotals, Invoice
from documents.invoice.line import DraftLine, InvoiceLine
from documents.invoice.note import Note
from documents.invoice.profile import fitting
from documents.invoice.terms import InvoiceTerms
from documents.vat import REASON_CODES, ExemptionReason, VatBreakdown, VatCategory

_EXACT: Final = Context(prec=120)
"""Wide enough that only `quantize` ever rounds: 38 digits times 38 digits, and a quotient's guard digits."""
_MOST_DECIMALS: Final = 2
_ZERO: Final = Decimal(0)
_TERMS: Final = tuple(InvoiceTerms.model_fields)
_LINE_TERMS: Final = tuple(DraftLine.model_fields)
_TOO_LARGE: Final = Decimal(10) ** 18


def calculate(draft: InvoiceDraft) -> Invoice:
    """The complete invoice: BT-131 of each line, BG-22 and BG-23 (BR-CO-10 to BR-CO-17).

    With `vat_exchange`, BT-111 is BT-110 in the currency of BT-6, and a note (BG-1) tells rate, source and date. BT-24
    is the profile that has room for all of it. What is missing stays missing: the rules report it. Raises
    AmountOutOfRange.
    """
    with localcontext(_EXACT):
        lines = tuple(_priced(line, draft.currency) for line in draft.lines)
        breakdown = _vat_breakdown(draft, lines)
        said = vars(draft)
        terms = {name: said[name] for name in _TERMS}
        terms["notes"] = (*draft.notes, *_exchange_notes(draft))
        profile = fitting(draft.process.specification, lines)
        terms["process"] = draft.process.model_copy(update={"specification": profile})
        return Invoice(**terms, lines=lines, vat_breakdown=breakdown, totals=_totals(draft, lines, breakdown))


def line_net_amount(line: DraftLine, currency: str) -> Decimal:
    """BT-131: quantity x net price / price base + charges - allowances, rounded once. Raises AmountOutOfRange."""
    with localcontext(_EXACT):
        price = line.quantity * line.price.net / (line.price.base_quantity or 1)
        return rounded(price + _sum(line.charges) - _sum(line.allowances), currency)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount in minor units of its currency (ISO 4217), at most two decimals, halves away from zero.

    Raises AmountOutOfRange.
    """
    if abs(amount) >= _TOO_LARGE:
        raise AmountOutOfRange
    return amount.quantize(_unit(currency), ROUND_HALF_UP, _EXACT) + _ZERO


@lru_cache(maxsize=500)
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-min(minor_units(currency), _MOST_DECIMALS))


def _sum(adjustments: Iterable[AllowanceCharge]) -> Decimal:
    return sum((adjustment.amount for adjustment in adjustments), _ZERO)


def _priced(line: DraftLine, currency: str) -> InvoiceLine:
    said = vars(line)
    return InvoiceLine(**{name: said[name] for name in _LINE_TERMS}, net_amount=line_net_amount(line, currency))


def _vat_breakdown(draft: InvoiceDraft, lines: tuple[InvoiceLine, ...]) -> tuple[VatBreakdown, ...]:
    """BG-23 in the order in which the categories first appear: lines, then allowances, then charges."""
    taxable: dict[tuple[str, Decimal | None], Decimal] = {}
    categories: dict[tuple[str, Decimal | None], VatCategory] = {}
    for vat, amount in _taxed(lines, draft.allowances, draft.charges):
        key = (vat.code, vat.rate)
        categories.setdefault(key, vat)
        taxable[key] = taxable.get(key, _ZERO) + amount
    reasons = {reason.category: reason for reason in draft.exemption_reasons}
    return tuple(
        _breakdown(categories[key], rounded(amount, draft.currency), draft.currency, reasons.get(key[0]))
        for key, amount in taxable.items()
    )


def _taxed(
    lines: Iterable[InvoiceLine],
    allowances: Iterable[DocumentAllowanceCharge],
    charges: Iterable[DocumentAllowanceCharge],
) -> Iterable[tuple[VatCategory, Decimal]]:
    yield from ((line.vat, line.net_amount) for line in lines)
    yield from ((allowance.vat, -allowance.amount) for allowance in allowances)
    yield from ((charge.vat, charge.amount) for charge in charges)


def _breakdown(vat: VatCategory, taxable: Decimal, currency: str, reason: ExemptionReason | None) -> VatBreakdown:
    """BT-117 = BT-116 x BT-119 / 100 (BR-CO-17)."""
    return VatBreakdown(
        taxable_amount=taxable,
        tax_amount=rounded(taxable * (vat.rate or _ZERO) / 100, currency),
        category=vat,
        exemption_reason=reason.text if reason else None,
        exemption_reason_code=reason.code if reason else REASON_CODES.get(vat.code),
    )


def _totals(draft: InvoiceDraft, lines: tuple[InvoiceLine, ...], breakdown: tuple[VatBreakdown, ...]) -> DocumentTotals:
    currency = draft.currency
    line_net = rounded(sum((line.net_amount for line in lines), _ZERO), currency)  # BR-CO-10
    allowances = rounded(_sum(draft.allowances), currency)  # BR-CO-11
    charges = rounded(_sum(draft.charges), currency)  # BR-CO-12
    net = rounded(line_net - allowances + charges, currency)  # BR-CO-13
    vat = rounded(sum((group.tax_amount for group in breakdown), _ZERO), currency)  # BR-CO-14
    gross = rounded(net + vat, currency)  # BR-CO-15
    due = gross - (draft.paid_amount or _ZERO) + (draft.rounding_amount or _ZERO)  # BR-CO-16
    return DocumentTotals(
        line_net_amount=line_net,
        allowance_amount=allowances if draft.allowances else None,
        charge_amount=charges if draft.charges else None,
        net_amount=net,
        vat_amount=vat,
        vat_amount_in_vat_currency=_in_vat_currency(draft, vat),
        gross_amount=gross,
        paid_amount=draft.paid_amount,
        rounding_amount=draft.rounding_amount,
        due_amount=due,
    )


def _in_vat_currency(draft: InvoiceDraft, vat: Decimal) -> Decimal | None:
    if draft.vat_currency is None or draft.vat_exchange is None:
        return None
    return rounded(vat * draft.vat_exchange.rate, draft.vat_currency)


def _exchange_notes(draft: InvoiceDraft) -> tuple[Note, ...]:
    exchange = draft.vat_exchange
    if draft.vat_currency is None or exchange is None:
        return ()
    rate = f"1 {draft.currency} = {exchange.rate:f} {draft.vat_currency}"
    return (Note(text=f"{rate} ({exchange.source}, {exchange.date.isoformat()})"),)
