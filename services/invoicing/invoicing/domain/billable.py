"""Why an order line cannot be invoiced, and who can change that."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from contracts.status import Party
from documents.order import ContactRole
from invoicing.domain.ledger import Balance


class Code(StrEnum):
    """Stable codes; texts are the reader's."""

    NO_RECEIPT = "NO_RECEIPT"
    FULLY_INVOICED = "FULLY_INVOICED"
    OVER_INVOICED = "OVER_INVOICED"
    AMOUNT_CAP_REACHED = "AMOUNT_CAP_REACHED"
    WITHDRAWN = "WITHDRAWN"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    REJECTED = "REJECTED"
    ORDER_CLOSED = "ORDER_CLOSED"
    ARCHIVED = "ARCHIVED"
    TOO_OLD = "TOO_OLD"
    NOT_CONNECTED = "NOT_CONNECTED"
    NO_CONSENT = "NO_CONSENT"
    NO_ALLOWANCE = "NO_ALLOWANCE"


@dataclass(frozen=True)
class Block:
    """One reason. `role` names whom to ask at the buyer's; None: it is the supplier's own to change."""

    code: Code
    mended_by: Party
    role: ContactRole | None = None


@dataclass(frozen=True)
class OrderFacts:
    """What is known of the order."""

    response: str | None
    closed: bool
    changed_on: date
    """Its age counts from here: the day it was issued, or last changed."""
    archived: bool = False


@dataclass(frozen=True)
class Trade:
    """What is known between supplier and unit."""

    connected: bool
    consent: bool
    allowance: bool
    acceptance_required: bool
    window_years: int
    buyer_pays: bool


@dataclass(frozen=True)
class LineFacts:
    """What is known of the line."""

    balance: Balance
    withdrawn: bool
    amount_available: Decimal | None
    """What may still be invoiced without VAT; None: no cap."""
    by_amount: bool = False


_PURCHASING: Final = ContactRole.PURCHASING


def too_old(issued: date, today: date, years: int) -> bool:
    """Whether an order is older than the unit's window; 29 February counts as 28 February."""
    try:
        oldest = today.replace(year=today.year - years)
    except ValueError:
        oldest = today.replace(year=today.year - years, day=28)
    return issued < oldest


def order_blocks(order: OrderFacts, trade: Trade, today: date) -> tuple[Block, ...]:
    """What stands against every line of an order."""
    payer = Party.BUYER if trade.buyer_pays else Party.SUPPLIER
    found = [
        (not trade.connected, Block(Code.NOT_CONNECTED, Party.SUPPLIER)),
        (not trade.consent, Block(Code.NO_CONSENT, Party.BUYER, ContactRole.ACCOUNTS_PAYABLE)),
        (
            not trade.allowance,
            Block(Code.NO_ALLOWANCE, payer, ContactRole.ACCOUNTS_PAYABLE if trade.buyer_pays else None),
        ),
        (order.closed, Block(Code.ORDER_CLOSED, Party.BUYER, _PURCHASING)),
        (order.response == "rejected", Block(Code.REJECTED, Party.SUPPLIER)),
        (trade.acceptance_required and order.response is None, Block(Code.NOT_ACCEPTED, Party.SUPPLIER)),
        (order.archived, Block(Code.ARCHIVED, Party.SUPPLIER)),
        (too_old(order.changed_on, today, trade.window_years), Block(Code.TOO_OLD, Party.BUYER, _PURCHASING)),
    ]
    return tuple(block for applies, block in found if applies)


def line_blocks(line: LineFacts) -> tuple[Block, ...]:
    """What stands against this line alone."""
    if line.withdrawn:
        return (Block(Code.WITHDRAWN, Party.BUYER, _PURCHASING),)
    found: list[Block] = []
    balance = line.balance
    # A tolerance is no promise: what was ordered and has arrived is complete.
    more_to_come = balance.receipt_required and balance.received < balance.ordered
    left = line.amount_available if line.by_amount else balance.available
    if left is not None and left < 0:
        found.append(Block(Code.OVER_INVOICED, Party.BUYER, ContactRole.ACCOUNTS_PAYABLE))
    elif left == 0:
        missing = Block(Code.NO_RECEIPT, Party.BUYER, ContactRole.RECEIVING)
        found.append(missing if more_to_come else Block(Code.FULLY_INVOICED, Party.BUYER, _PURCHASING))
    if not line.by_amount and line.amount_available is not None and line.amount_available <= 0:
        found.append(Block(Code.AMOUNT_CAP_REACHED, Party.BUYER, _PURCHASING))
    return tuple(found)
