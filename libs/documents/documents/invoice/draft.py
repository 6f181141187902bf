"""An invoice before its amounts are worked out."""

import datetime

from pydantic import Field

from documents.invoice.line import DraftLine
from documents.invoice.terms import InvoiceTerms
from documents.values import Amount, Model, Number, Text
from documents.vat import ExemptionReason


class VatExchange(Model):
    """What turns VAT into the accounting currency (Directive 2006/112/EC, art. 91 and 230)."""

    rate: Number = Field(gt=0, description="units of BT-6 for one unit of BT-5")
    source: Text = Field(description="who published the rate, for example ECB")
    date: datetime.date


class InvoiceDraft(InvoiceTerms):
    """An invoice before `documents.totals.calculate` works out its lines' amounts, BG-22 and BG-23."""

    lines: tuple[DraftLine, ...] = Field(description="BG-25")
    exemption_reasons: tuple[ExemptionReason, ...] = Field(default=(), description="BT-120 and BT-121 by category")
    paid_amount: Amount | None = Field(default=None, description="BT-113")
    rounding_amount: Amount | None = Field(default=None, description="BT-114")
    vat_exchange: VatExchange | None = Field(default=None, description="mandatory with BT-6")
