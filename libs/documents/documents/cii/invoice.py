"""UN/CEFACT Cross Industry Invoice (EN 16931-3-3), the XML inside a Factur-X.

The bytes satisfy the schemas of D16B and D22B alike, but for several preceding invoices, which D16B has no room for.
"""

import datetime
from typing import Final

from contracts.limits import INVOICE_LINES
from documents.cii.agreement import PROJECT_NAME, read_additional, write_agreement
from documents.cii.allowance_charge import read_document_adjustments
from documents.cii.dates import cii_day, read_period
from documents.cii.delivery import read_delivery, write_delivery
from documents.cii.line import read_line, write_line
from documents.cii.party import (
    read_party,
    read_payee,
    read_tax_representative,
)
from documents.cii.payment import read_payment
from documents.cii.references import (
    read_preceding_invoices,
)
from documents.cii.settlement import read_totals, write_settlement
from documents.cii.vat import read_breakdown, read_tax_point
from documents.invoice.invoice import Invoice
from documents.invoice.note import Note
from documents.invoice.terms import ProcessControl
from documents.markup import document, element, group, leaf
from documents.names import NAMESPACES
from documents.node import Node

_NAMESPACES: Final = {prefix: NAMESPACES[prefix] for prefix in ("rsm", "ram", "qdt", "udt")}


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
            "".join([write_line(line) for line in invoice.lines]),
            write_agreement(invoice),
            write_delivery(invoice),
            write_settlement(invoice),
        ),
    )


def _parameter(name: str, value: str | None) -> str:
    return group(name, leaf("ram:ID", value))


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
    additional = read_additional(agreement)
    project = agreement.at("ram:SpecifiedProcuringProject")
    project.text_or_same("ram:Name", PROJECT_NAME)
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
        delivery=read_delivery(delivery),
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
