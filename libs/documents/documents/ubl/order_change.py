"""UBL 2.1 OrderChange and OrderCancellation, as Peppol BIS Advanced Ordering 3 (T114, T115) uses them."""

from typing import Any, Final

from contracts.limits import ORDER_LINES
from documents.node import Node
from documents.order import OrderLine
from documents.order_change import LineChange, LineStatus, OrderCancellation, OrderChange
from documents.ubl.allowance_charge import read_document_adjustments
from documents.ubl.order import read_delivery_terms, read_order_party, read_totals
from documents.ubl.order_line import read_delivery, read_line_item, read_originator

_STATUS: Final = {
    "1": LineStatus.ADDED,
    "2": LineStatus.CANCELLED,
    "3": LineStatus.CHANGED,
    "4": LineStatus.UNCHANGED,
}
_ONLY_IN_JSON: Final = frozenset({"receipt_required", "tolerance", "amount_cap", "billed_by"})
_IN_UBL: Final = tuple(name for name in OrderLine.model_fields if name not in _ONLY_IN_JSON)


def read_order_change(node: Node) -> OrderChange:
    """The change of a root element; problems are left in the node's reading.

    The first change (`SequenceNumberID` 1) makes revision 2.
    """
    node.text("cbc:CustomizationID")
    node.text("cbc:ProfileID")
    node.text("cbc:DocumentCurrencyCode")
    read_order_party(node.at("cac:SellerSupplierParty"))
    allowances, charges = read_document_adjustments(node)
    about: dict[str, Any] = {
        "number": node.text("cbc:ID"),
        "order_number": node.text_at("cac:OrderReference", "cbc:ID") or "",
        "revision": _revision(node),
        "revised_on": node.needed_date("cbc:IssueDate", "IssueDate"),
        "buyer": read_order_party(node.at("cac:BuyerCustomerParty")),
        "reason": node.joined("cbc:Note"),
        "buyer_reference": node.text("cbc:CustomerReference"),
        "buyer_accounting_reference": node.text("cbc:AccountingCost"),
        "valid_until": node.at("cac:ValidityPeriod").date("cbc:EndDate"),
        "contract_reference": node.text_at("cac:Contract", "cbc:ID"),
        "originator": node.at("cac:OriginatorCustomerParty").read("cac:Party", read_originator),
        "invoicee": read_order_party(node.at("cac:AccountingCustomerParty")),
        "delivery": node.read("cac:Delivery", read_delivery),
        "delivery_terms": node.read("cac:DeliveryTerms", read_delivery_terms),
        "payment_terms": node.at("cac:PaymentTerms").joined("cbc:Note"),
        "allowances": allowances,
        "charges": charges,
        "totals": read_totals(node),
        "lines": tuple(_read_line(line) for line in node.lines("cac:OrderLine", ORDER_LINES)),
    }
    return OrderChange(**{name: value for name, value in about.items() if _says_something(value)})


def _says_something(value: Any) -> bool:
    return value not in (None, "", ()) and not (hasattr(value, "says_nothing") and value.says_nothing())


def _revision(node: Node) -> int | None:
    text = node.text("cbc:SequenceNumberID")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) > 0):
        node.refuse(
            "NOT_A_SEQUENCE_NUMBER", "SequenceNumberID is no number above 0", "Count changes from 1", found=text
        )
        return None
    return int(text) + 1


def _read_line(node: Node) -> LineChange:
    """A line of T114 is given whole, so all that UBL has a place for replaces what stands."""
    item = node.at("cac:LineItem")
    status = _STATUS.get(item.text("cbc:LineStatusCode") or "")
    line = read_line_item(node, item)
    return LineChange(status=status, **{name: getattr(line, name) for name in _IN_UBL})


def read_order_cancellation(node: Node) -> OrderCancellation:
    """The cancellation of a root element; problems are left in the node's reading."""
    node.text("cbc:CustomizationID")
    node.text("cbc:ProfileID")
    read_order_party(node.at("cac:SellerSupplierParty"))
    return OrderCancellation(
        number=node.text("cbc:ID"),
        order_number=node.text_at("cac:OrderReference", "cbc:ID") or "",
        issue_date=node.needed_date("cbc:IssueDate", "IssueDate"),
        reason=node.joined("cbc:CancellationNote"),
        buyer=read_order_party(node.at("cac:BuyerCustomerParty")),
    )
