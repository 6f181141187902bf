"""What the parties of an invoice say to each other: every term but the lines and what follows from them."""

import datetime

from pydantic import Field

from documents.allowance_charge import DocumentAllowanceCharge
from documents.invoice.codes import CREDIT_NOTE_CODES, EN_16931
from documents.invoice.delivery import Delivery
from documents.invoice.note import Note
from documents.invoice.payment import PaymentInstructions
from documents.party import Party, Payee, TaxRepresentative
from documents.references import PrecedingInvoice, SupportingDocument
from documents.values import Code, Groups, Identifier, Model, OptionalGroup, OptionalText, Period, Text


class ProcessControl(Model):
    """BG-2."""

    business_process: OptionalText = Field(
        default=None, description="BT-23 (France: B1, S1, M1 …; Peppol: its billing process)"
    )
    specification: Text = Field(
        default=EN_16931, description="BT-24, the profile that the document follows (`documents.invoice.codes`)"
    )


class InvoiceTerms(Model):
    """What the parties say: every term of an invoice but its lines and what follows from them."""

    number: Text = Field(description="BT-1")
    issue_date: datetime.date = Field(description="BT-2")
    type_code: Code = Field(
        description="BT-3, UNTDID 1001 (380 invoice, 381 credit note, 384 corrected, 386 prepayment, 389 self-billed)"
    )
    currency: Code = Field(description="BT-5, ISO 4217")
    vat_currency: OptionalText = Field(
        default=None, description="BT-6, ISO 4217, when VAT is accounted for in another currency"
    )
    tax_point_date: datetime.date | None = Field(default=None, description="BT-7, excludes BT-8")
    tax_point_code: OptionalText = Field(
        default=None, description="BT-8, UNTDID 2005: 3 issue, 35 delivery, 432 payment; excludes BT-7"
    )
    due_date: datetime.date | None = Field(default=None, description="BT-9")
    buyer_reference: OptionalText = Field(default=None, description="BT-10")
    project_reference: OptionalText = Field(default=None, description="BT-11")
    contract_reference: OptionalText = Field(default=None, description="BT-12")
    order_reference: OptionalText = Field(default=None, description="BT-13, the buyer's order number")
    sales_order_reference: OptionalText = Field(default=None, description="BT-14")
    receiving_advice_reference: OptionalText = Field(default=None, description="BT-15")
    despatch_advice_reference: OptionalText = Field(default=None, description="BT-16")
    tender_reference: OptionalText = Field(default=None, description="BT-17, tender or lot")
    invoiced_object: OptionalGroup[Identifier] = Field(default=None, description="BT-18, scheme UNTDID 1153")
    buyer_accounting_reference: OptionalText = Field(default=None, description="BT-19")
    payment_terms: OptionalText = Field(default=None, description="BT-20")
    notes: Groups[Note] = Field(default=(), description="BG-1")
    process: ProcessControl = Field(default=ProcessControl(), description="BG-2")
    preceding_invoices: Groups[PrecedingInvoice] = Field(default=(), description="BG-3")
    seller: Party = Field(description="BG-4")
    buyer: Party = Field(description="BG-7")
    payee: OptionalGroup[Payee] = Field(default=None, description="BG-10")
    tax_representative: OptionalGroup[TaxRepresentative] = Field(default=None, description="BG-11")
    delivery: OptionalGroup[Delivery] = Field(default=None, description="BG-13")
    period: OptionalGroup[Period] = Field(default=None, description="BG-14")
    payment: PaymentInstructions | None = Field(default=None, description="BG-16")
    allowances: tuple[DocumentAllowanceCharge, ...] = Field(default=(), description="BG-20")
    charges: tuple[DocumentAllowanceCharge, ...] = Field(default=(), description="BG-21")
    supporting_documents: Groups[SupportingDocument] = Field(default=(), description="BG-24")

    @property
    def is_credit_note(self) -> bool:
        """Whether BT-3 is one of the credit note codes; amounts of a credit note are positive."""
        return self.type_code in CREDIT_NOTE_CODES
