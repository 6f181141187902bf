"""UN/CEFACT Cross Industry Invoice (EN 16931-3-3), the XML inside a Factur-X.

The bytes satisfy the schemas of D16B and D22B alike, but for several preceding invoices, which D16B has no room for.
"""

import datetime
from collections.abc import Sequence
from typing import Final, NamedTuple

from contracts.limits import INVOICE_LINES
from documents.cii.address import read_address, write_address
from documents.cii.allowance_charge import read_document_adjustments
from documents.cii.dates import cii_day, read_period
from documents.cii.line import read_line, write_line
from documents.cii.party import (
    read_identifiers,
    read_party,
    read_payee,
    read_tax_representative,
    write_identifiers,
    write_party,
    write_tax_representative,
)
from documents.cii.payment import read_payment
from documents.cii.references import (
    OBJECT,
    TENDER,
    read_object,
    read_preceding_invoices,
    read_supporting_document,
    write_object,
    write_reference,
    write_supporting_documents,
    write_typed_reference,
)
from documents.cii.settlement import read_totals, write_settlement
from documents.cii.vat import read_breakdown, read_tax_point
from documents.invoice.delivery import Delivery
from documents.invoice.invoice import Invoice
from documents.invoice.note import Note
from documents.invoice.terms import ProcessControl
from documents.markup import document, element, group, leaf
from documents.names import NAMESPACES
from documents.node import Node
from documents.references import SupportingDocument
from documents.values import Identifier

_NAMESPACES: Final = {prefix: NAMESPACES[prefix] for prefix in ("rsm", "ram", "qdt", "udt")}
_PROJECT_NAME: Final = "Project reference"
"""CII wants a name beside BT-11; EN 16931-3-3 fixes this one."""


def write_invoice(invoice: Invoice) -> bytes:
    """The invoice or credit note as CII in UTF-8, the same bytes for the same invoice."""
    return document(
        "rsm:CrossIndustryInvoice",
        _NAMESPACES,
        element(
            "rsm:ExchangedDocumentContext",
            _parameter("ram:BusinessProcessSpecifiedDocumentContextParameter", invoice.process.business_process),
            _parameter("ram:GuidelineSpecifiedDocumentContextParameter", invoice.process.specification),
        ),
        element(
            "rsm:ExchangedDocument",
            leaf("ram:ID", invoice.number),
            leaf("ram:TypeCode", invoice.type_code),
            cii_day("ram:IssueDateTime", "udt:DateTimeString", invoice.issue_date),
            "".join(
                element("ram:IncludedNote", leaf("ram:Content", note.text), leaf("ram:SubjectCode", note.subject))
                for note in invoice.notes
            ),
        ),
        element(
            "rsm:SupplyChainTradeTransaction",
            "".join(write_line(line) for line in invoice.lines),
            _write_agreement(invoice),
            _write_delivery(invoice),
            write_settlement(invoice),
        ),
    )


def _parameter(name: str, value: str | None) -> str:
    return group(name, leaf("ram:ID", value))


def _write_agreement(invoice: Invoice) -> str:
    return element(
        "ram:ApplicableHeaderTradeAgreement",
        leaf("ram:BuyerReference", invoice.buyer_reference),
        write_party("ram:SellerTradeParty", invoice.seller),
        write_party("ram:BuyerTradeParty", invoice.buyer),
        write_tax_representative(invoice.tax_representative),
        write_reference("ram:SellerOrderReferencedDocument", invoice.sales_order_reference),
        write_reference("ram:BuyerOrderReferencedDocument", invoice.order_reference),
        write_reference("ram:ContractReferencedDocument", invoice.contract_reference),
        write_supporting_documents(invoice.supporting_documents),
        write_typed_reference(invoice.tender_reference, TENDER),
        write_object(invoice.invoiced_object),
        ""
        if invoice.project_reference is None
        else element(
            "ram:SpecifiedProcuringProject",
            leaf("ram:ID", invoice.project_reference),
            leaf("ram:Name", _PROJECT_NAME),
        ),
    )


def _write_delivery(invoice: Invoice) -> str:
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


def read_invoice(node: Node) -> Invoice:
    """The invoice or credit note of a root element; problems are left in the node's reading."""
    context = node.at("rsm:ExchangedDocumentContext")
    header = node.at("rsm:ExchangedDocument")
    transaction = node.at("rsm:SupplyChainTradeTransaction")
    agreement = transaction.at("ram:ApplicableHeaderTradeAgreement")
    delivery = transaction.at("ram:ApplicableHeaderTradeDelivery")
    settlement = transaction.at("ram:ApplicableHeaderTradeSettlement")
    issue_date = header.cii_date("ram:IssueDateTime", "BT-2") or datetime.date.min
    currency = settlement.text("ram:InvoiceCurrencyCode") or ""
    additional = _read_additional(agreement)
    project = agreement.at("ram:SpecifiedProcuringProject")
    project.text("ram:Name")
    taxes = settlement.many("ram:ApplicableTradeTax")
    tax_points = [read_tax_point(tax) for tax in taxes]
    breakdown = tuple(read_breakdown(tax) for tax in taxes)
    terms = settlement.at("ram:SpecifiedTradePaymentTerms")
    allowances, charges = read_document_adjustments(settlement)
    return Invoice(
        number=header.text("ram:ID") or "",
        issue_date=issue_date,
        type_code=header.text("ram:TypeCode") or "",
        currency=currency,
        vat_currency=settlement.text("ram:TaxCurrencyCode"),
        tax_point_date=next((date for date, _ in tax_points if date), None),
        tax_point_code=next((code for _, code in tax_points if code), None),
        due_date=terms.cii_date("ram:DueDateDateTime"),
        buyer_reference=agreement.text("ram:BuyerReference"),
        project_reference=project.text("ram:ID"),
        contract_reference=_reference(agreement, "ram:ContractReferencedDocument"),
        order_reference=_reference(agreement, "ram:BuyerOrderReferencedDocument"),
        sales_order_reference=_reference(agreement, "ram:SellerOrderReferencedDocument"),
        receiving_advice_reference=_reference(delivery, "ram:ReceivingAdviceReferencedDocument"),
        despatch_advice_reference=_reference(delivery, "ram:DespatchAdviceReferencedDocument"),
        tender_reference=additional.tender,
        invoiced_object=additional.invoiced_object,
        buyer_accounting_reference=settlement.text_at("ram:ReceivableSpecifiedTradeAccountingAccount", "ram:ID"),
        payment_terms=terms.joined("ram:Description"),
        notes=_read_notes(header),
        process=_read_process(context),
        preceding_invoices=read_preceding_invoices(settlement),
        seller=read_party(agreement.at("ram:SellerTradeParty")),
        buyer=read_party(agreement.at("ram:BuyerTradeParty")),
        payee=read_payee(settlement.at("ram:PayeeTradeParty")),
        tax_representative=agreement.read("ram:SellerTaxRepresentativeTradeParty", read_tax_representative),
        delivery=_read_delivery(delivery),
        period=settlement.read("ram:BillingSpecifiedPeriod", read_period),
        payment=read_payment(settlement, terms.text("ram:DirectDebitMandateID")),
        allowances=allowances,
        charges=charges,
        supporting_documents=additional.supporting,
        totals=read_totals(settlement.at("ram:SpecifiedTradeSettlementHeaderMonetarySummation"), currency, breakdown),
        vat_breakdown=breakdown,
        lines=tuple(
            read_line(line) for line in transaction.lines("ram:IncludedSupplyChainTradeLineItem", INVOICE_LINES)
        ),
    )


def _reference(node: Node, name: str) -> str | None:
    return node.at(name).text("ram:IssuerAssignedID")


def _read_notes(header: Node) -> tuple[Note, ...]:
    return tuple(
        Note(text=note.joined("ram:Content") or "", subject=note.text("ram:SubjectCode"))
        for note in header.many("ram:IncludedNote")
    )


def _read_process(context: Node) -> ProcessControl:
    return ProcessControl(
        business_process=context.text_at("ram:BusinessProcessSpecifiedDocumentContextParameter", "ram:ID"),
        specification=context.text_at("ram:GuidelineSpecifiedDocumentContextParameter", "ram:ID") or "",
    )


def _read_delivery(node: Node) -> Delivery:
    ship_to = node.at("ram:ShipToTradeParty")
    identifiers: Sequence[Identifier] = read_identifiers(ship_to)
    return Delivery(
        name=ship_to.text("ram:Name"),
        location=next(iter(identifiers), None),
        date=node.at("ram:ActualDeliverySupplyChainEvent").cii_date("ram:OccurrenceDateTime"),
        address=ship_to.read("ram:PostalTradeAddress", read_address),
    )


class _Additional(NamedTuple):
    invoiced_object: Identifier | None
    tender: str | None
    supporting: tuple[SupportingDocument, ...]


def _read_additional(agreement: Node) -> _Additional:
    """BT-17, BT-18 and BG-24 share one element; the type code tells them apart."""
    invoiced_object = tender = None
    supporting: list[SupportingDocument] = []
    for reference in agreement.many("ram:AdditionalReferencedDocument"):
        code = reference.text("ram:TypeCode")
        if code == OBJECT and invoiced_object is None:
            invoiced_object = read_object(reference)
        elif code == TENDER and tender is None:
            tender = reference.text("ram:IssuerAssignedID")
        else:
            supporting.append(read_supporting_document(reference))
    return _Additional(invoiced_object, tender, tuple(supporting))
