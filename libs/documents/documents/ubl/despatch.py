"""UBL 2.1 DespatchAdvice, as Peppol BIS Despatch Advice 3 (T16) uses it."""

from typing import Final

from documents.despatch import DespatchAdvice, DespatchLine
from documents.markup import day, document, element, group, identifier, leaf, number
from documents.names import NAMESPACES
from documents.party import Party, PostalAddress
from documents.ubl.address import write_address
from documents.ubl.line import write_period
from documents.ubl.party import write_contact, write_identifiers
from documents.ubl.references import write_order_line_reference

_NAMESPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2"
PEPPOL_DESPATCH_ADVICE: Final = "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3"
PEPPOL_DESPATCH: Final = "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3"


def write_despatch_advice(advice: DespatchAdvice) -> bytes:
    """The despatch advice as UBL in UTF-8."""
    return document(
        "DespatchAdvice",
        {"": _NAMESPACE, "cac": NAMESPACES["cac"], "cbc": NAMESPACES["cbc"]},
        leaf("cbc:CustomizationID", PEPPOL_DESPATCH_ADVICE),
        leaf("cbc:ProfileID", PEPPOL_DESPATCH),
        leaf("cbc:ID", advice.number),
        day("cbc:IssueDate", advice.issue_date),
        leaf("cbc:Note", advice.note),
        element("cac:OrderReference", leaf("cbc:ID", advice.order_reference)),
        element("cac:DespatchSupplierParty", _write_party(advice.seller, advice.seller.address, contact=True)),
        element(
            "cac:DeliveryCustomerParty",
            _write_party(advice.buyer, advice.delivery_address or advice.buyer.address, contact=False),
            _write_delivery_contact(advice),
        ),
        _write_shipment(advice),
        "".join(_write_line(line) for line in advice.lines),
    )


def _write_party(party: Party, address: PostalAddress | None, *, contact: bool) -> str:
    return element(
        "cac:Party",
        identifier("cbc:EndpointID", party.electronic_address),
        write_identifiers(party.identifiers),
        write_address("cac:PostalAddress", address),
        group("cac:PartyLegalEntity", leaf("cbc:RegistrationName", party.name)),
        write_contact(party.contact) if contact else "",
    )


def _write_delivery_contact(advice: DespatchAdvice) -> str:
    contact = advice.delivery_contact
    if contact is None:
        return ""
    return group(
        "cac:DeliveryContact",
        leaf("cbc:Name", contact.name),
        leaf("cbc:Telephone", contact.telephone),
        leaf("cbc:ElectronicMail", contact.email),
    )


def _write_shipment(advice: DespatchAdvice) -> str:
    carrier = group("cac:CarrierParty", group("cac:PartyName", leaf("cbc:Name", advice.carrier)))
    return element(
        "cac:Shipment",
        leaf("cbc:ID", "1"),
        element("cac:Consignment", leaf("cbc:ID", "1"), carrier) if carrier else "",
        group(
            "cac:Delivery",
            leaf("cbc:TrackingID", advice.tracking),
            write_period("cac:EstimatedDeliveryPeriod", advice.estimated),
            group("cac:Despatch", day("cbc:ActualDespatchDate", advice.despatched_on)),
        ),
    )


def _write_line(line: DespatchLine) -> str:
    item = line.item
    return element(
        "cac:DespatchLine",
        leaf("cbc:ID", line.identifier),
        leaf("cbc:Note", line.note),
        number("cbc:DeliveredQuantity", line.delivered_quantity, unitCode=line.unit),
        number("cbc:OutstandingQuantity", line.outstanding_quantity, unitCode=line.unit),
        leaf("cbc:OutstandingReason", line.outstanding_reason),
        write_order_line_reference(line.order_line),
        element(
            "cac:Item",
            leaf("cbc:Name", item.name),
            group("cac:BuyersItemIdentification", leaf("cbc:ID", item.buyer_identifier)),
            group("cac:SellersItemIdentification", leaf("cbc:ID", item.seller_identifier)),
            group("cac:StandardItemIdentification", identifier("cbc:ID", item.standard_identifier)),
        ),
    )
