"""From bytes to a model: which document it is, its content, and what of it was not taken over."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, Literal, TypeVar

from pydantic import ValidationError

from documents.cii.invoice import read_invoice as read_cii_invoice
from documents.errors import DocumentUnreadable, Problem, UnknownDocument
from documents.invoice.invoice import Invoice
from documents.names import NAMESPACES, path, readable
from documents.node import Node, Reading
from documents.order import Order
from documents.order_change import OrderCancellation, OrderChange
from documents.receipt import ReceiptAdvice
from documents.ubl.invoice import CREDIT_NOTE, INVOICE
from documents.ubl.invoice import read_invoice as read_ubl_invoice
from documents.ubl.order import read_order as read_ubl_order
from documents.ubl.order_change import read_order_cancellation as read_ubl_order_cancellation
from documents.ubl.order_change import read_order_change as read_ubl_order_change
from documents.ubl.receipt import read_receipt as read_ubl_receipt
from documents.values import Model
from documents.xml import Element, parse

D = TypeVar("D", bound=Model)
Syntax = Literal["UBL", "CII"]
MAX_UNREAD: Final = 200
MAX_MARKUP: Final = 700_000
"""Tags of one document. 5,000 lines with every term have 500,000; reading costs some microseconds each."""


@dataclass(frozen=True, slots=True)
class Unread:
    """An element that the model has no place for; what is inside it is not listed again.

    `count` elements of that name are meant, in the same place; `path` and `line` are those of the first.
    """

    path: str
    line: int
    count: int


@dataclass(frozen=True, slots=True)
class ReadDocument(Generic[D]):
    """A document, the syntax it came in, and what of it was not taken over (at most 200 entries)."""

    document: D
    syntax: Syntax
    unread: tuple[Unread, ...]


_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_INVOICES: Final[dict[str, tuple[Syntax, Callable[[Node], Invoice]]]] = {
    f"{{{INVOICE.namespace}}}Invoice": ("UBL", lambda node: read_ubl_invoice(node, INVOICE)),
    f"{{{CREDIT_NOTE.namespace}}}CreditNote": ("UBL", lambda node: read_ubl_invoice(node, CREDIT_NOTE)),
    f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice": ("CII", read_cii_invoice),
}
_ORDERS: Final[dict[str, tuple[Syntax, Callable[[Node], Order]]]] = {f"{{{_UBL}Order-2}}Order": ("UBL", read_ubl_order)}
OrderDocument = Order | OrderChange | OrderCancellation | ReceiptAdvice
"""What a buyer sends about its orders."""
_ORDER_DOCUMENTS: Final[dict[str, tuple[Syntax, Callable[[Node], OrderDocument]]]] = {
    f"{{{_UBL}Order-2}}Order": ("UBL", read_ubl_order),
    f"{{{_UBL}OrderChange-2}}OrderChange": ("UBL", read_ubl_order_change),
    f"{{{_UBL}OrderCancellation-2}}OrderCancellation": ("UBL", read_ubl_order_cancellation),
    f"{{{_UBL}ReceiptAdvice-2}}ReceiptAdvice": ("UBL", read_ubl_receipt),
}
_RECEIPTS: Final[dict[str, tuple[Syntax, Callable[[Node], ReceiptAdvice]]]] = {
    f"{{{_UBL}ReceiptAdvice-2}}ReceiptAdvice": ("UBL", read_ubl_receipt)
}


def read_invoice(data: bytes) -> Invoice:
    """The invoice or credit note in UBL 2.1 or CII bytes. Raises DocumentUnreadable, UnknownDocument."""
    return examine_invoice(data).document


def read_order(data: bytes) -> Order:
    """The order in UBL 2.1 bytes. Raises DocumentUnreadable, UnknownDocument."""
    return examine_order(data).document


def read_order_document(data: bytes) -> OrderDocument:
    """Order, change, cancellation or receipt advice in UBL 2.1 bytes. Raises DocumentUnreadable, UnknownDocument."""
    return _read(data, _ORDER_DOCUMENTS, "a UBL 2.1 Order, OrderChange, OrderCancellation or ReceiptAdvice").document


def read_receipt(data: bytes) -> ReceiptAdvice:
    """The receipt advice in UBL 2.1 bytes. Raises DocumentUnreadable, UnknownDocument."""
    return _read(data, _RECEIPTS, "a UBL 2.1 ReceiptAdvice").document


def examine_invoice(data: bytes) -> ReadDocument[Invoice]:
    """As `read_invoice`, with its syntax and what was not taken over."""
    return _read(data, _INVOICES, "a UBL 2.1 Invoice or CreditNote, or a CII CrossIndustryInvoice")


def examine_order(data: bytes) -> ReadDocument[Order]:
    """As `read_order`, with its syntax and what was not taken over."""
    return _read(data, _ORDERS, "a UBL 2.1 Order")


def _read(data: bytes, readers: dict[str, tuple[Syntax, Callable[[Node], D]]], expected: str) -> ReadDocument[D]:
    root = _bounded(data)
    if root.tag not in readers:
        raise UnknownDocument(readable(root.tag), expected)
    syntax, reader = readers[root.tag]
    reading = Reading()
    node = Node(root, reading)
    try:
        document = reader(node)
    except ValidationError as error:
        reading.problems.extend(_refused_by_model(error))
        raise DocumentUnreadable(*reading.problems) from None
    if reading.problems:
        raise DocumentUnreadable(*reading.problems)
    return ReadDocument(document, syntax, _unread(reading))


def _bounded(data: bytes) -> Element:
    """The root of a document with a sensible number of tags and lines, told before a tree or a model is built."""
    markup = data.count(b"<")
    if markup > MAX_MARKUP:
        raise DocumentUnreadable(
            Problem("TOO_MANY_ELEMENTS", f"The document has {markup} tags, {MAX_MARKUP} are allowed", "Split it.")
        )
    return parse(data)


def _refused_by_model(error: ValidationError) -> list[Problem]:
    return [
        Problem(
            code="REFUSED_VALUE",
            message=f"{error.title} {'.'.join(str(step) for step in detail['loc'])}: {detail['msg']}",
            remedy="Correct the value.",
        )
        for detail in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _unread(reading: Reading) -> tuple[Unread, ...]:
    return tuple(
        Unread(path(element), element.sourceline or 0, count) for element, count in islice(reading.unread(), MAX_UNREAD)
    )
