"""The receipt advice: what the buyer says arrived (UBL 2.1 ReceiptAdvice)."""

from datetime import date

from pydantic import Field

from documents.party import Party
from documents.references import OrderLineReference
from documents.values import Code, Model, OptionalText, Quantity, Text


class ReceiptLine(Model):
    """What arrived of one order line. A negative received quantity takes an earlier receipt back."""

    identifier: Text
    note: OptionalText = None
    received_quantity: Quantity
    unit: Code = Field(description="UN/ECE Recommendation 20 or 21")
    short_quantity: Quantity | None = None
    rejected_quantity: Quantity | None = Field(
        default=None, description="received and refused; not part of what may be invoiced"
    )
    reject_reason_code: OptionalText = None
    reject_reason: OptionalText = None
    received_on: date | None = Field(default=None, description="absent: as the document")
    order_line: OrderLineReference = Field(description="line, and the order's number when it is not the document's")
    item_name: OptionalText = None
    item_seller_identifier: OptionalText = None
    item_buyer_identifier: OptionalText = None


class ReceiptAdvice(Model):
    """One receipt of goods or services; it may name several orders, each line its own."""

    number: Text = Field(description="becomes BT-15")
    issue_date: date
    note: OptionalText = None
    order_reference: OptionalText = Field(default=None, description="number of the order, for lines that name none")
    despatch_reference: OptionalText = Field(default=None, description="despatch advice, becomes BT-16")
    received_on: date | None = Field(default=None, description="absent: the issue date")
    buyer: Party = Field(description="`DeliveryCustomerParty`")
    seller: Party = Field(description="`DespatchSupplierParty`")
    lines: tuple[ReceiptLine, ...] = Field(min_length=1)
