"""Why a supplier does not see an order, or cannot invoice it, and who can change that."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.status import Party


class Reason(StrEnum):
    """Stable codes; texts are the reader's."""

    NOT_SENT = "NOT_SENT"
    NOT_CONNECTED = "NOT_CONNECTED"
    UNIT_UNKNOWN = "UNIT_UNKNOWN"
    SUPPLIER_UNKNOWN = "SUPPLIER_UNKNOWN"
    SUPPLIER_AMBIGUOUS = "SUPPLIER_AMBIGUOUS"
    ORDER_CLOSED = "ORDER_CLOSED"
    REJECTED = "REJECTED"
    TOO_OLD = "TOO_OLD"
    FULLY_INVOICED = "FULLY_INVOICED"


MENDED_BY = {
    Reason.NOT_SENT: Party.BUYER,
    Reason.NOT_CONNECTED: Party.SUPPLIER,
    Reason.UNIT_UNKNOWN: Party.BUYER,
    Reason.SUPPLIER_UNKNOWN: Party.BUYER,
    Reason.SUPPLIER_AMBIGUOUS: Party.BUYER,
    Reason.ORDER_CLOSED: Party.BUYER,
    Reason.REJECTED: Party.SUPPLIER,
    Reason.TOO_OLD: Party.BUYER,
    Reason.FULLY_INVOICED: Party.BUYER,
}
"""Who can change it. A supplier asks for a connection; a rejection is taken back by whoever rejected."""


@dataclass(frozen=True)
class OrderFacts:
    """What the question is answered from."""

    waiting_for: str | None
    response: str | None
    closed: bool
    issue_date: date
    connected: bool
    fully_invoiced: bool


def years_before(today: date, years: int) -> date:
    """The same day some years earlier; 29 February becomes 28 February."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def reasons(order: OrderFacts, *, today: date, window_years: int) -> tuple[Reason, ...]:
    """Every reason that applies, the hardest first; none: the order is there and can be invoiced."""
    found: list[Reason] = []
    if order.waiting_for is not None:
        found.append(Reason(order.waiting_for))
    elif not order.connected:
        found.append(Reason.NOT_CONNECTED)
    if order.closed:
        found.append(Reason.ORDER_CLOSED)
    if order.response == "rejected":
        found.append(Reason.REJECTED)
    if order.issue_date < years_before(today, window_years):
        found.append(Reason.TOO_OLD)
    if order.fully_invoiced:
        found.append(Reason.FULLY_INVOICED)
    return tuple(found)
