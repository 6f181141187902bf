"""What a supplier sends about an order, made from the order itself: the response and the despatch advice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from contracts.faults import Finding, Severity, json_pointer
from contracts.money import fits
from contracts.registration import CompanyState
from documents.despatch import DespatchAdvice, DespatchLine
from documents.item import Price
from documents.order import Order, OrderLine
from documents.order_response import OrderResponse, ResponseCode, ResponseLine, ResponseLineStatus
from documents.party import Party
from documents.references import OrderLineReference
from documents.values import Identifier, Period

_ADDRESSES: Final = frozenset({"0002", "0009", "0060", "0088", "0225"})
"""Identifier schemes that the list of electronic addresses (EAS) has too."""


@dataclass(frozen=True)
class OfferedLine:
    """What the supplier offers for a line instead of what was ordered; absent: as ordered."""

    identifier: str
    rejected: bool = False
    quantity: Decimal | None = None
    price: Decimal | None = None
    promised_on: date | None = None
    note: str | None = None

    def status(self, ordered: OrderLine) -> ResponseLineStatus:
        """Rejected, amended, or accepted as ordered."""
        if self.rejected:
            return ResponseLineStatus.REJECTED
        same_quantity = self.quantity is None or self.quantity == ordered.quantity
        same_price = self.price is None or (ordered.price is not None and self.price == ordered.price.net)
        same = same_quantity and same_price and self.promised_on is None
        return ResponseLineStatus.ACCEPTED if same else ResponseLineStatus.AMENDED


@dataclass(frozen=True)
class Answer:
    """What the supplier says of an order."""

    accepted: bool
    number: str
    issued_on: date
    reason_code: str | None = None
    note: str | None = None
    sales_order_reference: str | None = None
    promised_on: date | None = None
    lines: tuple[OfferedLine, ...] = ()


@dataclass(frozen=True)
class SentLine:
    """Goods of one order line; `seller_identifier` where the order lacks it."""

    identifier: str
    quantity: Decimal
    seller_identifier: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Despatch:
    """Goods on their way."""

    number: str
    despatched_on: date
    estimated_on: date | None = None
    carrier: str | None = None
    tracking: str | None = None
    note: str | None = None
    lines: tuple[SentLine, ...] = ()


def unknown_lines(identifiers: Sequence[str], order: Order, quantities: Sequence[Decimal | None]) -> list[Finding]:
    """What is wrong with the lines that are named: not of the order, named twice, or with an unfit quantity."""
    known = {line.identifier for line in order.lines}
    found: list[Finding] = []
    for index, (name, quantity) in enumerate(zip(identifiers, quantities, strict=True)):
        if name not in known or name in identifiers[:index]:
            detail = "Name a line of the order by its identifier, each once."
            found.append(_finding("LINE_UNKNOWN", detail, "lines", index, "identifier"))
        if quantity is not None and (quantity < 0 or not fits(quantity)):
            detail = "A quantity is not negative, with 12 digits before the decimal point and 6 behind it at most."
            found.append(_finding("QUANTITY_UNFIT", detail, "lines", index, "quantity"))
    return found[:100]


def _finding(rule: str, detail: str, *steps: str | int) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer(*steps), detail=detail)


def reachable(party: Party, company: CompanyState | None) -> Party:
    """The party with an electronic address: its own, the registered one, else an identifier that can stand for it."""
    if party.electronic_address is not None:
        return party
    registered = company.electronic_address if company else None
    if registered is not None:
        address = Identifier(value=registered.value, scheme=registered.scheme)
        return party.model_copy(update={"electronic_address": address})
    own = [found for found in (party.legal_registration, *party.identifiers) if found is not None]
    legal = company.legal_id if company else None
    if legal is not None:
        own.append(Identifier(value=legal.value, scheme=legal.scheme))
    standing = next((found for found in own if found.scheme in _ADDRESSES), None)
    return party.model_copy(update={"electronic_address": standing})


def response_document(answer: Answer, order: Order, seller: Party, buyer: Party) -> OrderResponse:
    """The order response (T76). Lines that are not named are accepted as ordered."""
    ordered = {line.identifier: line for line in order.lines}
    offered = {line.identifier: line for line in answer.lines}
    amended = any(line.status(ordered[name]) is not ResponseLineStatus.ACCEPTED for name, line in offered.items())
    code = ResponseCode.REJECTED
    if answer.accepted:
        code = ResponseCode.CONDITIONALLY_ACCEPTED if amended else ResponseCode.ACCEPTED
    lines = ()
    if code is ResponseCode.CONDITIONALLY_ACCEPTED:
        lines = tuple(_response_line(offered.get(name, OfferedLine(name)), line) for name, line in ordered.items())
    return OrderResponse(
        number=answer.number,
        issue_date=answer.issued_on,
        code=code,
        note=answer.note or answer.reason_code,
        currency=order.currency,
        buyer_reference=order.buyer_reference,
        order_reference=order.number,
        sales_order_reference=answer.sales_order_reference,
        seller=seller,
        buyer=buyer,
        promised=_on(answer.promised_on),
        lines=lines,
    )


def _on(day: date | None) -> Period | None:
    return Period(start=day, end=day) if day else None


def _response_line(offer: OfferedLine, ordered: OrderLine) -> ResponseLine:
    status = offer.status(ordered)
    amended = status is ResponseLineStatus.AMENDED
    price = ordered.price
    if amended and offer.price is not None:
        base = ordered.price
        price = Price(
            net=offer.price,
            base_quantity=base.base_quantity if base else None,
            base_unit=base.base_unit if base else None,
        )
    return ResponseLine(
        identifier=ordered.identifier,
        status=status,
        note=offer.note,
        quantity=(ordered.quantity if offer.quantity is None else offer.quantity) if amended else None,
        unit=ordered.unit if amended else None,
        price=price if amended else None,
        promised=_on(offer.promised_on),
        item=ordered.item,
    )


def despatch_document(
    despatch: Despatch, order: Order, seller: Party, buyer: Party, despatched: Mapping[str, Decimal]
) -> DespatchAdvice:
    """The despatch advice (T16); `despatched` says what went before of each line."""
    ordered = {line.identifier: line for line in order.lines}
    delivery = order.delivery
    return DespatchAdvice(
        number=despatch.number,
        issue_date=despatch.despatched_on,
        note=despatch.note,
        order_reference=order.number,
        seller=seller,
        buyer=buyer,
        delivery_address=delivery.address if delivery else None,
        delivery_contact=delivery.contact if delivery else None,
        carrier=despatch.carrier,
        tracking=despatch.tracking,
        despatched_on=despatch.despatched_on,
        estimated=_on(despatch.estimated_on),
        lines=tuple(
            _despatch_line(n, sent, ordered[sent.identifier], order.number, despatched)
            for n, sent in enumerate(despatch.lines, 1)
        ),
    )


def _despatch_line(
    n: int, sent: SentLine, ordered: OrderLine, number: str, despatched: Mapping[str, Decimal]
) -> DespatchLine:
    item = ordered.item
    if sent.seller_identifier and not item.seller_identifier:
        item = item.model_copy(update={"seller_identifier": sent.seller_identifier})
    left = ordered.quantity - despatched.get(ordered.identifier, Decimal(0)) - sent.quantity
    return DespatchLine(
        identifier=str(n),
        note=sent.note,
        delivered_quantity=sent.quantity,
        unit=ordered.unit,
        outstanding_quantity=left if left > 0 else None,
        order_line=OrderLineReference(line=ordered.identifier, order=number),
        item=item,
    )
