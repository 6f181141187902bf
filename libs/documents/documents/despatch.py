"""What a supplier announces to be on its way (UBL 2.1 DespatchAdvice, Peppol transaction T16)."""

from datetime import date

from pydantic import Field

from documents.item import Item
from documents.party import Contact, Party, PostalAddress
from documents.references import OrderLineReference
from documents.values import Code, Model, OptionalGroup, OptionalText, Period, Quantity, Text


class DespatchLine(Model):
    """Goods of one order line."""

    identifier: Text
    note: OptionalText = None
    delivered_quantity: Quantity = Field(ge=0)
    unit: Code = Field(description="UN/ECE Recommendation 20 or 21")
    outstanding_quantity: Quantity | None = Field(default=None, description="still to come")
    outstanding_reason: OptionalText = None
    order_line: OrderLineReference
    item: Item


class DespatchAdvice(Model):
    """One despatch of goods of one order."""

    number: Text = Field(description="becomes BT-16")
    issue_date: date
    note: OptionalText = None
    order_reference: Text
    seller: Party = Field(description="`DespatchSupplierParty`")
    buyer: Party = Field(description="`DeliveryCustomerParty`")
    delivery_address: OptionalGroup[PostalAddress] = None
    delivery_contact: OptionalGroup[Contact] = None
    carrier: OptionalText = None
    tracking: OptionalText = Field(default=None, description="the carrier's number of the shipment")
    despatched_on: date | None = None
    estimated: OptionalGroup[Period] = Field(default=None, description="when the goods should arrive")
    lines: tuple[DespatchLine, ...] = Field(min_length=1)
