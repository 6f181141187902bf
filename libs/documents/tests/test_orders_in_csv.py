"""Orders in CSV: a row a line, each problem with its line and column, good orders beside bad ones."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.csv.invoice import read_invoices
from documents.csv.order import OF_ORDER, ORDERS, read_orders
from documents.csv.receipt import RECEIPTS, read_receipts
from documents.csv.table import CsvDocument
from documents.errors import DocumentUnreadable
from documents.order import BilledBy, ContactRole, Order
from documents.totals import calculate

ROW = {
    "order_number": "PO-1",
    "issue_date": "2026-11-02",
    "currency": "EUR",
    "buyer_name": "Acme",
    "seller_name": "Dupont",
    "seller_id": "73282932000015",
    "seller_id_scheme": "0009",
    "line": "10",
    "item_name": "Vis",
    "quantity": "12,5",
    "unit": "C62",
    "price": "1 234.50",
}


def text(*rows: dict[str, str], delimiter: str = ";", columns: Sequence[str] = tuple(ORDERS.columns)) -> list[str]:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return [f"{line}\n" for line in file.getvalue().split("\n")[:-1]]


def read(*rows: dict[str, str]) -> list[CsvDocument[Order]]:
    return list(read_orders(text(*rows)))


def test_rows_of_one_number_are_one_order() -> None:
    second = {"order_number": "PO-1", "line": "20", "item_name": "Clou", "quantity": "1", "unit": "C62"}
    found = read(ROW, second, ROW | {"order_number": "PO-2"})
    assert [(item.line, item.number, item.problems) for item in found] == [(2, "PO-1", ()), (4, "PO-2", ())]
    order = found[0].document
    assert order is not None
    assert [(line.identifier, line.quantity) for line in order.lines] == [("10", Decimal("12.5")), ("20", Decimal(1))]
    assert order.lines[0].price is not None
    assert order.lines[0].price.net == Decimal("1234.50")
    assert order.seller.identifiers[0].scheme == "0009"


def test_every_column_has_its_place() -> None:
    full = ROW | {
        "revision": "2",
        "revised_on": "2026-11-03",
        "buyer_unit": "Paris",
        "requester_name": "Awa",
        "bill_to_name": "Siège",
        "administrator_email": "a@b.example",
        "amount_cap": "900",
        "freight_in_cap": "non",
        "billed_by": "amount",
        "line_receipt_required": "oui",
        "gtin": "4012345678901",
        "vat_category": "S",
        "vat_rate": "20",
        "buyer_vat": "FR1",
        "ship_to_country": "FR",
        "ship_to_city": "Lyon",
        "delivery_to": "2026-12-01",
        "tolerance_percentage": "5",
    }
    order = read(full)[0].document
    assert order is not None
    assert (order.revision, order.buyer_unit, order.amount_cap, order.freight_in_cap) == (
        2,
        "Paris",
        Decimal(900),
        False,
    )
    assert order.billed_by is BilledBy.AMOUNT
    assert {contact.role: contact.name for contact in order.contacts} == {
        ContactRole.REQUESTER: "Awa",
        ContactRole.ADMINISTRATOR: None,
    }
    assert order.lines[0].receipt_required is True
    assert order.invoicee is not None
    assert order.delivery is not None


@pytest.mark.parametrize(
    ("changed", "code", "column"),
    [
        ({"quantity": "viel"}, "VALUE_UNREADABLE", "quantity"),
        ({"quantity": "1,234.5"}, "VALUE_UNREADABLE", "quantity"),
        ({"issue_date": "02/11/2026"}, "VALUE_UNREADABLE", "issue_date"),
        ({"receipt_required": "peut-être"}, "VALUE_UNREADABLE", "receipt_required"),
        ({"item_name": ""}, "VALUE_MISSING", "item_name"),
        ({"billed_by": "mood"}, "VALUE_REFUSED", "billed_by"),
        ({"amount_cap": "-1"}, "VALUE_REFUSED", "amount_cap"),
        ({"price_base_quantity": "0"}, "VALUE_REFUSED", "price_base_quantity"),
        ({"order_number": ""}, "ROW_UNFIT", "order_number"),
    ],
)
def test_a_bad_order_is_told_by_line_and_column_and_the_next_one_is_read(
    changed: dict[str, str], code: str, column: str
) -> None:
    bad, good = read(ROW | changed, ROW | {"order_number": "PO-2"})
    assert [(problem.code, problem.line, problem.path) for problem in bad.problems] == [(code, 2, column)]
    assert bad.document is None
    assert good.document is not None


def test_rows_of_an_order_do_not_contradict_each_other() -> None:
    found = read(ROW, ROW | {"line": "20", "currency": "USD"})
    told = [(problem.code, problem.line, problem.path) for problem in found[0].problems]
    assert told == [("ROW_DIFFERS", 3, "currency")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found_by_itself(delimiter: str) -> None:
    lines = text(ROW | {"item_name": "Vis; à, bois"}, delimiter=delimiter)
    found = list(read_orders(["\ufeff" + lines[0], *lines[1:]]))
    assert found[0].document is not None
    assert found[0].document.lines[0].item.name == "Vis; à, bois"


def test_a_file_without_its_columns_is_refused_whole() -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        list(read_orders(["order_number;colour\n", "1;red\n"]))
    assert {(problem.code, problem.path) for problem in refused.value.problems} >= {
        ("COLUMN_UNKNOWN", "colour"),
        ("COLUMN_MISSING", "quantity"),
    }
    with pytest.raises(DocumentUnreadable):
        list(read_orders([]))


_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)


@given(st.lists(st.dictionaries(st.sampled_from(list(ORDERS.columns)), _CELL), max_size=6))
def test_no_cell_breaks_the_reader_and_every_row_is_accounted_for(rows: list[dict[str, str]]) -> None:
    found = list(read_orders(text(*rows)))
    assert all((item.document is None) == bool(item.problems) for item in found)
    assert all(1 < problem.line <= len(rows) + 1 for item in found for problem in item.problems)


@given(quantity=st.decimals(0, 10**9, places=6), price=st.decimals(0, 10**6, places=4))
def test_quantities_and_prices_come_through_exactly(quantity: Decimal, price: Decimal) -> None:
    comma = format(quantity, "f").replace(".", ",")
    order = read(ROW | {"quantity": comma, "price": format(price, "f")})[0].document
    assert order is not None
    assert (order.lines[0].quantity, order.lines[0].price and order.lines[0].price.net) == (quantity, price)


def test_columns_of_order_and_line_have_names_of_their_own() -> None:
    assert len(ORDERS.columns) == len(OF_ORDER) + len(ORDERS.columns.keys() - OF_ORDER.keys())


def test_receipts_are_read_like_orders_with_the_order_line_of_each_row() -> None:
    columns = tuple(RECEIPTS.columns)
    head = {"receipt_number": "GR-1", "issue_date": "2026-11-05", "buyer_name": "Acme", "seller_name": "Dupont"}
    first = head | {"order_number": "PO-1", "line": "10", "quantity": "4,5", "unit": "C62"}
    back = {"receipt_number": "GR-1", "order_number": "PO-2", "line": "10", "quantity": "-1", "unit": "C62"}
    bad = first | {"receipt_number": "GR-2", "quantity": "beaucoup"}
    found = list(read_receipts(text(first, back, bad, columns=columns)))
    assert [(item.line, item.number, len(item.problems)) for item in found] == [(2, "GR-1", 0), (4, "GR-2", 1)]
    receipt = found[0].document
    assert receipt is not None
    assert [(line.order_line.order, line.order_line.line, line.received_quantity) for line in receipt.lines] == [
        ("PO-1", "10", Decimal("4.5")),
        ("PO-2", "10", Decimal(-1)),
    ]
    assert found[1].problems[0].path == "quantity"


def test_the_example_of_invoices_is_read_with_its_amounts() -> None:
    example = Path(__file__).parents[3] / "examples" / "invoice-files" / "invoices.csv"
    with example.open(encoding="utf-8", newline="") as file:
        found = list(read_invoices(file))
    assert [item.problems for item in found] == [(), ()]
    drafts = [item.document for item in found if item.document is not None]
    assert [calculate(draft).totals.gross_amount for draft in drafts] == [Decimal("645.60"), Decimal("367.20")]
