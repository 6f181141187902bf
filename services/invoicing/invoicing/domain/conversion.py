"""From an order to the draft of an invoice: what can be invoiced now, in the order's own terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from documents.invoice import Delivery, DraftLine, InvoiceDraft, Note, ProcessControl
from documents.invoice.codes import INVOICE
from documents.item import Price
from documents.order import Order, OrderDelivery, OrderLine
from documents.party import Party
from documents.references import OrderLineReference
from documents.vat import VatCategory, VatCategoryCode

MOST_LINES: Final = 1_000
"""Of one invoice: its facts name every order line and stay below their size limit."""
_SERVICE_UNITS: Final = frozenset({"HUR", "MIN", "DAY", "WEE", "MON", "ANN", "E48"})
"""UN/ECE Recommendation 20: hour, minute, day, week, month, year, service unit."""
_FRANCE: Final = "FR"
_FRENCH_NOTES: Final = (
    Note(subject="PMT", text="Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 EUR."),
    Note(subject="PMD", text="Pénalités de retard : trois fois le taux d'intérêt légal."),
    Note(subject="AAB", text="Pas d'escompte pour paiement anticipé."),
)
"""What every French invoice must say (Code de commerce, art. L441-9 and L441-10; BR-FR-05); the seller may word it."""


@dataclass(frozen=True)
class Convertible:
    """An order line and how much of it the draft takes."""

    line: OrderLine
    quantity: Decimal


def draft(order: Order, lines: Iterable[Convertible], *, seller: Party, buyer: Party, today: date) -> InvoiceDraft:
    """The draft of an invoice for lines of one order. Number and final date come with the submit."""
    taken = list(lines)[:MOST_LINES]
    return InvoiceDraft(
        number="",
        issue_date=today,
        type_code=INVOICE,
        currency=order.currency,
        buyer_reference=order.buyer_reference,
        project_reference=order.project_reference,
        contract_reference=order.contract_reference,
        order_reference=order.number,
        sales_order_reference=order.sales_order_reference,
        tender_reference=order.originator_reference,
        buyer_accounting_reference=order.buyer_accounting_reference,
        payment_terms=order.payment_terms,
        notes=notes(seller),
        process=process(seller, [found.line.unit for found in taken]),
        seller=seller,
        buyer=buyer.model_copy(update={"contact": order.buyer.contact}),
        delivery=_delivery(order.delivery),
        lines=tuple(_line(number, found) for number, found in enumerate(taken, 1)),
    )


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


def _line(number: int, taken: Convertible) -> DraftLine:
    line = taken.line
    whole = taken.quantity == line.quantity
    return DraftLine(
        identifier=str(number),
        quantity=taken.quantity,
        unit=line.unit,
        order_line=OrderLineReference(line=line.identifier),
        buyer_accounting_reference=line.buyer_accounting_reference,
        # Allowances of a line are amounts for its whole quantity; a part of the line leaves them to the seller.
        allowances=line.allowances if whole else (),
        charges=line.charges if whole else (),
        price=line.price or Price(net=_implied_price(line)),
        vat=line.vat or VatCategory(code=VatCategoryCode.STANDARD),
        item=line.item,
    )


def _implied_price(line: OrderLine) -> Decimal:
    if line.net_amount is None or not line.quantity:
        return Decimal(0)
    return (line.net_amount / line.quantity).quantize(Decimal("0.000001"))
