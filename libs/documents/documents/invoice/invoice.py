"""The invoice of EN 16931-1, credit notes included."""

from pydantic import Field

from documents.invoice.line import InvoiceLine
from documents.invoice.terms import InvoiceTerms
from documents.values import Amount, Model
from documents.vat import VatBreakdown


class DocumentTotals(Model):
    """BG-22, in the document's currency but for BT-111."""

    line_net_amount: Amount = Field(description="BT-106, sum of the lines' net amounts")
    allowance_amount: Amount | None = Field(default=None, description="BT-107")
    charge_amount: Amount | None = Field(default=None, description="BT-108")
    net_amount: Amount = Field(description="BT-109, without VAT")
    vat_amount: Amount = Field(description="BT-110")
    vat_amount_in_vat_currency: Amount | None = Field(default=None, description="BT-111, in the currency of BT-6")
    gross_amount: Amount = Field(description="BT-112, with VAT")
    paid_amount: Amount | None = Field(default=None, description="BT-113")
    rounding_amount: Amount | None = Field(default=None, description="BT-114")
    due_amount: Amount = Field(description="BT-115")


class Invoice(InvoiceTerms):
    """EN 16931-1 invoice or credit note, complete."""

    totals: DocumentTotals = Field(description="BG-22")
    vat_breakdown: tuple[VatBreakdown, ...] = Field(description="BG-23")
    lines: tuple[InvoiceLine, ...] = Field(description="BG-25")
