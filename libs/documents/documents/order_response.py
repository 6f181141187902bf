"""What a supplier answers to an order (UBL 2.1 OrderResponse, Peppol BIS Ordering 3, transaction T76)."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from documents.item import Item, Price
from documents.party import Party
from documents.values import Code, Model, OptionalGroup, OptionalText, Period, Quantity, Text


class ResponseCode(StrEnum):
    """`OrderResponseCode`, UNTDID 4343 as T76 narrows it."""

    ACKNOWLEDGED = "AB"
    ACCEPTED = "AP"
    CONDITIONALLY_ACCEPTED = "CA"
    REJECTED = "RE"


class ResponseLineStatus(StrEnum):
    """`LineStatusCode`, UNTDID 1229: 5, 3, 7."""

    ACCEPTED = "accepted"
    AMENDED = "amended"
    REJECTED = "rejected"


class ResponseLine(Model):
    """One line of a conditional acceptance; terms that are absent stay as ordered."""

    identifier: Text = Field(description="the buyer's, of the order line")
    status: ResponseLineStatus
    note: OptionalText = None
    quantity: Quantity | None = Field(default=None, ge=0)
    unit: Code | None = None
    price: Price | None = None
    promised: OptionalGroup[Period] = None
    item: Item


class OrderResponse(Model):
    """One answer; only a conditional acceptance has lines (PEPPOL-T76-R007 to R010)."""

    number: Text
    issue_date: date
    code: ResponseCode
    note: OptionalText = None
    currency: Code
    buyer_reference: OptionalText = None
    order_reference: Text
    sales_order_reference: OptionalText = Field(default=None, description="the supplier's own number of the order")
    seller: Party
    buyer: Party
    promised: OptionalGroup[Period] = Field(default=None, description="when the goods are promised")
    lines: tuple[ResponseLine, ...] = ()
