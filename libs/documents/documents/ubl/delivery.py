"""Delivery (BG-13) in UBL."""

from documents.invoice.delivery import Delivery
from documents.markup import day, group, identifier, leaf
from documents.node import Node
from documents.ubl.address import read_address, write_address


def write_delivery(delivery: Delivery | None) -> str:
    """`cac:Delivery`."""
    if delivery is None:
        return ""
    return group(
        "cac:Delivery",
        day("cbc:ActualDeliveryDate", delivery.date),
        group(
            "cac:DeliveryLocation",
            identifier("cbc:ID", delivery.location),
            write_address("cac:Address", delivery.address),
        ),
        group("cac:DeliveryParty", group("cac:PartyName", leaf("cbc:Name", delivery.name))),
    )


def read_delivery(node: Node) -> Delivery:
    """BG-13."""
    location = node.at("cac:DeliveryLocation")
    return Delivery(
        name=node.at("cac:DeliveryParty").text_at("cac:PartyName", "cbc:Name"),
        location=location.identifier("cbc:ID"),
        date=node.date("cbc:ActualDeliveryDate"),
        address=location.read("cac:Address", read_address),
    )
