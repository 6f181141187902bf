"""Receipts in CSV: a row for each line that arrived; negative quantities take an earlier receipt back."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from contracts.limits import ORDER_LINES
from documents.csv.column import Column, days, numbers, texts
from documents.csv.table import CsvDocument, Sheet, read_sheet
from documents.receipt import ReceiptAdvice

OF_RECEIPT: Final[Mapping[str, Column]] = {
    "receipt_number": texts("number", needed=True),
    "issue_date": days("issue_date", needed=True),
    "received_on": days("received_on"),
    "despatch_number": texts("despatch_reference"),
    "buyer_name": texts("buyer", "name", needed=True),
    "seller_name": texts("seller", "name", needed=True),
    "note": texts("note"),
}
OF_RECEIVED_LINE: Final[Mapping[str, Column]] = {
    "order_number": texts("order_line", "order", needed=True),
    "line": texts("order_line", "line", needed=True),
    "quantity": numbers("received_quantity", needed=True),
    "unit": texts("unit", remedy="Write a code of UN/ECE Recommendation 20, for example C62.", needed=True),
    "rejected": numbers("rejected_quantity"),
    "reject_reason": texts("reject_reason"),
    "line_received_on": days("received_on"),
    "line_note": texts("note"),
    "item_name": texts("item_name"),
    "seller_item": texts("item_seller_identifier"),
    "buyer_item": texts("item_buyer_identifier"),
}


def _numbered(content: dict[str, Any]) -> None:
    """A row has no number of its own: it is the line of its order."""
    line = content.get("order_line", {})
    content["identifier"] = f"{line.get('order', '')}/{line.get('line', '')}"


def _nothing(_: dict[str, Any]) -> None:
    """A receipt is complete as it was read."""


RECEIPTS: Final = Sheet(
    model=ReceiptAdvice,
    key="receipt_number",
    head=OF_RECEIPT,
    line=OF_RECEIVED_LINE,
    most_lines=ORDER_LINES,
    finish=_nothing,
    finish_line=_numbered,
)


def read_receipts(lines: Iterable[str]) -> Iterator[CsvDocument[ReceiptAdvice]]:
    """The receipts of a file, one after the other. Raises DocumentUnreadable as `read_sheet` does."""
    return read_sheet(RECEIPTS, lines)
