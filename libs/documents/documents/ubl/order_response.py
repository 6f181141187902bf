"""UBL 2.1 OrderResponse, as Peppol BIS Ordering 3 (T76) uses it."""

from typing import Final

from documents.markup import day, document, element, group, identifier, leaf, number
from documents.names import NAMESPACES
from documents.order_response import OrderResponse, ResponseLine, ResponseLineStatus
from documents.party import Party
from documents.ubl.item import write_price
from documents.ubl.line import write_period
from documents.ubl.party import write_identifiers

_NAMESPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2"
PEPPOL_ORDER_RESPONSE: Final = "urn:fdc:peppol.eu:poacc:trns:order_response:3"
PEPPOL_ORDERING: Final = "urn:fdc:peppol.eu:poacc:bis:ordering:3"
_STATUS: Final = {
    ResponseLineStatus.ACCEPTED: "5",
    ResponseLineStatus.AMENDED: "3",
    ResponseLineStatus.REJECTED: "7",
}


def write_order_response(response: OrderResponse) -> bytes:
    """The order response as UBL in UTF-8."""
    return document(
        "OrderResponse",
        {"": _NAMESPACE, "cac": NAMESPACES["cac"], "cbc": NAMESPACES["cbc"]},
        leaf("cbc:CustomizationID", PEPPOL_ORDER_RESPONSE),
        leaf("cbc:ProfileID", PEPPOL_ORDERING),
        leaf("cbc:ID", response.number),
        leaf("cbc:SalesOrderID", response.sales_order_reference),
        day("cbc:IssueDate", response.issue_date),
        leaf("cbc:OrderResponseCode", response.code.value),
        leaf("cbc:Note", response.note),
        leaf("cbc:DocumentCurrencyCode", response.currency),
        leaf("cbc:CustomerReference", response.buyer_reference),
        element("cac:OrderReference", leaf("cbc:ID", response.order_reference)),
        element("cac:SellerSupplierParty", _write_party(response.seller)),
        element("cac:BuyerCustomerParty", _write_party(response.buyer)),
        group("cac:Delivery", write_period("cac:PromisedDeliveryPeriod", response.promised)),
        "".join(_write_line(line, response.currency) for line in response.lines),
    )


def _write_party(party: Party) -> str:
    """T76 knows parties by electronic address, identifiers and name only."""
    return element(
        "cac:Party",
        identifier("cbc:EndpointID", party.electronic_address),
        write_identifiers(party.identifiers),
        group("cac:PartyLegalEntity", leaf("cbc:RegistrationName", party.name)),
    )


def _write_line(line: ResponseLine, currency: str) -> str:
    item = line.item
    return element(
        "cac:OrderLine",
        element(
            "cac:LineItem",
            leaf("cbc:ID", line.identifier),
            leaf("cbc:Note", line.note),
            leaf("cbc:LineStatusCode", _STATUS[line.status]),
            number("cbc:Quantity", line.quantity, unitCode=line.unit),
            group("cac:Delivery", write_period("cac:PromisedDeliveryPeriod", line.promised)),
            write_price(line.price, currency) if line.price else "",
            element(
                "cac:Item",
                leaf("cbc:Name", item.name),
                group("cac:BuyersItemIdentification", leaf("cbc:ID", item.buyer_identifier)),
                group("cac:SellersItemIdentification", leaf("cbc:ID", item.seller_identifier)),
                group("cac:StandardItemIdentification", identifier("cbc:ID", item.standard_identifier)),
            ),
        ),
        element("cac:OrderLineReference", leaf("cbc:LineID", line.identifier)),
    )
