"""UBL 2.1 ReceiptAdvice."""

from typing import Final

from contracts.limits import ORDER_LINES
from documents.markup import day, document, element, group, leaf, number
from documents.names import NAMESPACES
from documents.node import Node
from documents.receipt import ReceiptAdvice, ReceiptLine
from documents.ubl.party import read_party, write_party
from documents.ubl.references import (
    read_order_line_reference,
    write_order_line_reference,
    write_reference,
)

_NAMESPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd:ReceiptAdvice-2"


def write_receipt(receipt: ReceiptAdvice) -> bytes:
    """The receipt advice as UBL in UTF-8."""
    return document(
        "ReceiptAdvice",
        {"": _NAMESPACE, "cac": NAMESPACES["cac"], "cbc": NAMESPACES["cbc"]},
        leaf("cbc:ID", receipt.number),
        day("cbc:IssueDate", receipt.issue_date),
        leaf("cbc:Note", receipt.note),
        write_reference("cac:OrderReference", receipt.order_reference),
        write_reference("cac:DespatchDocumentReference", receipt.despatch_reference),
        element("cac:DeliveryCustomerParty", write_party(receipt.buyer)),
        element("cac:DespatchSupplierParty", write_party(receipt.seller)),
        _write_shipment(receipt),
        "".join(_write_line(line) for line in receipt.lines),
    )


def _write_shipment(receipt: ReceiptAdvice) -> str:
    """UBL 2.1 has a date of receipt for the whole document only in the shipment's delivery."""
    if receipt.received_on is None:
        return ""
    return element(
        "cac:Shipment",
        leaf("cbc:ID", "1"),
        element("cac:Delivery", day("cbc:ActualDeliveryDate", receipt.received_on)),
    )


def _write_line(line: ReceiptLine) -> str:
    return element(
        "cac:ReceiptLine",
        leaf("cbc:ID", line.identifier),
        leaf("cbc:Note", line.note),
        number("cbc:ReceivedQuantity", line.received_quantity, unitCode=line.unit),
        number("cbc:ShortQuantity", line.short_quantity, unitCode=line.unit),
        number("cbc:RejectedQuantity", line.rejected_quantity, unitCode=line.unit),
        leaf("cbc:RejectReasonCode", line.reject_reason_code),
        leaf("cbc:RejectReason", line.reject_reason),
        day("cbc:ReceivedDate", line.received_on),
        write_order_line_reference(line.order_line),
        group(
            "cac:Item",
            leaf("cbc:Name", line.item_name),
            group("cac:BuyersItemIdentification", leaf("cbc:ID", line.item_buyer_identifier)),
            group("cac:SellersItemIdentification", leaf("cbc:ID", line.item_seller_identifier)),
        ),
    )


def read_receipt(node: Node) -> ReceiptAdvice:
    """The receipt advice of a root element; problems are left in the node's reading."""
    buyer, _ = read_party(node.at("cac:DeliveryCustomerParty").at("cac:Party"))
    seller, _ = read_party(node.at("cac:DespatchSupplierParty").at("cac:Party"))
    lines = tuple(_read_line(line) for line in node.lines("cac:ReceiptLine", ORDER_LINES))
    if not lines:
        node.refuse("NO_LINES", "The receipt has no lines", "Send a receipt with at least one cac:ReceiptLine")
    shipment = node.at("cac:Shipment")
    shipment.text("cbc:ID")
    return ReceiptAdvice(
        number=node.text("cbc:ID") or "",
        issue_date=node.needed_date("cbc:IssueDate", "IssueDate"),
        note=node.joined("cbc:Note"),
        order_reference=node.text_at("cac:OrderReference", "cbc:ID"),
        despatch_reference=node.text_at("cac:DespatchDocumentReference", "cbc:ID"),
        received_on=shipment.at("cac:Delivery").date("cbc:ActualDeliveryDate"),
        buyer=buyer,
        seller=seller,
        lines=lines,
    )


def _read_line(node: Node) -> ReceiptLine:
    quantity, unit = node.needed_measure("cbc:ReceivedQuantity", "unitCode", "ReceivedQuantity")
    item = node.at("cac:Item")
    return ReceiptLine(
        identifier=node.text("cbc:ID") or "",
        note=node.joined("cbc:Note"),
        received_quantity=quantity,
        unit=unit,
        short_quantity=node.decimal("cbc:ShortQuantity"),
        rejected_quantity=node.decimal("cbc:RejectedQuantity"),
        reject_reason_code=node.text("cbc:RejectReasonCode"),
        reject_reason=node.joined("cbc:RejectReason"),
        received_on=node.date("cbc:ReceivedDate"),
        order_line=read_order_line_reference(node.at("cac:OrderLineReference")),
        item_name=item.text("cbc:Name"),
        item_seller_identifier=item.text_at("cac:SellersItemIdentification", "cbc:ID"),
        item_buyer_identifier=item.text_at("cac:BuyersItemIdentification", "cbc:ID"),
    )
