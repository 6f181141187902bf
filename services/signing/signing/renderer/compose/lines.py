"""The line table (BG-25) with the document's allowances and charges below it (BG-20, BG-21)."""

from decimal import Decimal
from itertools import accumulate
from typing import Final

from contracts.money import minor_units
from documents.allowance_charge import AllowanceCharge
from documents.invoice import Invoice, InvoiceLine
from documents.item import Item, Price
from documents.vat import VatCategory, VatCategoryCode
from signing.renderer.page import Adjustment, ColumnHead, LineRow, LineTable
from signing.renderer.words.codes import ALLOWANCE_REASONS, CHARGE_REASONS, IDENTIFIER_SCHEMES, ITEM_SCHEMES, UNITS
from signing.renderer.words.language import Words

_HEADS: Final = ("line", "item", "seller_item", "quantity", "price", "vat", "net")
_SHORT_REFERENCE: Final = 14
_TALL: Final = 2_500
"""A line with more characters than this may be higher than a page."""


def line_table(words: Words, invoice: Invoice) -> LineTable:
    """The whole table. A lone short item reference has a column of its own; with more terms it goes below the name."""
    decimals = minor_units(invoice.currency)
    running = accumulate(line.net_amount for line in invoice.lines)
    rows = tuple([_row(words, line, decimals, sum_) for line, sum_ in zip(invoice.lines, running, strict=True)])
    adjustments = [
        *(_adjustment(words, allowance, allowance.vat, decimals, charge=False) for allowance in invoice.allowances),
        *(_adjustment(words, charge, charge.vat, decimals, charge=True) for charge in invoice.charges),
    ]
    heads = {key: ColumnHead(words.short(key), words.second(key)) for key in _HEADS}
    return LineTable(
        heads=heads,
        rows=rows,
        adjustments=tuple(adjustments),
        has_references=any(row.reference for row in rows),
        carried=words.label("carried"),
        brought=words.label("brought"),
    )


def vat_text(words: Words, vat: VatCategory) -> str:
    """The rate; a category other than the standard one is named beside it, explained in the VAT breakdown."""
    rate = words.percent(vat.rate) if vat.rate is not None else ""
    return rate if vat.code == VatCategoryCode.STANDARD else f"{rate} {vat.code}".strip()


def _row(words: Words, line: InvoiceLine, decimals: int, running: Decimal) -> LineRow:
    item, figure = line.item, words.figure
    name, description, note, details = item.name, item.description, line.note, _details(words, line)
    reference = item.seller_identifier or ""
    if reference and (details or len(reference) > _SHORT_REFERENCE):
        details = [f"{words.short('seller_item')} {reference}", *details]
        reference = ""
    texts: list[str] = [description] if description else []
    if details:
        texts.append(" · ".join(details))
    if item.attributes:
        texts.append(_attributes(words, item))
    if note:
        texts.append(note)
    return LineRow(
        identifier=line.identifier,
        name=name,
        reference=reference,
        quantity=figure(line.quantity),
        unit=_unit(words, line.unit),
        price=figure(line.price.net, decimals),
        vat=vat_text(words, line.vat),
        net=figure(line.net_amount, decimals),
        details=tuple(texts),
        price_details=_price_details(words, line.price, line.unit, decimals),
        adjustments=_adjustments(words, line, decimals) if line.allowances or line.charges else (),
        running=figure(running, decimals),
        is_tall=len(name) + sum(map(len, texts)) > _TALL,
    )


def _adjustments(words: Words, line: InvoiceLine, decimals: int) -> tuple[Adjustment, ...]:
    return (
        *(_adjustment(words, allowance, None, decimals, charge=False) for allowance in line.allowances),
        *(_adjustment(words, charge, None, decimals, charge=True) for charge in line.charges),
    )


def _details(words: Words, line: InvoiceLine) -> list[str]:
    item, found = line.item, list[str]()
    if item.buyer_identifier:
        found.append(f"{words.short('buyer_item')} {item.buyer_identifier}")
    if standard := item.standard_identifier:
        scheme = standard.scheme or ""
        unknown = f"{words.short('standard_item')} ({scheme})" if scheme else words.short("standard_item")
        found.append(f"{IDENTIFIER_SCHEMES.get(scheme, unknown)} {standard.value}")
    for classification in item.classifications:
        scheme = classification.scheme or ""
        name = " ".join(term for term in (ITEM_SCHEMES.get(scheme, scheme), classification.version) if term)
        found.append(f"{words.short('classification')} {name} {classification.value}".replace("  ", " "))
    if item.origin_country:
        found.append(f"{words.short('origin')} {words.country(item.origin_country)}")
    if billed := line.order_line:
        if billed.order:
            found.append(f"{words.short('line_order')} {billed.order}")
        if billed.line:
            found.append(f"{words.short('order_line')} {billed.line}")
    if line.period:
        found.append(f"{words.short('line_period')} {words.span(line.period.start, line.period.end)}")
    if told := line.object_identifier:
        found.append(f"{words.short('line_object')} {told.value}" + (f" ({told.scheme})" if told.scheme else ""))
    if line.buyer_accounting_reference:
        found.append(f"{words.short('line_account')} {line.buyer_accounting_reference}")
    return found


def _attributes(words: Words, item: Item) -> str:
    return " · ".join([f"{attribute.name}{words.colon} {attribute.value}" for attribute in item.attributes])


def _price_details(words: Words, price: Price, line_unit: str, decimals: int) -> tuple[str, ...]:
    if price.base_quantity is None and price.gross is None:
        return ()
    found: list[str] = []
    if price.base_quantity is not None:
        unit = _unit(words, price.base_unit or line_unit)
        found.append(f"{words.short('per')} {words.figure(price.base_quantity)} {unit}".strip())
    if price.gross is not None:
        gross = words.figure(price.gross, decimals)
        if price.discount is None:
            found.append(f"{words.short('gross_price')} {gross}")
        else:
            found.append(f"{gross} \u2212 {words.figure(price.discount, decimals)}")
    return tuple(found)


def _unit(words: Words, code: str) -> str:
    pair = UNITS.get(code)
    return code if pair is None else words.one(pair)


def _adjustment(
    words: Words, change: AllowanceCharge, vat: VatCategory | None, decimals: int, *, charge: bool
) -> Adjustment:
    text = words.short("charge" if charge else "allowance")
    reasons = CHARGE_REASONS if charge else ALLOWANCE_REASONS
    pair = reasons.get(change.reason_code or "")
    if change.reason:
        text += f" – {change.reason}"
        word = words.one(pair) if pair else change.reason_code or ""
        if word.casefold() not in change.reason.casefold():
            text += f" ({word})"
    elif change.reason_code:
        text += f" – {words.word(reasons, change.reason_code)}"
    if change.percentage is not None:
        text += f" ({words.percent(change.percentage)}"
        if change.base_amount is not None:
            text += f" {words.short('of')} {words.figure(change.base_amount, decimals)}"
        text += ")"
    elif change.base_amount is not None:
        text += f" ({words.short('of')} {words.figure(change.base_amount, decimals)})"
    amount = words.figure(change.amount if charge else -change.amount, decimals)
    return Adjustment(text, amount, vat_text(words, vat) if vat else "")
