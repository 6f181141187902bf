"""From a model to bytes, the counterpart of `documents.reading`."""

from documents.cii.invoice import write_invoice as write_cii
from documents.invoice.invoice import Invoice
from documents.invoice.terms import ProcessControl
from documents.reading import Syntax
from documents.ubl.invoice import write_invoice as write_ubl


def write_invoice(invoice: Invoice, syntax: Syntax, process: ProcessControl | None = None) -> bytes:
    """The invoice in UBL 2.1 or CII, UTF-8; the same bytes for the same arguments.

    `process` stands in for the invoice's BG-2: one invoice in another profile (BT-24), say Peppol BIS Billing 3 for a
    buyer who is reached there.
    """
    chosen = invoice if process is None else invoice.model_copy(update={"process": process})
    return write_ubl(chosen) if syntax == "UBL" else write_cii(chosen)
