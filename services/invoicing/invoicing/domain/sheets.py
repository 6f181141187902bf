"""Invoices as a sheet: CSV or XLSX whose cells no spreadsheet program takes for a formula (CWE-1236)."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from contracts.status import label

COLUMNS: Final = (
    "transaction_number",
    "kind",
    "number",
    "issue_date",
    "due_date",
    "state",
    "status",
    "status_label",
    "seller",
    "buyer",
    "order_numbers",
    "currency",
    "net",
    "vat",
    "gross",
    "due",
    "submitted_at",
    "delivered_at",
)
"""The columns, in their order; they only ever grow at the end."""

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")
Cell = str | Decimal | date | None


def safe(text: str) -> str:
    """A text that is shown as it is: what would start a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def row(found: Mapping[str, Any], language: str) -> list[Cell]:
    """One invoice's cells: texts made safe, amounts exact, days as days."""
    parties: Mapping[str, Any] = found["draft"]
    values: dict[str, Cell] = {
        "seller": parties["seller"]["name"],
        "buyer": parties["buyer"]["name"],
        "order_numbers": " ".join(found["order_numbers"]),
        "status_label": label(found["status"], language) if found["status"] else None,
    }
    return [_cell(values[name] if name in values else found[name]) for name in COLUMNS]


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if value is None or isinstance(value, Decimal | date):
        return value
    return safe(str(value))


def as_csv(rows: Iterable[list[Cell]]) -> bytes:
    """RFC 4180, UTF-8 with a byte order mark, so that every spreadsheet program reads accents."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(COLUMNS)
    for cells in rows:
        writer.writerow([format(cell, "f") if isinstance(cell, Decimal) else cell for cell in cells])
    return held.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[list[Cell]]) -> bytes:
    """One sheet; amounts are numbers, days are days, everything else is text."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(held, options)
    sheet = book.add_worksheet("invoices")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, COLUMNS)
    for number, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, Decimal):
                # As exact as it is; a float would not be.
                sheet.write_number(number, column, cell)  # pyright: ignore[reportCallIssue, reportArgumentType] - its hints forget Decimal
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, datetime.combine(cell, time()), day)
            elif cell is not None:
                sheet.write_string(number, column, cell)
    book.close()
    return held.getvalue()
