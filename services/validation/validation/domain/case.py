"""What a buyer's rule is asked about, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from contracts.invoices import OrderContext
from documents.invoice import Invoice


@dataclass(frozen=True)
class OrderedLine:
    """A line beside its order's: `billed` in all, this line included; prices without VAT, of one unit."""

    index: int
    billed: Decimal
    billed_price: Decimal
    ordered: Decimal
    received: Decimal
    price: Decimal | None


@dataclass(frozen=True)
class Case:
    """One document with what is known beside it; None: that is not known here.

    `today`: the day of the check, UTC. `orders`: what the orders said of billed lines, by index of line. `similar`:
    dates (BT-2) of other live invoices of the same seller to the unit with the same total and currency. `kept`: what
    several rules work out of all this.
    """

    invoice: Invoice
    today: date
    orders: Mapping[int, OrderContext] | None = None
    similar: tuple[date, ...] | None = None
    kept: dict[str, Sequence[OrderedLine]] = field(default_factory=dict[str, Sequence[OrderedLine]], compare=False)


@dataclass(frozen=True)
class Place:
    """A place that breaks a rule: business term, JSON Pointer into the invoice, and values for the text."""

    term: str
    pointer: str
    parameters: Mapping[str, str]


class NotEvaluated(Exception):
    """The document, or what is known beside it, lacks what the rule looks at: neither kept nor broken."""

    def __init__(self, absent: str) -> None:
        super().__init__(absent)
        self.absent = absent


class RuleFailed(Exception):
    """The rule itself is at fault: `cause` is `VALUE`, `COST`, `SYNTAX`, `NAME` or `KIND`."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause
