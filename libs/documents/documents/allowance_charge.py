"""Allowances and charges, of a line and of the document. The list that holds one says which of the two it is."""

from pydantic import Field

from documents.values import Amount, Model, OptionalText, Percentage
from documents.vat import VatCategory


class AllowanceCharge(Model):
    """BG-27 allowance or BG-28 charge of a line."""

    amount: Amount = Field(description="BT-136 / BT-141 (document: BT-92 / BT-99), without VAT")
    base_amount: Amount | None = Field(default=None, description="BT-137 / BT-142 (document: BT-93 / BT-100)")
    percentage: Percentage | None = Field(default=None, description="BT-138 / BT-143 (document: BT-94 / BT-101)")
    reason: OptionalText = Field(default=None, description="BT-139 / BT-144 (document: BT-97 / BT-104)")
    reason_code: OptionalText = Field(
        default=None,
        description="BT-140 / BT-145 (document: BT-98 / BT-105); allowance UNTDID 5189, charge UNTDID 7161",
    )


class DocumentAllowanceCharge(AllowanceCharge):
    """BG-20 allowance or BG-21 charge of the document."""

    vat: VatCategory = Field(description="BT-95 and BT-96 / BT-102 and BT-103")
