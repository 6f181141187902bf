"""Why a supplier does not see an order, or cannot invoice it, and who can change that."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from contracts.status import Party


class Reason(StrEnum):
    """Stable codes; texts are the reader's."""

    NOT_SENT = "NOT_SENT"
    OTHER_ACCOUNT = "OTHER_ACCOUNT"
    NOT_CONNECTED = "NOT_CONNECTED"
    NOT_READY = "NOT_READY"
    UNIT_UNKNOWN = "UNIT_UNKNOWN"
    SUPPLIER_UNKNOWN = "SUPPLIER_UNKNOWN"
    SUPPLIER_AMBIGUOUS = "SUPPLIER_AMBIGUOUS"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_CLOSED = "ORDER_CLOSED"
    REJECTED = "REJECTED"
    TOO_OLD = "TOO_OLD"
    FULLY_INVOICED = "FULLY_INVOICED"
    ARCHIVED = "ARCHIVED"
    OUTSIDE_PERIOD = "OUTSIDE_PERIOD"


MENDED_BY: Final = {
    Reason.NOT_SENT: Party.BUYER,
    Reason.OTHER_ACCOUNT: Party.SUPPLIER,
    Reason.NOT_CONNECTED: Party.SUPPLIER,
    Reason.NOT_READY: Party.SUPPLIER,
    Reason.UNIT_UNKNOWN: Party.BUYER,
    Reason.SUPPLIER_UNKNOWN: Party.BUYER,
    Reason.SUPPLIER_AMBIGUOUS: Party.BUYER,
    Reason.ORDER_CANCELLED: Party.BUYER,
    Reason.ORDER_CLOSED: Party.BUYER,
    Reason.REJECTED: Party.SUPPLIER,
    Reason.TOO_OLD: Party.BUYER,
    Reason.FULLY_INVOICED: Party.BUYER,
    Reason.ARCHIVED: Party.SUPPLIER,
    Reason.OUTSIDE_PERIOD: Party.SUPPLIER,
}
"""Who can change it. A supplier asks for a connection, and says yes to a notice before silence does; a rejection is
taken back by whoever rejected.
"""


@dataclass(frozen=True)
class Search:
    """What a list shows: orders whose age counts from a day in the period, with a customer where one was chosen."""

    today: date
    window_years: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class OrderFacts:
    """What the question is answered from. `active_on`: creation or last change."""

    waiting_for: str | None
    response: str | None
    closed: bool
    active_on: date
    connected: bool
    fully_invoiced: bool
    cancelled: bool = False
    archived: bool = False


def years_before(today: date, years: int) -> date:
    """The same day some years earlier; 29 February becomes 28 February."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def reasons(order: OrderFacts, search: Search) -> tuple[Reason, ...]:
    """Every reason that applies, the hardest first; none: the order is there and can be invoiced."""
    found: list[Reason] = []
    if order.waiting_for is not None:
        found.append(Reason(order.waiting_for))
    elif not order.connected:
        found.append(Reason.NOT_CONNECTED)
    outside = (search.first is not None and order.active_on < search.first) or (
        search.last is not None and order.active_on > search.last
    )
    applying = {
        Reason.ORDER_CANCELLED: order.cancelled,
        Reason.ORDER_CLOSED: order.closed and not order.cancelled,
        Reason.REJECTED: order.response == "rejected",
        Reason.TOO_OLD: order.active_on < years_before(search.today, search.window_years),
        Reason.FULLY_INVOICED: order.fully_invoiced,
        Reason.ARCHIVED: order.archived,
        Reason.OUTSIDE_PERIOD: outside,
    }
    return (*found, *(reason for reason, applies in applying.items() if applies))
