"""UBL 2.1 Order, as Peppol BIS Ordering 3 (transaction T01) uses it."""

from decimal import Decimal
from typing import Final

from contracts.limits import ORDER_LINES
from documents.markup import day, document, element, group, leaf, number
from documents.names import NAMESPACES
from documents.node import Node
from documents.order import DeliveryTerms, Order, OrderTotals
from documents.party import Party
from documents.ubl.allowance_charge import read_document_adjustments, write_allowances_and_charges
from documents.ubl.order_line import (
    read_delivery,
    read_order_line,
    read_originator,
    write_delivery,
    write_order_line,
    write_originator,
)
from documents.ubl.party import read_party, write_order_party
from documents.ubl.references import read_supporting_document, write_reference, write_supporting_documents

_NAMESPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
PEPPOL_ORDER: Final = "urn:fdc:peppol.eu:poacc:trns:order:3"
PEPPOL_ORDER_ONLY: Final = "urn:fdc:peppol.eu:poacc:bis:order_only:3"


def write_order(order: Order, customization: str = PEPPOL_ORDER, profile: str = PEPPOL_ORDER_ONLY) -> bytes:
    """The order as UBL in UTF-8. What UBL or T01 has no place for is left out (see `documents.order`).

    T01 knows no VAT identifier of the seller, and neither BT-32 nor BT-33 of anybody.
    """
    currency = order.currency
    return document(
        "Order",
        {"": _NAMESPACE, "cac": NAMESPACES["cac"], "cbc": NAMESPACES["cbc"]},
        leaf("cbc:CustomizationID", customization),
        leaf("cbc:ProfileID", profile),
        leaf("cbc:ID", order.number),
        leaf("cbc:SalesOrderID", order.sales_order_reference),
        day("cbc:IssueDate", order.issue_date),
        leaf("cbc:OrderTypeCode", order.type_code),
        leaf("cbc:Note", order.note),
        leaf("cbc:DocumentCurrencyCode", currency),
        leaf("cbc:CustomerReference", order.buyer_reference),
        leaf("cbc:AccountingCost", order.buyer_accounting_reference),
        group("cac:ValidityPeriod", day("cbc:EndDate", order.valid_until)),
        write_reference("cac:QuotationDocumentReference", order.quotation_reference),
        write_reference("cac:OrderDocumentReference", order.previous_order_reference),
        write_reference("cac:OriginatorDocumentReference", order.originator_reference),
        write_reference("cac:CatalogueReference", order.catalogue_reference),
        write_supporting_documents(order.supporting_documents),
        group("cac:Contract", leaf("cbc:ID", order.contract_reference)),
        group("cac:ProjectReference", leaf("cbc:ID", order.project_reference)),
        element("cac:BuyerCustomerParty", write_order_party(order.buyer, vat=True)),
        element("cac:SellerSupplierParty", write_order_party(order.seller, vat=False)),
        group("cac:OriginatorCustomerParty", write_originator("cac:Party", order.originator)),
        group("cac:AccountingCustomerParty", write_order_party(order.invoicee, vat=True) if order.invoicee else ""),
        write_delivery(order.delivery),
        _write_delivery_terms(order.delivery_terms),
        group("cac:PaymentTerms", leaf("cbc:Note", order.payment_terms)),
        write_allowances_and_charges(order.allowances, order.charges, currency),
        _write_totals(order.totals, currency),
        "".join(write_order_line(line, currency) for line in order.lines),
    )


def _write_delivery_terms(terms: DeliveryTerms | None) -> str:
    if terms is None:
        return ""
    return group(
        "cac:DeliveryTerms",
        leaf("cbc:ID", terms.code),
        leaf("cbc:SpecialTerms", terms.special_terms),
        group("cac:DeliveryLocation", leaf("cbc:ID", terms.location)),
    )


def _write_totals(totals: OrderTotals | None, currency: str) -> str:
    if totals is None:
        return ""
    tax = "" if totals.vat_amount is None else number("cbc:TaxAmount", totals.vat_amount, currencyID=currency)
    return group("cac:TaxTotal", tax) + element(
        "cac:AnticipatedMonetaryTotal",
        number("cbc:LineExtensionAmount", totals.line_net_amount, currencyID=currency),
        number("cbc:TaxExclusiveAmount", totals.net_amount, currencyID=currency),
        number("cbc:TaxInclusiveAmount", totals.gross_amount, currencyID=currency),
        number("cbc:AllowanceTotalAmount", totals.allowance_amount, currencyID=currency),
        number("cbc:ChargeTotalAmount", totals.charge_amount, currencyID=currency),
        number("cbc:PrepaidAmount", totals.paid_amount, currencyID=currency),
        number("cbc:PayableRoundingAmount", totals.rounding_amount, currencyID=currency),
        number("cbc:PayableAmount", totals.due_amount, currencyID=currency),
    )


def read_order(node: Node) -> Order:
    """The order of a root element; problems are left in the node's reading."""
    node.text("cbc:CustomizationID")
    node.text("cbc:ProfileID")
    allowances, charges = read_document_adjustments(node)
    lines = tuple(read_order_line(line) for line in node.lines("cac:OrderLine", ORDER_LINES))
    if not lines:
        node.refuse("NO_LINES", "The order has no lines", "Send an order with at least one cac:OrderLine")
    return Order(
        number=node.text("cbc:ID") or "",
        sales_order_reference=node.text("cbc:SalesOrderID"),
        issue_date=node.needed_date("cbc:IssueDate", "IssueDate"),
        type_code=node.text("cbc:OrderTypeCode") or "220",
        note=node.joined("cbc:Note"),
        currency=node.text("cbc:DocumentCurrencyCode") or "",
        buyer_reference=node.text("cbc:CustomerReference"),
        buyer_accounting_reference=node.text("cbc:AccountingCost"),
        valid_until=node.at("cac:ValidityPeriod").date("cbc:EndDate"),
        quotation_reference=_reference(node, "cac:QuotationDocumentReference"),
        previous_order_reference=_reference(node, "cac:OrderDocumentReference"),
        originator_reference=_reference(node, "cac:OriginatorDocumentReference"),
        catalogue_reference=_reference(node, "cac:CatalogueReference"),
        contract_reference=_reference(node, "cac:Contract"),
        project_reference=_reference(node, "cac:ProjectReference"),
        supporting_documents=tuple(
            read_supporting_document(reference) for reference in node.many("cac:AdditionalDocumentReference")
        ),
        buyer=read_order_party(node.at("cac:BuyerCustomerParty")),
        seller=read_order_party(node.at("cac:SellerSupplierParty")),
        originator=node.at("cac:OriginatorCustomerParty").read("cac:Party", read_originator),
        invoicee=read_order_party(node.at("cac:AccountingCustomerParty")),
        delivery=node.read("cac:Delivery", read_delivery),
        delivery_terms=node.read("cac:DeliveryTerms", read_delivery_terms),
        payment_terms=node.at("cac:PaymentTerms").joined("cbc:Note"),
        allowances=allowances,
        charges=charges,
        totals=read_totals(node),
        lines=lines,
    )


def _reference(node: Node, name: str) -> str | None:
    return node.at(name).text("cbc:ID")


def read_order_party(customer: Node) -> Party:
    """A party; its trading name is its name when it gives no registered one."""
    party, _ = read_party(customer.at("cac:Party"))
    if party.name or not party.trading_name:
        return party
    return party.model_copy(update={"name": party.trading_name, "trading_name": None})


def read_delivery_terms(node: Node) -> DeliveryTerms:
    """Incoterms and special terms."""
    return DeliveryTerms(
        code=node.text("cbc:ID"),
        special_terms=node.joined("cbc:SpecialTerms"),
        location=node.text_at("cac:DeliveryLocation", "cbc:ID"),
    )


def read_totals(node: Node) -> OrderTotals | None:
    """What the buyer expects to be invoiced, with the sum of VAT that UBL keeps elsewhere."""
    vat: Decimal | None = node.at("cac:TaxTotal").decimal("cbc:TaxAmount")
    totals = node.one("cac:AnticipatedMonetaryTotal")
    if totals is None:
        return None
    return OrderTotals(
        line_net_amount=totals.needed_decimal("cbc:LineExtensionAmount", "AnticipatedMonetaryTotal"),
        net_amount=totals.decimal("cbc:TaxExclusiveAmount"),
        gross_amount=totals.decimal("cbc:TaxInclusiveAmount"),
        allowance_amount=totals.decimal("cbc:AllowanceTotalAmount"),
        charge_amount=totals.decimal("cbc:ChargeTotalAmount"),
        paid_amount=totals.decimal("cbc:PrepaidAmount"),
        rounding_amount=totals.decimal("cbc:PayableRoundingAmount"),
        due_amount=totals.needed_decimal("cbc:PayableAmount", "AnticipatedMonetaryTotal"),
        vat_amount=vat,
    )
