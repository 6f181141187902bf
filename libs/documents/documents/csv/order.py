"""Orders in CSV. A change is the order again with its next revision."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from contracts.limits import ORDER_LINES
from documents.csv.column import Column, days, numbers, switches, texts, wholes
from documents.csv.table import CsvDocument, Sheet, read_sheet
from documents.order import Order

OF_ORDER: Final[Mapping[str, Column]] = {
    "order_number": texts("number", needed=True),
    "revision": wholes("revision"),
    "issue_date": days("issue_date", needed=True),
    "revised_on": days("revised_on"),
    "currency": texts("currency", needed=True),
    "buyer_name": texts("buyer", "name", needed=True),
    "buyer_vat": texts("buyer", "vat_identifier"),
    "buyer_unit": texts("buyer_unit"),
    "seller_name": texts("seller", "name", needed=True),
    "seller_vat": texts("seller", "vat_identifier"),
    "seller_id_scheme": texts("seller", "identifiers", 0, "scheme"),
    "seller_id": texts("seller", "identifiers", 0, "value"),
    "bill_to_name": texts("invoicee", "name"),
    "ship_to_name": texts("delivery", "party_name"),
    "ship_to_street": texts("delivery", "address", "line_one"),
    "ship_to_post_code": texts("delivery", "address", "post_code"),
    "ship_to_city": texts("delivery", "address", "city"),
    "ship_to_country": texts("delivery", "address", "country"),
    "delivery_from": days("delivery", "requested", "start"),
    "delivery_to": days("delivery", "requested", "end"),
    "buyer_reference": texts("buyer_reference"),
    "contract_reference": texts("contract_reference"),
    "payment_terms": texts("payment_terms"),
    "note": texts("note"),
    "requester_name": texts("contacts", 0, "name"),
    "requester_email": texts("contacts", 0, "email"),
    "administrator_name": texts("contacts", 1, "name"),
    "administrator_email": texts("contacts", 1, "email"),
    "receipt_required": switches("receipt_required"),
    "tolerance_percentage": numbers("tolerance", "quantity_percentage"),
    "amount_cap": numbers("amount_cap"),
    "freight_in_cap": switches("freight_in_cap"),
    "billed_by": texts("billed_by", remedy="Write quantity or amount."),
}
OF_LINE: Final[Mapping[str, Column]] = {
    "line": texts("identifier", needed=True),
    "item_name": texts("item", "name", needed=True),
    "item_description": texts("item", "description"),
    "seller_item": texts("item", "seller_identifier"),
    "buyer_item": texts("item", "buyer_identifier"),
    "gtin": texts("item", "standard_identifier", "value"),
    "quantity": numbers("quantity", needed=True),
    "unit": texts("unit", remedy="Write a code of UN/ECE Recommendation 20, for example C62.", needed=True),
    "price": numbers("price", "net"),
    "price_base_quantity": numbers("price", "base_quantity"),
    "net_amount": numbers("net_amount"),
    "vat_category": texts("vat", "code"),
    "vat_rate": numbers("vat", "rate"),
    "line_delivery_from": days("delivery", "requested", "start"),
    "line_delivery_to": days("delivery", "requested", "end"),
    "line_note": texts("note"),
    "line_receipt_required": switches("receipt_required"),
    "line_amount_cap": numbers("amount_cap"),
    "line_billed_by": texts("billed_by", remedy="Write quantity or amount."),
}
_ROLES: Final = ("requester", "administrator")
"""Of the contacts, in the order of their columns."""
GTIN_SCHEME: Final = "0160"


def _finish(content: dict[str, Any]) -> None:
    """Roles of contacts; those that nothing is said of are left out."""
    named = zip(_ROLES, content.get("contacts", []), strict=False)
    content["contacts"] = [contact | {"role": role} for role, contact in named if contact]


def finish_item(content: dict[str, Any]) -> None:
    """The standard identifier of a line's item is a GTIN."""
    if "standard_identifier" in content.get("item", {}):
        content["item"]["standard_identifier"]["scheme"] = GTIN_SCHEME


ORDERS: Final = Sheet(
    model=Order,
    key="order_number",
    version="revision",
    head=OF_ORDER,
    line=OF_LINE,
    most_lines=ORDER_LINES,
    finish=_finish,
    finish_line=finish_item,
)


def read_orders(lines: Iterable[str]) -> Iterator[CsvDocument[Order]]:
    """The orders of a file, one after the other. Raises DocumentUnreadable as `read_sheet` does."""
    return read_sheet(ORDERS, lines)
