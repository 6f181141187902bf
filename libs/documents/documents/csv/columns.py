"""The columns of an order in CSV: what each is called, where its value goes, and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

Path = tuple[str | int, ...]
_YES: Final = frozenset({"true", "yes", "oui", "1"})
_NO: Final = frozenset({"false", "no", "non", "0"})


def _text(value: str) -> str:
    return value


def _number(value: str) -> str:
    """A decimal with a point or a comma, and with spaces between thousands."""
    plain = value.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if "," in plain and "." in plain:
        raise ValueError("write a number like 1234.50, without separators of thousands")
    found = Decimal(plain.replace(",", "."))  # ArithmeticError says that it is none
    if not found.is_finite():
        raise ValueError("write a number like 1234.50")
    return format(found, "f")


def _day(value: str) -> str:
    return date.fromisoformat(value).isoformat()


def _whole(value: str) -> int:
    return int(value)


def _switch(value: str) -> bool:
    if value.casefold() in _YES:
        return True
    if value.casefold() in _NO:
        return False
    raise ValueError("write true or false")


@dataclass(frozen=True)
class Column:
    """One column. `remedy` says what to write; `needed` where every order, or every line, has it."""

    path: Path
    read: Callable[[str], Any] = _text
    remedy: str = "Correct the text."
    needed: bool = False


def _numbers(*path: str | int, needed: bool = False) -> Column:
    return Column(path, _number, "Write a number like 1234.50 or 1234,50.", needed)


def _days(*path: str | int, needed: bool = False) -> Column:
    return Column(path, _day, "Write a date like 2026-11-30.", needed)


def _switches(*path: str | int) -> Column:
    return Column(path, _switch, "Write true or false.")


OF_ORDER: Final[Mapping[str, Column]] = {
    "order_number": Column(("number",), needed=True),
    "revision": Column(("revision",), _whole, "Write a whole number from 1."),
    "issue_date": _days("issue_date", needed=True),
    "revised_on": _days("revised_on"),
    "currency": Column(("currency",), needed=True),
    "buyer_name": Column(("buyer", "name"), needed=True),
    "buyer_vat": Column(("buyer", "vat_identifier")),
    "buyer_unit": Column(("buyer_unit",)),
    "seller_name": Column(("seller", "name"), needed=True),
    "seller_vat": Column(("seller", "vat_identifier")),
    "seller_id_scheme": Column(("seller", "identifiers", 0, "scheme")),
    "seller_id": Column(("seller", "identifiers", 0, "value")),
    "bill_to_name": Column(("invoicee", "name")),
    "ship_to_name": Column(("delivery", "party_name")),
    "ship_to_street": Column(("delivery", "address", "line_one")),
    "ship_to_post_code": Column(("delivery", "address", "post_code")),
    "ship_to_city": Column(("delivery", "address", "city")),
    "ship_to_country": Column(("delivery", "address", "country")),
    "delivery_from": _days("delivery", "requested", "start"),
    "delivery_to": _days("delivery", "requested", "end"),
    "buyer_reference": Column(("buyer_reference",)),
    "contract_reference": Column(("contract_reference",)),
    "payment_terms": Column(("payment_terms",)),
    "note": Column(("note",)),
    "requester_name": Column(("contacts", 0, "name")),
    "requester_email": Column(("contacts", 0, "email")),
    "administrator_name": Column(("contacts", 1, "name")),
    "administrator_email": Column(("contacts", 1, "email")),
    "receipt_required": _switches("receipt_required"),
    "tolerance_percentage": _numbers("tolerance", "quantity_percentage"),
    "amount_cap": _numbers("amount_cap"),
    "freight_in_cap": _switches("freight_in_cap"),
    "billed_by": Column(("billed_by",), remedy="Write quantity or amount."),
}
OF_LINE: Final[Mapping[str, Column]] = {
    "line": Column(("identifier",), needed=True),
    "item_name": Column(("item", "name"), needed=True),
    "item_description": Column(("item", "description")),
    "seller_item": Column(("item", "seller_identifier")),
    "buyer_item": Column(("item", "buyer_identifier")),
    "gtin": Column(("item", "standard_identifier", "value")),
    "quantity": _numbers("quantity", needed=True),
    "unit": Column(("unit",), remedy="Write a code of UN/ECE Recommendation 20, for example C62.", needed=True),
    "price": _numbers("price", "net"),
    "price_base_quantity": _numbers("price", "base_quantity"),
    "net_amount": _numbers("net_amount"),
    "vat_category": Column(("vat", "code")),
    "vat_rate": _numbers("vat", "rate"),
    "line_delivery_from": _days("delivery", "requested", "start"),
    "line_delivery_to": _days("delivery", "requested", "end"),
    "line_note": Column(("note",)),
    "line_receipt_required": _switches("receipt_required"),
    "line_amount_cap": _numbers("amount_cap"),
    "line_billed_by": Column(("billed_by",), remedy="Write quantity or amount."),
}
ALL: Final[Mapping[str, Column]] = {**OF_ORDER, **OF_LINE}
NEEDED: Final = tuple(name for name, column in ALL.items() if column.needed)
ROLES: Final = ("requester", "administrator")
"""Of the contacts, in the order of their columns."""
GTIN_SCHEME: Final = "0160"
