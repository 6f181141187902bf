"""Editing a draft: the terms that are the seller's to write. Parties, currency and kind are not among them."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from documents.allowance_charge import DocumentAllowanceCharge
from documents.invoice import Delivery, DraftLine, InvoiceDraft, Note, PaymentInstructions, ProcessControl, VatExchange
from documents.invoice.codes import CORRECTED_INVOICE, INVOICE, PREPAYMENT_INVOICE
from documents.party import Contact, Party, Payee, PostalAddress, TaxRepresentative
from documents.references import PrecedingInvoice, SupportingDocument
from documents.values import Amount, Identifier, OptionalText, Period
from documents.vat import ExemptionReason, VatCategory, VatCategoryCode
from invoicing.domain.taxes import SALES_TAX


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
    seller_contact: Contact | None = None
    buyer_contact: Contact | None = None
    buyer_address: PostalAddress | None = Field(
        default=None, description="BG-8, one of the buyer's billing addresses; null: the registered one"
    )
    total_tax: Amount | None = Field(
        default=None, ge=0, description="all taxes of a seller in the United States; null: none"
    )


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


_ELSEWHERE = ("seller_contact", "buyer_contact", "buyer_address", "total_tax")
"""Terms of an edit that are no terms of the document by that name."""


def _terms(draft: InvoiceDraft) -> dict[str, Any]:
    return dict(vars(draft))


def _changed(draft: InvoiceDraft, *changes: dict[str, Any]) -> InvoiceDraft:
    """The draft with some terms written, each checked as if it had come that way."""
    terms = _terms(draft)
    for change in changes:
        terms.update(change)
    return InvoiceDraft(**terms)


def edited(draft: InvoiceDraft, edit: DraftEdit) -> InvoiceDraft:
    """The draft with the edit's terms written."""
    written: dict[str, Any] = {name: getattr(edit, name) for name in edit.model_fields_set if name not in _ELSEWHERE}
    emptied: dict[str, Any] = {
        name: _NEVER_NULL[name] for name in written if written[name] is None and name in _NEVER_NULL
    }
    terms = _terms(draft) | written | emptied
    if "seller_contact" in edit.model_fields_set:
        terms["seller"] = draft.seller.model_copy(update={"contact": edit.seller_contact})
    if "buyer_contact" in edit.model_fields_set:
        terms["buyer"] = draft.buyer.model_copy(update={"contact": edit.buyer_contact})
    if "buyer_address" in edit.model_fields_set:
        terms["buyer"] = terms["buyer"].model_copy(update={"address": edit.buyer_address})
    if edit.model_fields_set & {"charges", "total_tax"}:
        others, taxes = _told_apart(terms["charges"])
        if "total_tax" in edit.model_fields_set:
            taxes = _sales_tax(edit.total_tax)
        elif not taxes:
            taxes = _told_apart(draft.charges)[1]
        terms["charges"] = (*others, *taxes)
    return InvoiceDraft(**terms)


def _told_apart(
    charges: tuple[DocumentAllowanceCharge, ...],
) -> tuple[tuple[DocumentAllowanceCharge, ...], tuple[DocumentAllowanceCharge, ...]]:
    """Charges, and the total tax among them: a term of its own, which stays when the others are written."""
    return (
        tuple(charge for charge in charges if charge.reason != SALES_TAX),
        tuple(charge for charge in charges if charge.reason == SALES_TAX),
    )


def _sales_tax(total: Decimal | None) -> tuple[DocumentAllowanceCharge, ...]:
    if not total:
        return ()
    outside = VatCategory(code=VatCategoryCode.OUTSIDE_SCOPE)
    return (DocumentAllowanceCharge(amount=total, reason=SALES_TAX, vat=outside),)


def copied(draft: InvoiceDraft, *, today: datetime.date, seller: Party, buyer: Party) -> InvoiceDraft:
    """A new draft with the content of an invoice: without its number, its dates, and what was paid of it."""
    fresh: dict[str, Any] = {
        "number": "",
        "issue_date": today,
        "type_code": draft.type_code if draft.type_code in (INVOICE, PREPAYMENT_INVOICE) else INVOICE,
        "seller": seller.model_copy(update={"contact": draft.seller.contact}),
        "buyer": buyer.model_copy(update={"contact": draft.buyer.contact}),
        "delivery": draft.delivery.model_copy(update={"date": None}) if draft.delivery else None,
    }
    ended = ("tax_point_date", "due_date", "period", "paid_amount", "rounding_amount", "vat_exchange")
    return _changed(draft, dict.fromkeys(ended), {"preceding_invoices": ()}, fresh)


def corrected(draft: InvoiceDraft, *, today: datetime.date, seller: Party, buyer: Party) -> InvoiceDraft:
    """The draft of a corrected invoice (384): all of the refused one, which it names."""
    named = PrecedingInvoice(number=draft.number, issue_date=draft.issue_date)
    changed: dict[str, Any] = {"type_code": CORRECTED_INVOICE, "preceding_invoices": (named,)}
    return _changed(copied(draft, today=today, seller=seller, buyer=buyer), changed)


def as_template(draft: InvoiceDraft) -> InvoiceDraft:
    """What a template keeps: a copy that bills no order."""
    made = copied(draft, today=draft.issue_date, seller=draft.seller, buyer=draft.buyer)
    lines = tuple(line.model_copy(update={"order_line": None}) for line in made.lines)
    named = ("order_reference", "despatch_advice_reference", "receiving_advice_reference", "sales_order_reference")
    return _changed(made, dict.fromkeys(named), {"lines": lines})


def dated(
    draft: InvoiceDraft,
    *,
    today: datetime.date,
    seller: Party,
    buyer: Party,
    addresses: Sequence[PostalAddress] = (),
    files: Sequence[tuple[str, str]] = (),
) -> InvoiceDraft:
    """The draft as it would be sent now: dated today in the seller's zone, parties as the directory knows them.

    `addresses` are where the buyer's orders want invoices addressed: one that the draft names stays. Tax point and
    delivery are of today where the seller said nothing else. `files` are names and descriptions of what travels
    beside the document.
    """
    contact = draft.seller.contact
    named: dict[str, Any] = {
        "issue_date": today,
        "seller": seller.model_copy(update={"contact": contact}),
        "buyer": buyer.model_copy(
            update={
                "contact": draft.buyer.contact,
                "address": draft.buyer.address if draft.buyer.address in addresses else buyer.address,
            }
        ),
    }
    if not draft.is_credit_note:
        named |= _days(draft, today)
    if files:
        beside = (SupportingDocument(reference=name, description=text or None) for name, text in files)
        named["supporting_documents"] = (*draft.supporting_documents, *beside)
    return draft.model_copy(update=named)  # terms of the model's own kinds, each of which says something


def _days(draft: InvoiceDraft, today: datetime.date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draft.tax_point_date is None and draft.tax_point_code is None:
        found["tax_point_date"] = today
    if draft.period is None and (draft.delivery is None or draft.delivery.date is None):
        found["delivery"] = (draft.delivery or Delivery()).model_copy(update={"date": today})
    return found
