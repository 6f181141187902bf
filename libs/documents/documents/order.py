"""The order: what a buyer publishes and an invoice is made from.

Terms follow UBL 2.1 Order as Peppol BIS Ordering 3 (transaction T01) uses it. `revision`, `revised_on`, `buyer_unit`,
`contacts`, `receipt_required`, `tolerance`, `amount_cap`, `freight_in_cap` and `billed_by` have no place in UBL: they
come with JSON or CSV, or from the buyer unit's settings.
"""

from datetime import date
from enum import StrEnum

from pydantic import Field

from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.item import Item, Price
from documents.party import Contact, Identifiers, Party, PostalAddress
from documents.references import SupportingDocument
from documents.values import (
    Amount,
    Code,
    Groups,
    Identifier,
    Model,
    OptionalGroup,
    OptionalText,
    Percentage,
    Period,
    Quantity,
    Text,
)
from documents.vat import VatCategory


class ContactRole(StrEnum):
    """Whom to ask about what."""

    PURCHASING = "purchasing"
    ADMINISTRATOR = "administrator"
    """Who keeps the order: whom to ask about a change of it."""
    RECEIVING = "receiving"
    ACCOUNTS_PAYABLE = "accounts_payable"
    REQUESTER = "requester"


class BilledBy(StrEnum):
    """What an invoice takes of an order: goods are counted, a budget is drawn upon."""

    QUANTITY = "quantity"
    AMOUNT = "amount"


class OrderContact(Contact):
    """A person or desk at the buyer's, by role."""

    role: ContactRole


class Originator(Model):
    """`OriginatorCustomerParty`: the unit or person who asked for the goods."""

    name: OptionalText = None
    identifiers: Identifiers = ()
    contact: OptionalGroup[Contact] = None


class OrderDelivery(Model):
    """`Delivery`: where and when the buyer wants the goods."""

    location: OptionalGroup[Identifier] = Field(default=None, description="`DeliveryLocation/ID`, becomes BT-71")
    location_name: OptionalText = None
    address: OptionalGroup[PostalAddress] = Field(default=None, description="becomes BG-15")
    requested: OptionalGroup[Period] = Field(default=None, description="`RequestedDeliveryPeriod`")
    party_name: OptionalText = Field(default=None, description="`DeliveryParty`, becomes BT-70")
    party_identifier: OptionalGroup[Identifier] = None
    contact: OptionalGroup[Contact] = Field(default=None, description="`DeliveryParty/Contact`, the goods desk")


class DeliveryTerms(Model):
    """Incoterms and special terms."""

    code: OptionalText = Field(default=None, description="Incoterms 2020")
    special_terms: OptionalText = None
    location: OptionalText = Field(default=None, description="place that the Incoterm names")


class Tolerance(Model):
    """By how much an invoice may exceed what was ordered; several limits hold together."""

    quantity_percentage: Percentage | None = Field(default=None, ge=0)
    quantity: Quantity | None = Field(default=None, ge=0, description="in the line's unit")
    price_percentage: Percentage | None = Field(default=None, ge=0)
    amount: Amount | None = Field(default=None, ge=0, description="without VAT")


class OrderTotals(Model):
    """`AnticipatedMonetaryTotal`: what the buyer expects to be invoiced."""

    line_net_amount: Amount
    allowance_amount: Amount | None = None
    charge_amount: Amount | None = None
    net_amount: Amount | None = Field(default=None, description="without VAT")
    vat_amount: Amount | None = None
    gross_amount: Amount | None = Field(default=None, description="with VAT")
    paid_amount: Amount | None = None
    rounding_amount: Amount | None = None
    due_amount: Amount


class OrderLine(Model):
    """`OrderLine/LineItem`."""

    identifier: Text = Field(description="the buyer's, becomes BT-132")
    note: OptionalText = None
    quantity: Quantity
    unit: Code = Field(description="UN/ECE Recommendation 20 or 21")
    net_amount: Amount | None = Field(default=None, description="without VAT")
    partial_delivery: bool | None = None
    buyer_accounting_reference: OptionalText = Field(default=None, description="becomes BT-133")
    delivery: OptionalGroup[OrderDelivery] = None
    originator: OptionalGroup[Originator] = None
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()
    price: Price | None = None
    vat: OptionalGroup[VatCategory] = Field(
        default=None, description="what the buyer expects; the seller's law decides"
    )
    item: Item
    quotation_line: OptionalText = None
    receipt_required: bool | None = Field(
        default=None, description="whether only received quantities may be invoiced; absent: as the order"
    )
    tolerance: OptionalGroup[Tolerance] = Field(default=None, description="absent: as the order")
    amount_cap: Amount | None = Field(default=None, ge=0, description="most that may be invoiced, without VAT")
    billed_by: BilledBy | None = Field(default=None, description="absent: as the order")


class Order(Model):
    """A purchase order in one revision; a change is the whole order again with the next revision."""

    number: Text = Field(description="becomes BT-13")
    revision: int = Field(default=1, ge=1)
    issue_date: date
    revised_on: date | None = Field(
        default=None, description="day of this revision; its age counts from here. Absent: the day it came in"
    )
    type_code: Code = Field(
        default="220", description="UNTDID 1001 (220 order, 221 blanket order, 227 consignment order …)"
    )
    note: OptionalText = None
    currency: Code = Field(description="ISO 4217")
    buyer_reference: OptionalText = Field(default=None, description="`CustomerReference`, becomes BT-10")
    buyer_accounting_reference: OptionalText = Field(default=None, description="`AccountingCost`, becomes BT-19")
    valid_until: date | None = Field(default=None, description="`ValidityPeriod/EndDate`")
    quotation_reference: OptionalText = None
    previous_order_reference: OptionalText = Field(default=None, description="`OrderDocumentReference`")
    originator_reference: OptionalText = Field(default=None, description="`OriginatorDocumentReference`, becomes BT-17")
    catalogue_reference: OptionalText = None
    contract_reference: OptionalText = Field(default=None, description="becomes BT-12")
    project_reference: OptionalText = Field(default=None, description="becomes BT-11")
    sales_order_reference: OptionalText = Field(default=None, description="`SalesOrderID`, becomes BT-14")
    supporting_documents: Groups[SupportingDocument] = ()
    buyer: Party
    buyer_unit: OptionalText = Field(
        default=None, description="the buyer's purchasing unit: its id here, a code of the buyer's, or its name"
    )
    seller: Party
    originator: OptionalGroup[Originator] = None
    invoicee: OptionalGroup[Party] = Field(
        default=None, description="`AccountingCustomerParty`: who is invoiced, when it is not the buyer"
    )
    delivery: OptionalGroup[OrderDelivery] = None
    delivery_terms: OptionalGroup[DeliveryTerms] = None
    payment_terms: OptionalText = Field(default=None, description="becomes BT-20, copied and never computed")
    allowances: tuple[DocumentAllowanceCharge, ...] = ()
    charges: tuple[DocumentAllowanceCharge, ...] = ()
    totals: OrderTotals | None = None
    lines: tuple[OrderLine, ...] = Field(min_length=1)
    contacts: Groups[OrderContact] = ()
    receipt_required: bool | None = Field(default=None, description="absent: as the buyer unit's settings say")
    tolerance: OptionalGroup[Tolerance] = None
    amount_cap: Amount | None = Field(
        default=None, ge=0, description="most that may be invoiced on the whole order, without VAT"
    )
    freight_in_cap: bool | None = Field(
        default=None, description="whether freight counts against `amount_cap`; absent: it does"
    )
    billed_by: BilledBy | None = Field(default=None, description="absent: by quantity")

    def contact(self, role: ContactRole) -> Contact | None:
        """Who answers for a role: the contact named for it, else that of the party that plays it; None when nobody."""
        for named in self.contacts:
            if named.role is role:
                return named
        parties = {
            ContactRole.PURCHASING: self.buyer,
            ContactRole.ADMINISTRATOR: self.buyer,
            ContactRole.RECEIVING: self.delivery,
            ContactRole.ACCOUNTS_PAYABLE: self.invoicee,
            ContactRole.REQUESTER: self.originator,
        }
        party = parties[role]
        return party.contact if party else None
