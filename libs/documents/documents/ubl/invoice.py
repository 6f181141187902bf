"""UBL 2.1 Invoice and CreditNote (EN 16931-3-2). Element order is the schema's, which differs between the two."""

from typing import Final, NamedTuple

from contracts.limits import INVOICE_LINES
from documents.invoice.invoice import Invoice
from documents.invoice.note import Note
from documents.invoice.terms import ProcessControl
from documents.markup import day, document, element, group, leaf
from documents.names import NAMESPACES
from documents.node import Node
from documents.references import SupportingDocument
from documents.ubl.allowance_charge import read_document_adjustments, write_allowances_and_charges
from documents.ubl.delivery import read_delivery, write_delivery
from documents.ubl.line import OBJECT, read_line, read_period, write_line, write_object, write_period
from documents.ubl.party import (
    read_party,
    read_payee,
    read_tax_representative,
    write_party,
    write_payee,
    write_tax_representative,
)
from documents.ubl.payment import read_payment, write_payment
from documents.ubl.references import (
    read_order_reference,
    read_preceding_invoices,
    read_supporting_document,
    write_order_reference,
    write_preceding_invoice,
    write_reference,
    write_supporting_documents,
)
from documents.ubl.totals import read_totals, write_totals
from documents.ubl.vat import read_tax_totals, write_tax_total
from documents.values import Identifier


class _Kind(NamedTuple):
    root: str
    type_code: str
    line: str
    quantity: str

    @property
    def namespace(self) -> str:
        return f"urn:oasis:names:specification:ubl:schema:xsd:{self.root}-2"


INVOICE: Final = _Kind("Invoice", "cbc:InvoiceTypeCode", "cac:InvoiceLine", "cbc:InvoicedQuantity")
CREDIT_NOTE: Final = _Kind("CreditNote", "cbc:CreditNoteTypeCode", "cac:CreditNoteLine", "cbc:CreditedQuantity")
_PROJECT: Final = "50"
"""UNTDID 1001: a credit note has no element for BT-11 (EN 16931-3-2)."""


def write_invoice(invoice: Invoice) -> bytes:
    """The invoice as UBL in UTF-8, the same bytes for the same invoice. BT-3 decides: Invoice or CreditNote."""
    kind = CREDIT_NOTE if invoice.is_credit_note else INVOICE
    is_invoice = kind is INVOICE
    currency = invoice.currency
    totals = invoice.totals
    creditor = invoice.payment.direct_debit.creditor if invoice.payment and invoice.payment.direct_debit else None
    type_code = leaf(kind.type_code, invoice.type_code)
    notes = "".join(leaf("cbc:Note", _note_text(note)) for note in invoice.notes)
    tax_point = day("cbc:TaxPointDate", invoice.tax_point_date)
    originator = write_reference("cac:OriginatorDocumentReference", invoice.tender_reference)
    return document(
        kind.root,
        {"": kind.namespace, "cac": NAMESPACES["cac"], "cbc": NAMESPACES["cbc"]},
        leaf("cbc:CustomizationID", invoice.process.specification),
        leaf("cbc:ProfileID", invoice.process.business_process),
        leaf("cbc:ID", invoice.number),
        day("cbc:IssueDate", invoice.issue_date),
        day("cbc:DueDate", invoice.due_date) + type_code + notes + tax_point
        if is_invoice
        else tax_point + type_code + notes,
        leaf("cbc:DocumentCurrencyCode", currency),
        leaf("cbc:TaxCurrencyCode", invoice.vat_currency),
        leaf("cbc:AccountingCost", invoice.buyer_accounting_reference),
        leaf("cbc:BuyerReference", invoice.buyer_reference),
        write_period("cac:InvoicePeriod", invoice.period, invoice.tax_point_code),
        write_order_reference(invoice.order_reference, invoice.sales_order_reference),
        "".join(write_preceding_invoice(reference) for reference in invoice.preceding_invoices),
        write_reference("cac:DespatchDocumentReference", invoice.despatch_advice_reference),
        write_reference("cac:ReceiptDocumentReference", invoice.receiving_advice_reference),
        originator if is_invoice else "",
        write_reference("cac:ContractDocumentReference", invoice.contract_reference),
        write_object("cac:AdditionalDocumentReference", invoice.invoiced_object),
        write_supporting_documents(invoice.supporting_documents),
        _write_project(invoice.project_reference, kind),
        "" if is_invoice else originator,
        element("cac:AccountingSupplierParty", write_party(invoice.seller, None if invoice.payee else creditor)),
        element("cac:AccountingCustomerParty", write_party(invoice.buyer)),
        write_payee(invoice.payee, creditor),
        write_tax_representative(invoice.tax_representative),
        write_delivery(invoice.delivery),
        write_payment(invoice.payment, None if is_invoice else invoice.due_date),
        _write_payment_terms(invoice, kind),
        write_allowances_and_charges(invoice.allowances, invoice.charges, currency),
        write_tax_total(totals.vat_amount, currency, invoice.vat_breakdown),
        ""
        if totals.vat_amount_in_vat_currency is None
        else write_tax_total(totals.vat_amount_in_vat_currency, invoice.vat_currency or currency),
        write_totals(totals, currency),
        "".join(write_line(kind.line, kind.quantity, line, currency) for line in invoice.lines),
    )


def _note_text(note: Note) -> str:
    """UBL has no element for BT-21."""
    return f"#{note.subject}#{note.text}" if note.subject else note.text


def _write_project(project: str | None, kind: _Kind) -> str:
    if kind is INVOICE:
        return write_reference("cac:ProjectReference", project)
    if project is None:
        return ""
    return element("cac:AdditionalDocumentReference", leaf("cbc:ID", project), leaf("cbc:DocumentTypeCode", _PROJECT))


def _write_payment_terms(invoice: Invoice, kind: _Kind) -> str:
    """BT-20; and BT-9 of a credit note that says nothing of how it is paid."""
    due_date = invoice.due_date if kind is CREDIT_NOTE and invoice.payment is None else None
    return group("cac:PaymentTerms", leaf("cbc:Note", invoice.payment_terms), day("cbc:PaymentDueDate", due_date))


def read_invoice(node: Node, kind: _Kind) -> Invoice:
    """The invoice or credit note of a root element; problems are left in the node's reading."""
    currency = node.text("cbc:DocumentCurrencyCode") or ""
    seller, seller_creditor = read_party(node.at("cac:AccountingSupplierParty").at("cac:Party"))
    buyer, _ = read_party(node.at("cac:AccountingCustomerParty").at("cac:Party"))
    payee, payee_creditor = read_payee(node.at("cac:PayeeParty"))
    order_reference, sales_order_reference = read_order_reference(node.at("cac:OrderReference"))
    additional = _read_additional(node, kind)
    period = node.at("cac:InvoicePeriod")
    means = node.many("cac:PaymentMeans")
    due_in_means = [due for due in (each.date("cbc:PaymentDueDate") for each in means) if due]
    terms = node.at("cac:PaymentTerms")
    tax = read_tax_totals(node, currency)
    allowances, charges = read_document_adjustments(node)
    return Invoice(
        number=node.text("cbc:ID") or "",
        issue_date=node.needed_date("cbc:IssueDate", "BT-2"),
        type_code=node.text(kind.type_code) or "",
        currency=currency,
        vat_currency=node.text("cbc:TaxCurrencyCode"),
        tax_point_date=node.date("cbc:TaxPointDate"),
        tax_point_code=period.text("cbc:DescriptionCode"),
        due_date=node.date("cbc:DueDate") or next(iter(due_in_means), None) or terms.date("cbc:PaymentDueDate"),
        buyer_reference=node.text("cbc:BuyerReference"),
        project_reference=additional.project or node.text_at("cac:ProjectReference", "cbc:ID"),
        contract_reference=node.text_at("cac:ContractDocumentReference", "cbc:ID"),
        order_reference=order_reference,
        sales_order_reference=sales_order_reference,
        receiving_advice_reference=node.text_at("cac:ReceiptDocumentReference", "cbc:ID"),
        despatch_advice_reference=node.text_at("cac:DespatchDocumentReference", "cbc:ID"),
        tender_reference=node.text_at("cac:OriginatorDocumentReference", "cbc:ID"),
        invoiced_object=additional.invoiced_object,
        buyer_accounting_reference=node.text("cbc:AccountingCost"),
        payment_terms=terms.joined("cbc:Note"),
        notes=tuple(Note(text=note.value or "") for note in node.many("cbc:Note")),
        process=ProcessControl(
            business_process=node.text("cbc:ProfileID"), specification=node.text("cbc:CustomizationID") or ""
        ),
        preceding_invoices=read_preceding_invoices(node),
        seller=seller,
        buyer=buyer,
        payee=payee,
        tax_representative=node.read("cac:TaxRepresentativeParty", read_tax_representative),
        delivery=node.read("cac:Delivery", read_delivery),
        period=read_period(period),
        payment=read_payment(means, payee_creditor or seller_creditor),
        allowances=allowances,
        charges=charges,
        supporting_documents=additional.supporting,
        totals=read_totals(node.at("cac:LegalMonetaryTotal"), tax),
        vat_breakdown=tax.breakdown,
        lines=tuple(read_line(line, kind.quantity) for line in node.lines(kind.line, INVOICE_LINES)),
    )


class _Additional(NamedTuple):
    invoiced_object: Identifier | None
    project: str | None
    supporting: tuple[SupportingDocument, ...]


def _read_additional(node: Node, kind: _Kind) -> _Additional:
    """BT-18, a credit note's BT-11, and BG-24 share one element; the type code tells them apart."""
    invoiced_object = project = None
    supporting: list[SupportingDocument] = []
    for reference in node.many("cac:AdditionalDocumentReference"):
        code = reference.text("cbc:DocumentTypeCode")
        if code == OBJECT and invoiced_object is None:
            invoiced_object = reference.identifier("cbc:ID")
        elif code == _PROJECT and kind is CREDIT_NOTE and project is None:
            project = reference.text("cbc:ID")
        else:
            supporting.append(read_supporting_document(reference))
    return _Additional(invoiced_object, project, tuple(supporting))
