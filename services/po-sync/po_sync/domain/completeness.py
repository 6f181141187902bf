"""What an order or a receipt cannot do without, beyond its shape."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from contracts.faults import Finding, Severity, json_pointer
from contracts.limits import IDENTIFIER, ORDER_LINES
from contracts.money import fits
from documents.order import Order
from documents.receipt import ReceiptAdvice
from po_sync.domain import parties

_PRECISION: Final = "A quantity has at most 12 digits before the decimal point and 6 behind it."


def _finding(rule: str, detail: str, *steps: str | int) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer(*steps), detail=detail)


def _repeated(identifiers: Iterable[str]) -> set[str]:
    return {name for name, count in Counter(identifiers).items() if count > 1}


def order_findings(order: Order) -> tuple[Finding, ...]:
    """Nothing can be invoiced against an order without a number, or with lines that cannot be told apart."""
    found: list[Finding] = []
    if not 0 < len(order.number) <= IDENTIFIER:
        detail = f"Give the order a number of at most {IDENTIFIER} characters."
        found.append(_finding("ORDER_NUMBER_MISSING", detail, "number"))
    if len(order.currency) != 3 or not order.currency.isalpha() or not order.currency.isupper():
        found.append(_finding("CURRENCY_UNKNOWN", "The currency is an ISO 4217 code, for example EUR.", "currency"))
    if not parties.keys(order.seller):
        detail = "Give the seller an identifier with its scheme: SIRET, SIREN, GLN, VAT number or electronic address."
        found.append(_finding("SELLER_NOT_IDENTIFIED", detail, "seller"))
    if len(order.lines) > ORDER_LINES:
        found.append(_finding("TOO_MANY_LINES", f"An order has at most {ORDER_LINES} lines.", "lines"))
    repeated = _repeated(line.identifier for line in order.lines)
    for index, line in enumerate(order.lines):
        if not 0 < len(line.identifier) <= IDENTIFIER or line.identifier in repeated:
            detail = f"Each line needs an identifier of its own, of at most {IDENTIFIER} characters."
            found.append(_finding("LINE_IDENTIFIER", detail, "lines", index, "identifier"))
        if not fits(line.quantity):
            found.append(_finding("QUANTITY_TOO_PRECISE", _PRECISION, "lines", index, "quantity"))
        if line.quantity < 0:
            found.append(
                _finding("NEGATIVE_QUANTITY", "An ordered quantity is not negative.", "lines", index, "quantity")
            )
    return tuple(found[:100])


def receipt_findings(receipt: ReceiptAdvice) -> tuple[Finding, ...]:
    """A receipt needs a number, and each line must say which order line arrived."""
    found: list[Finding] = []
    if not 0 < len(receipt.number) <= IDENTIFIER:
        detail = f"Give the receipt a number of at most {IDENTIFIER} characters."
        found.append(_finding("RECEIPT_NUMBER_MISSING", detail, "number"))
    if len(receipt.lines) > ORDER_LINES:
        found.append(_finding("TOO_MANY_LINES", f"A receipt has at most {ORDER_LINES} lines.", "lines"))
    for index, line in enumerate(receipt.lines):
        if not fits(line.received_quantity):
            found.append(_finding("QUANTITY_TOO_PRECISE", _PRECISION, "lines", index, "received_quantity"))
        if not line.order_line.line:
            found.append(_finding("ORDER_LINE_MISSING", "Name the order line.", "lines", index, "order_line", "line"))
        if not (line.order_line.order or receipt.order_reference):
            found.append(_finding("ORDER_MISSING", "Name the order.", "lines", index, "order_line", "order"))
    return tuple(found[:100])
