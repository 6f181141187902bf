"""Order lines in UBL, as Peppol BIS Ordering 3 (T01) uses them."""

from documents.markup import element, group, identifier, leaf, number
from documents.node import Node
from documents.order import OrderDelivery, OrderLine, Originator
from documents.ubl.address import read_address, write_address
from documents.ubl.allowance_charge import read_line_adjustments, write_allowances_and_charges
from documents.ubl.item import read_item, read_item_vat, read_price, write_item, write_price
from documents.ubl.line import read_period, write_period
from documents.ubl.party import read_contact, read_identifiers, write_contact, write_identifiers


def write_order_line(line: OrderLine, currency: str) -> str:
    """`cac:OrderLine`."""
    return element(
        "cac:OrderLine",
        leaf("cbc:Note", line.note),
        element(
            "cac:LineItem",
            leaf("cbc:ID", line.identifier),
            number("cbc:Quantity", line.quantity, unitCode=line.unit),
            number("cbc:LineExtensionAmount", line.net_amount, currencyID=currency),
            leaf("cbc:PartialDeliveryIndicator", _indicator(line.partial_delivery)),
            leaf("cbc:AccountingCost", line.buyer_accounting_reference),
            write_delivery(line.delivery),
            write_originator("cac:OriginatorParty", line.originator),
            write_allowances_and_charges(line.allowances, line.charges, currency),
            write_price(line.price, currency) if line.price else "",
            write_item(line.item, line.vat, origin=False),
        ),
        group("cac:QuotationLineReference", leaf("cbc:LineID", line.quotation_line)),
    )


def _indicator(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def read_order_line(node: Node) -> OrderLine:
    """One line; problems when its quantity is missing."""
    return read_line_item(node, node.at("cac:LineItem"))


def read_line_item(node: Node, line: Node) -> OrderLine:
    """The line of a `cac:OrderLine` and its `cac:LineItem`; problems when its quantity is missing."""
    quantity, unit = line.needed_measure("cbc:Quantity", "unitCode", "LineItem/Quantity")
    allowances, charges = read_line_adjustments(line)
    item = line.at("cac:Item")
    price = line.one("cac:Price")
    notes = (node.joined("cbc:Note"), line.joined("cbc:Note"))
    return OrderLine(
        identifier=line.text("cbc:ID") or "",
        note="\n".join(note for note in notes if note),
        quantity=quantity,
        unit=unit,
        net_amount=line.decimal("cbc:LineExtensionAmount"),
        partial_delivery=line.optional_flag("cbc:PartialDeliveryIndicator"),
        buyer_accounting_reference=line.text("cbc:AccountingCost"),
        delivery=line.read("cac:Delivery", read_delivery),
        originator=line.read("cac:OriginatorParty", read_originator),
        allowances=allowances,
        charges=charges,
        price=read_price(price) if price else None,
        vat=read_item_vat(item),
        item=read_item(item),
        quotation_line=node.text_at("cac:QuotationLineReference", "cbc:LineID"),
    )


def write_delivery(delivery: OrderDelivery | None) -> str:
    """`cac:Delivery` of an order or an order line."""
    if delivery is None:
        return ""
    return group(
        "cac:Delivery",
        group(
            "cac:DeliveryLocation",
            identifier("cbc:ID", delivery.location),
            leaf("cbc:Name", delivery.location_name),
            write_address("cac:Address", delivery.address),
        ),
        write_period("cac:RequestedDeliveryPeriod", delivery.requested),
        group(
            "cac:DeliveryParty",
            write_identifiers([delivery.party_identifier] if delivery.party_identifier else []),
            group("cac:PartyName", leaf("cbc:Name", delivery.party_name)),
            write_contact(delivery.contact),
        ),
    )


def read_delivery(node: Node) -> OrderDelivery:
    """The delivery."""
    location = node.at("cac:DeliveryLocation")
    party = node.at("cac:DeliveryParty")
    return OrderDelivery(
        location=location.identifier("cbc:ID"),
        location_name=location.text("cbc:Name"),
        address=location.read("cac:Address", read_address),
        requested=node.read("cac:RequestedDeliveryPeriod", read_period),
        party_name=party.text_at("cac:PartyName", "cbc:Name"),
        party_identifier=next(iter(read_identifiers(party)), None),
        contact=party.read("cac:Contact", read_contact),
    )


def write_originator(name: str, originator: Originator | None) -> str:
    """A party that is known by name and identifiers only."""
    if originator is None:
        return ""
    return group(
        name,
        write_identifiers(originator.identifiers),
        group("cac:PartyName", leaf("cbc:Name", originator.name)),
        write_contact(originator.contact),
    )


def read_originator(node: Node) -> Originator:
    """The originator."""
    return Originator(
        name=node.text_at("cac:PartyName", "cbc:Name"),
        identifiers=read_identifiers(node),
        contact=node.read("cac:Contact", read_contact),
    )
