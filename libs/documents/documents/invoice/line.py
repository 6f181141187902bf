"""Invoice lines (BG-25)."""

from pydantic import Field

from documents.allowance_charge import AllowanceCharge
from documents.item import Item, Price
from documents.references import OrderLineReference
from documents.values import Amount, Code, Identifier, Model, OptionalGroup, OptionalText, Period, Quantity, Text
from documents.vat import VatCategory


class DraftLine(Model):
    """BG-25 before its amount is worked out (`documents.totals`)."""

    identifier: Text = Field(description="BT-126, unique in the invoice")
    note: OptionalText = Field(default=None, description="BT-127")
    object_identifier: OptionalGroup[Identifier] = Field(default=None, description="BT-128, scheme UNTDID 1153")
    quantity: Quantity = Field(description="BT-129")
    unit: Code = Field(description="BT-130, UN/ECE Recommendation 20 or 21 (C62 piece, HUR hour, KGM kilogram)")
    order_line: OptionalGroup[OrderLineReference] = Field(
        default=None, description="BT-132, and the order's number when several are billed"
    )
    buyer_accounting_reference: OptionalText = Field(default=None, description="BT-133")
    period: OptionalGroup[Period] = Field(default=None, description="BG-26")
    allowances: tuple[AllowanceCharge, ...] = Field(default=(), description="BG-27")
    charges: tuple[AllowanceCharge, ...] = Field(default=(), description="BG-28")
    price: Price = Field(description="BG-29")
    vat: VatCategory = Field(description="BG-30")
    item: Item = Field(description="BG-31")


class InvoiceLine(DraftLine):
    """BG-25."""

    net_amount: Amount = Field(description="BT-131, quantity x price / base + charges - allowances, without VAT")
