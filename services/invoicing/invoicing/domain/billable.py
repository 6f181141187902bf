"""Why an order line cannot be invoiced, and who can change that."""

from dataclasses import dataclass
from datetime import date
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
    issue_date: date


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
    amount_left: bool


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
        (too_old(order.issue_date, today, trade.window_years), Block(Code.TOO_OLD, Party.BUYER, _PURCHASING)),
    ]
    return tuple(block for applies, block in found if applies)


def line_blocks(line: LineFacts) -> tuple[Block, ...]:
    """What stands against this line alone."""
    if line.withdrawn:
        return (Block(Code.WITHDRAWN, Party.BUYER, _PURCHASING),)
    found: list[Block] = []
    balance = line.balance
    if balance.available < 0:
        found.append(Block(Code.OVER_INVOICED, Party.BUYER, ContactRole.ACCOUNTS_PAYABLE))
    elif balance.available == 0:
        if balance.receipt_required and balance.received < balance.ordered + balance.extra:
            found.append(Block(Code.NO_RECEIPT, Party.BUYER, ContactRole.RECEIVING))
        else:
            found.append(Block(Code.FULLY_INVOICED, Party.BUYER, _PURCHASING))
    if not line.amount_left:
        found.append(Block(Code.AMOUNT_CAP_REACHED, Party.BUYER, _PURCHASING))
    return tuple(found)
