"""Semantic model of EN 16931-1 (and its 2026 order reference per line): invoice and credit note."""

from documents.invoice.delivery import Delivery
from documents.invoice.draft import InvoiceDraft, VatExchange
from documents.invoice.invoice import DocumentTotals, Invoice
from documents.invoice.line import DraftLine, InvoiceLine
from documents.invoice.note import Note
from documents.invoice.payment import CreditTransfer, DirectDebit, PaymentCard, PaymentInstructions, PaymentMeans
from documents.invoice.terms import InvoiceTerms, ProcessControl

__all__ = [
    "CreditTransfer",
    "Delivery",
    "DirectDebit",
    "DocumentTotals",
    "DraftLine",
    "Invoice",
    "InvoiceDraft",
    "InvoiceLine",
    "InvoiceTerms",
    "Note",
    "PaymentCard",
    "PaymentInstructions",
    "PaymentMeans",
    "ProcessControl",
    "VatExchange",
]
