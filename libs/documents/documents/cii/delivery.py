"""Delivery (BG-13) and the advices about it in CII."""

from documents.cii.address import read_address, write_address
from documents.cii.dates import cii_day
from documents.cii.party import read_identifiers, write_identifiers
from documents.cii.references import write_reference
from documents.invoice.delivery import Delivery
from documents.invoice.invoice import Invoice
from documents.markup import element, group, leaf
from documents.node import Node


def write_delivery(invoice: Invoice) -> str:
    """`ram:ApplicableHeaderTradeDelivery`."""
    delivery = invoice.delivery or Delivery()
    return element(
        "ram:ApplicableHeaderTradeDelivery",
        group(
            "ram:ShipToTradeParty",
            write_identifiers([delivery.location] if delivery.location else []),
            leaf("ram:Name", delivery.name),
            write_address(delivery.address),
        ),
        group(
            "ram:ActualDeliverySupplyChainEvent",
            cii_day("ram:OccurrenceDateTime", "udt:DateTimeString", delivery.date),
        ),
        write_reference("ram:DespatchAdviceReferencedDocument", invoice.despatch_advice_reference),
        write_reference("ram:ReceivingAdviceReferencedDocument", invoice.receiving_advice_reference),
    )


def read_delivery(node: Node) -> Delivery:
    """BG-13."""
    ship_to = node.at("ram:ShipToTradeParty")
    return Delivery(
        name=ship_to.text("ram:Name"),
        location=next(iter(read_identifiers(ship_to)), None),
        date=node.at("ram:ActualDeliverySupplyChainEvent").cii_date("ram:OccurrenceDateTime"),
        address=ship_to.read("ram:PostalTradeAddress", read_address),
    )
