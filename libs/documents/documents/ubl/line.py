"""Invoice lines (BG-25) in UBL."""

from documents.invoice.line import InvoiceLine
from documents.markup import day, element, group, leaf, number
from documents.node import Node
from documents.ubl.allowance_charge import read_line_adjustments, write_allowances_and_charges
from documents.ubl.item import read_item, read_item_vat, read_price, write_item, write_price
from documents.ubl.references import read_order_line_reference, write_order_line_reference
from documents.values import Identifier, Period


def write_line(name: str, quantity: str, line: InvoiceLine, currency: str) -> str:
    """`cac:InvoiceLine` or `cac:CreditNoteLine`; `quantity` names the element of BT-129."""
    return element(
        name,
        leaf("cbc:ID", line.identifier),
        leaf("cbc:Note", line.note),
        number(quantity, line.quantity, unitCode=line.unit),
        number("cbc:LineExtensionAmount", line.net_amount, currencyID=currency),
        leaf("cbc:AccountingCost", line.buyer_accounting_reference),
        write_period("cac:InvoicePeriod", line.period),
        write_order_line_reference(line.order_line),
        write_object("cac:DocumentReference", line.object_identifier),
        write_allowances_and_charges(line.allowances, line.charges, currency),
        write_item(line.item, line.vat),
        write_price(line.price, currency),
    )


def read_line(node: Node, quantity: str) -> InvoiceLine:
    """BG-25; problems when quantity, price or net amount are missing."""
    amount, unit = node.needed_measure(quantity, "unitCode", "BT-129")
    allowances, charges = read_line_adjustments(node)
    item = node.at("cac:Item")
    return InvoiceLine(
        identifier=node.text("cbc:ID") or "",
        note=node.joined("cbc:Note"),
        object_identifier=node.read("cac:DocumentReference", _read_object),
        quantity=amount,
        unit=unit,
        net_amount=node.needed_decimal("cbc:LineExtensionAmount", "BT-131"),
        order_line=node.read("cac:OrderLineReference", read_order_line_reference),
        buyer_accounting_reference=node.text("cbc:AccountingCost"),
        period=node.read("cac:InvoicePeriod", read_period),
        allowances=allowances,
        charges=charges,
        price=read_price(node.at("cac:Price")),
        vat=read_item_vat(item),
        item=read_item(item),
    )


def write_period(name: str, period: Period | None, code: str | None = None) -> str:
    """`cac:PeriodType`; `code` is BT-8, which UBL keeps in the period."""
    return group(
        name,
        day("cbc:StartDate", period.start) if period else "",
        day("cbc:EndDate", period.end) if period else "",
        leaf("cbc:DescriptionCode", code),
    )


def read_period(node: Node) -> Period:
    """BG-14, BG-26."""
    return Period(start=node.date("cbc:StartDate"), end=node.date("cbc:EndDate"))


OBJECT = "130"
"""UNTDID 1001, invoicing data sheet: marks a document reference as BT-18 or BT-128 (EN 16931-3-2)."""


def write_object(name: str, value: Identifier | None) -> str:
    """BT-18 or BT-128."""
    if value is None:
        return ""
    return element(name, leaf("cbc:ID", value.value, schemeID=value.scheme), leaf("cbc:DocumentTypeCode", OBJECT))


def _read_object(node: Node) -> Identifier | None:
    node.text("cbc:DocumentTypeCode")
    return node.identifier("cbc:ID")
