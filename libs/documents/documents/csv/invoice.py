"""Invoices in CSV: a row for each line. Amounts are not read: they follow from lines, allowance and charge."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from documents.csv.column import Column, days, numbers, texts
from documents.csv.order import finish_item
from documents.csv.table import CsvDocument, Sheet, read_sheet
from documents.invoice import InvoiceDraft
from documents.invoice.codes import INVOICE

MOST_LINES: Final = 1_000
_SEPA: Final = "58"
"""UNTDID 4461, SEPA credit transfer."""
OF_INVOICE: Final[Mapping[str, Column]] = {
    "invoice_number": texts("number", needed=True),
    "issue_date": days("issue_date", needed=True),
    "type_code": texts("type_code"),
    "currency": texts("currency", needed=True),
    "order_number": texts("order_reference"),
    "seller_name": texts("seller", "name", needed=True),
    "seller_vat": texts("seller", "vat_identifier"),
    "seller_id_scheme": texts("seller", "identifiers", 0, "scheme"),
    "seller_id": texts("seller", "identifiers", 0, "value"),
    "buyer_name": texts("buyer", "name", needed=True),
    "buyer_vat": texts("buyer", "vat_identifier"),
    "buyer_reference": texts("buyer_reference"),
    "contract_reference": texts("contract_reference"),
    "delivery_date": days("delivery", "date"),
    "period_from": days("period", "start"),
    "period_to": days("period", "end"),
    "due_date": days("due_date"),
    "payment_terms": texts("payment_terms"),
    "iban": texts("payment", "means", 0, "credit_transfer", "account"),
    "bic": texts("payment", "means", 0, "credit_transfer", "provider"),
    "remittance": texts("payment", "remittance_information"),
    "note": texts("notes", 0, "text"),
    "allowance_amount": numbers("allowances", 0, "amount"),
    "allowance_reason": texts("allowances", 0, "reason"),
    "allowance_vat_category": texts("allowances", 0, "vat", "code"),
    "allowance_vat_rate": numbers("allowances", 0, "vat", "rate"),
    "charge_amount": numbers("charges", 0, "amount"),
    "charge_reason": texts("charges", 0, "reason"),
    "charge_vat_category": texts("charges", 0, "vat", "code"),
    "charge_vat_rate": numbers("charges", 0, "vat", "rate"),
    "exemption_category": texts("exemption_reasons", 0, "category"),
    "exemption_reason": texts("exemption_reasons", 0, "text"),
}
OF_INVOICE_LINE: Final[Mapping[str, Column]] = {
    "line": texts("identifier", needed=True),
    "order_line": texts("order_line", "line"),
    "line_order_number": texts("order_line", "order"),
    "item_name": texts("item", "name", needed=True),
    "item_description": texts("item", "description"),
    "seller_item": texts("item", "seller_identifier"),
    "buyer_item": texts("item", "buyer_identifier"),
    "gtin": texts("item", "standard_identifier", "value"),
    "quantity": numbers("quantity", needed=True),
    "unit": texts("unit", remedy="Write a code of UN/ECE Recommendation 20, for example C62.", needed=True),
    "price": numbers("price", "net", needed=True),
    "price_base_quantity": numbers("price", "base_quantity"),
    "vat_category": texts("vat", "code", needed=True),
    "vat_rate": numbers("vat", "rate"),
    "line_period_from": days("period", "start"),
    "line_period_to": days("period", "end"),
    "line_note": texts("note"),
}


def _finish(content: dict[str, Any]) -> None:
    """An invoice unless it says otherwise; an account is paid to by SEPA credit transfer."""
    content.setdefault("type_code", INVOICE)
    for means in content.get("payment", {}).get("means", []):
        means.setdefault("code", _SEPA)


INVOICES: Final = Sheet(
    model=InvoiceDraft,
    key="invoice_number",
    head=OF_INVOICE,
    line=OF_INVOICE_LINE,
    most_lines=MOST_LINES,
    finish=_finish,
    finish_line=finish_item,
)


def read_invoices(lines: Iterable[str]) -> Iterator[CsvDocument[InvoiceDraft]]:
    """The invoices of a file, one after the other. Raises DocumentUnreadable as `read_sheet` does."""
    return read_sheet(INVOICES, lines)
