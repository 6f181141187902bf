"""Editing a draft: the terms that are the seller's to write. Parties, currency and kind are not among them."""

import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from documents.allowance_charge import DocumentAllowanceCharge
from documents.invoice import Delivery, DraftLine, InvoiceDraft, Note, PaymentInstructions, ProcessControl, VatExchange
from documents.party import Party, Payee, TaxRepresentative
from documents.references import PrecedingInvoice, SupportingDocument
from documents.values import Amount, Identifier, OptionalText, Period
from documents.vat import ExemptionReason


class DraftEdit(BaseModel):
    """The terms to write; those that are left out stay as they are. Lists are replaced whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: OptionalText = None
    vat_currency: OptionalText = None
    vat_exchange: VatExchange | None = None
    tax_point_date: datetime.date | None = None
    tax_point_code: OptionalText = None
    due_date: datetime.date | None = None
    buyer_reference: OptionalText = None
    project_reference: OptionalText = None
    contract_reference: OptionalText = None
    order_reference: OptionalText = None
    sales_order_reference: OptionalText = None
    receiving_advice_reference: OptionalText = None
    despatch_advice_reference: OptionalText = None
    tender_reference: OptionalText = None
    invoiced_object: Identifier | None = None
    buyer_accounting_reference: OptionalText = None
    payment_terms: OptionalText = None
    notes: tuple[Note, ...] | None = None
    process: ProcessControl | None = None
    preceding_invoices: tuple[PrecedingInvoice, ...] | None = None
    payee: Payee | None = None
    tax_representative: TaxRepresentative | None = None
    delivery: Delivery | None = None
    period: Period | None = None
    payment: PaymentInstructions | None = None
    allowances: tuple[DocumentAllowanceCharge, ...] | None = None
    charges: tuple[DocumentAllowanceCharge, ...] | None = None
    supporting_documents: tuple[SupportingDocument, ...] | None = None
    lines: tuple[DraftLine, ...] | None = None
    exemption_reasons: tuple[ExemptionReason, ...] | None = None
    paid_amount: Amount | None = None
    rounding_amount: Amount | None = Field(default=None)


_NEVER_NULL: dict[str, Any] = {
    "number": "",
    "notes": (),
    "process": ProcessControl(),
    "preceding_invoices": (),
    "allowances": (),
    "charges": (),
    "supporting_documents": (),
    "lines": (),
    "exemption_reasons": (),
}
"""What null means for a term that is always there: empty."""


def _terms(draft: InvoiceDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in InvoiceDraft.model_fields}


def edited(draft: InvoiceDraft, edit: DraftEdit) -> InvoiceDraft:
    """The draft with the edit's terms written."""
    written: dict[str, Any] = {name: getattr(edit, name) for name in edit.model_fields_set}
    emptied: dict[str, Any] = {
        name: _NEVER_NULL[name] for name in written if written[name] is None and name in _NEVER_NULL
    }
    return InvoiceDraft(**(_terms(draft) | written | emptied))


def dated(draft: InvoiceDraft, *, today: datetime.date, seller: Party, buyer: Party) -> InvoiceDraft:
    """The draft as it would be sent now: dated today in the seller's zone, parties as the directory knows them."""
    contact = draft.seller.contact
    named: dict[str, Any] = {
        "issue_date": today,
        "seller": seller.model_copy(update={"contact": contact}),
        "buyer": buyer.model_copy(update={"contact": draft.buyer.contact}),
    }
    return InvoiceDraft(**(_terms(draft) | named))
