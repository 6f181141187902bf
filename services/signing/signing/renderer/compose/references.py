"""The document's title, the summary strip, and the grid of references and dates (BT-1 to BT-19, BG-2, BG-3, BG-14)."""

from contracts.money import minor_units
from documents.invoice import Invoice
from signing.renderer.page import Item
from signing.renderer.words.codes import CREDIT_NOTE, DOCUMENT_TYPES, INVOICE, TAX_POINTS
from signing.renderer.words.language import Words


def title_of(words: Words, invoice: Invoice) -> tuple[str, str]:
    """The word for BT-3 in both languages. A code without a word is called by its family, with the code beside it."""
    pair = DOCUMENT_TYPES.get(invoice.type_code)
    if pair is None:
        family = CREDIT_NOTE if invoice.is_credit_note else INVOICE
        pair = (f"{family[0]} ({invoice.type_code})", f"{family[1]} ({invoice.type_code})")
    second = words.both(pair).removeprefix(words.one(pair)).removeprefix(" · ")
    return words.one(pair), second


def summary_of(words: Words, invoice: Invoice) -> tuple[Item, ...]:
    """What a reader asks first: number, date, due date, amount due."""
    amount = words.figure(invoice.totals.due_amount, minor_units(invoice.currency))
    items = [
        Item(words.label("number"), invoice.number, strong=True),
        Item(words.label("issue_date"), words.day(invoice.issue_date), strong=True),
    ]
    if invoice.due_date:
        items.append(Item(words.label("due_date"), words.day(invoice.due_date), strong=True))
    due = "credited" if invoice.is_credit_note else "payable"
    return (*items, Item(words.label(due), f"{amount}\u00a0{invoice.currency}", strong=True))


def references_of(words: Words, invoice: Invoice) -> tuple[Item, ...]:
    """Every reference and date of the document that is there, in reading order."""
    told = invoice.invoiced_object
    values: list[tuple[str, str | None]] = [
        ("order", invoice.order_reference),
        ("buyer_reference", invoice.buyer_reference),
        ("contract", invoice.contract_reference),
        ("project", invoice.project_reference),
        ("sales_order", invoice.sales_order_reference),
        ("despatch", invoice.despatch_advice_reference),
        ("receipt", invoice.receiving_advice_reference),
        ("tender", invoice.tender_reference),
        ("object", (f"{told.value} ({told.scheme})" if told.scheme else told.value) if told else None),
        ("account", invoice.buyer_accounting_reference),
        ("preceding", "\n".join(_preceding(words, invoice)) or None),
        ("delivery_date", words.day(invoice.delivery.date) if invoice.delivery and invoice.delivery.date else None),
        ("period", words.span(invoice.period.start, invoice.period.end) if invoice.period else None),
        ("tax_point", words.day(invoice.tax_point_date) if invoice.tax_point_date else None),
        ("tax_due", words.word(TAX_POINTS, invoice.tax_point_code) if invoice.tax_point_code else None),
        ("process", invoice.process.business_process),
        ("vat_currency", invoice.vat_currency),
    ]
    return tuple(Item(words.label(key), value) for key, value in values if value)


def _preceding(words: Words, invoice: Invoice) -> list[str]:
    return [
        f"{earlier.number} ({words.day(earlier.issue_date)})" if earlier.issue_date else earlier.number
        for earlier in invoice.preceding_invoices
    ]
