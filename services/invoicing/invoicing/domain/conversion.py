"""From an order to the draft of an invoice: what can be invoiced now, in the order's own terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from contracts.money import shortest
from documents.invoice import Delivery, DraftLine, InvoiceDraft, Note, ProcessControl
from documents.invoice.codes import INVOICE, SELF_BILLED_INVOICE
from documents.item import Price
from documents.order import Order, OrderDelivery, OrderLine
from documents.party import Party, PostalAddress
from documents.references import OrderLineReference
from documents.vat import VatCategory, VatCategoryCode
from invoicing.domain.taxes import CANADA, country_of
from invoicing.domain.vat_rates import EUROPEAN_UNION

MOST_LINES: Final = 1_000
"""Of one invoice: its facts name every order line and stay below their size limit."""
_SERVICE_UNITS: Final = frozenset({"HUR", "MIN", "DAY", "WEE", "MON", "ANN", "E48"})
"""UN/ECE Recommendation 20: hour, minute, day, week, month, year, service unit."""
_QUANTITY: Final = Decimal("0.000001")
_FRANCE: Final = "FR"
_FRENCH_NOTES: Final = (
    Note(subject="PMT", text="Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 EUR."),
    Note(subject="PMD", text="Pénalités de retard : trois fois le taux d'intérêt légal."),
    Note(subject="AAB", text="Pas d'escompte pour paiement anticipé."),
)
"""What every French invoice must say (Code de commerce, art. L441-9 and L441-10; BR-FR-05); the seller may word it."""


@dataclass(frozen=True)
class Convertible:
    """An order line and how much of it the draft takes: a quantity, or an amount without VAT."""

    line: OrderLine
    quantity: Decimal
    amount: Decimal | None = None


@dataclass(frozen=True)
class Converted:
    """An order and what is taken of it."""

    order: Order
    lines: tuple[Convertible, ...]
    despatch_reference: str | None = None


def draft(orders: Sequence[Converted], *, seller: Party, buyer: Party, today: date) -> InvoiceDraft:
    """The draft of an invoice for lines of orders of one buyer's unit. Number and final date come with the submit.

    A term of the whole document is the orders' common one; where they differ it stays empty, for the seller to write.
    """
    taken = [(found.order, line) for found in orders for line in found.lines][:MOST_LINES]
    first = orders[0].order
    several = len(orders) > 1
    usual = usual_vat(seller)

    def shared(name: str) -> Any:
        if not several:
            return getattr(first, name)
        values = {getattr(found.order, name) for found in orders}
        return values.pop() if len(values) == 1 else None

    return InvoiceDraft(
        number="",
        issue_date=today,
        type_code=INVOICE,
        currency=first.currency,
        buyer_reference=shared("buyer_reference"),
        project_reference=shared("project_reference"),
        contract_reference=shared("contract_reference"),
        order_reference=shared("number"),
        sales_order_reference=shared("sales_order_reference"),
        despatch_advice_reference=None if several else orders[0].despatch_reference,
        tender_reference=shared("originator_reference"),
        buyer_accounting_reference=shared("buyer_accounting_reference"),
        payment_terms=shared("payment_terms"),
        notes=notes(seller),
        process=process(seller, [line.line.unit for _, line in taken]),
        seller=seller,
        buyer=buyer.model_copy(
            update={"contact": first.buyer.contact, "address": _billed_at(shared("invoicee")) or buyer.address}
        ),
        delivery=_delivery(shared("delivery")),
        lines=tuple(
            _line(number, line, order.number if several else None, usual)
            for number, (order, line) in enumerate(taken, 1)
        ),
    )


def self_billed(draft: InvoiceDraft) -> InvoiceDraft:
    """The same invoice as its buyer writes it, with the mention that the law demands (2006/112/EC, art. 226, 10a)."""
    french = bool(draft.seller.address and draft.seller.address.country == _FRANCE)
    mention = Note(text="Autofacturation" if french else "Self-billing")
    return draft.model_copy(update={"type_code": SELF_BILLED_INVOICE, "notes": (*draft.notes, mention)})


def _billed_at(invoicee: Party | None) -> PostalAddress | None:
    """Where the orders want their invoice addressed."""
    return invoicee.address if invoicee else None


def notes(seller: Party) -> tuple[Note, ...]:
    """The notes that the seller's law demands."""
    return _FRENCH_NOTES if seller.address and seller.address.country == _FRANCE else ()


def process(seller: Party, units: list[str]) -> ProcessControl:
    """BT-23: goods, services or both, filed by the seller (XP Z12-012: B1, S1, M1); France only."""
    if not seller.address or seller.address.country != _FRANCE:
        return ProcessControl()
    services = sum(unit in _SERVICE_UNITS for unit in units)
    code = "B1" if services == 0 else "S1" if services == len(units) else "M1"
    return ProcessControl(business_process=code)


def _delivery(delivery: OrderDelivery | None) -> Delivery | None:
    if delivery is None:
        return None
    return Delivery(name=delivery.party_name, location=delivery.location, address=delivery.address)


def _line(number: int, taken: Convertible, order_number: str | None, usual: VatCategory) -> DraftLine:
    line = taken.line
    whole = taken.amount is None and taken.quantity == line.quantity
    price = line.price or Price(net=_implied_price(line))
    quantity, price = (taken.quantity, price) if taken.amount is None else _of_amount(taken.amount, price)
    return DraftLine(
        identifier=str(number),
        quantity=quantity,
        unit=line.unit,
        order_line=OrderLineReference(line=line.identifier, order=order_number),
        buyer_accounting_reference=line.buyer_accounting_reference,
        # Allowances of a line are amounts for its whole quantity; a part of the line leaves them to the seller.
        allowances=line.allowances if whole else (),
        charges=line.charges if whole else (),
        price=price,
        vat=line.vat or usual,
        item=line.item,
    )


def usual_vat(seller: Party) -> VatCategory:
    """What a line starts with where nobody said anything: standard where the seller's country has VAT or GST."""
    country = country_of(seller)
    taxed = country in EUROPEAN_UNION or country == CANADA
    return VatCategory(code=VatCategoryCode.STANDARD if taxed else VatCategoryCode.OUTSIDE_SCOPE)


def _of_amount(amount: Decimal, price: Price) -> tuple[Decimal, Price]:
    """Quantity and price that make an amount to the cent: at the order's price where that comes out, else one piece."""
    if price.net:
        quantity = (amount * (price.base_quantity or 1) / price.net).quantize(_QUANTITY, ROUND_HALF_UP)
        if quantity * price.net == amount * (price.base_quantity or 1):
            return shortest(quantity), price
    return Decimal(1), Price(net=amount)


def _implied_price(line: OrderLine) -> Decimal:
    if line.net_amount is None or not line.quantity:
        return Decimal(0)
    return (line.net_amount / line.quantity).quantize(Decimal("0.000001"))
