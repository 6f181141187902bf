"""The quantity ledger's rule: what a submission takes of an order line at each stage of its life.

A stage follows from the set of facts about a submission, whatever their order; a movement is the difference between
what two stages take. So no order of facts, and no repetition, can count anything twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from contracts.invoices import Kind

_ZERO: Final = Decimal(0)


class Stage(StrEnum):
    """Where a submission stands for the ledger."""

    NONE = "none"
    RESERVED = "reserved"
    INVOICED = "invoiced"
    FREED = "freed"
    """Failed, cancelled, refused or rejected."""
    VOID = "void"
    """A credit note whose invoice was freed: there is nothing left to credit."""


class Event(StrEnum):
    """What the ledger listens to."""

    SUBMITTED = "submitted"
    FAILED = "failed"
    ARCHIVED = "archived"
    ENDED = "ended"
    """Cancelled, or a closing status (210, 213) on its delivery."""


def stage_of(events: Iterable[Event], *, original: Stage | None = None) -> Stage:
    """The stage that a set of events leads to; `original` is the stage of the invoice that a credit note credits."""
    known = frozenset(events)
    if Event.ENDED in known:
        return Stage.FREED
    if Event.ARCHIVED not in known and Event.FAILED in known:
        return Stage.FREED
    if original is Stage.FREED:
        return Stage.VOID
    if Event.ARCHIVED in known:
        return Stage.INVOICED
    return Stage.RESERVED if Event.SUBMITTED in known else Stage.NONE


@dataclass(frozen=True)
class Taken:
    """What is taken of a line; quantities in the line's unit, or amounts without VAT."""

    reserved: Decimal = _ZERO
    invoiced: Decimal = _ZERO
    crediting: Decimal = _ZERO
    """Credit notes under way."""
    credited: Decimal = _ZERO

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.reserved + other.reserved,
            self.invoiced + other.invoiced,
            self.crediting + other.crediting,
            self.credited + other.credited,
        )

    def __sub__(self, other: "Taken") -> "Taken":
        return Taken(
            self.reserved - other.reserved,
            self.invoiced - other.invoiced,
            self.crediting - other.crediting,
            self.credited - other.credited,
        )


def taken(kind: Kind, stage: Stage, value: Decimal) -> Taken:
    """What a submission takes at a stage; `value` is positive."""
    if stage is Stage.RESERVED:
        return Taken(crediting=value) if kind is Kind.CREDIT_NOTE else Taken(reserved=value)
    if stage is Stage.INVOICED:
        return Taken(credited=value) if kind is Kind.CREDIT_NOTE else Taken(invoiced=value)
    return Taken()


@dataclass(frozen=True)
class Balance:
    """An order line's account."""

    ordered: Decimal
    received: Decimal
    extra: Decimal
    receipt_required: bool
    reserved: Decimal = _ZERO
    invoiced: Decimal = _ZERO
    credited: Decimal = _ZERO

    @property
    def allowed(self) -> Decimal:
        """Most that may be reserved or invoiced in all; the same expression stands in the table's definition."""
        ceiling = self.ordered + self.extra
        return min(self.received, ceiling) if self.receipt_required else ceiling

    @property
    def in_use(self) -> Decimal:
        """What is reserved or invoiced and not credited."""
        return self.reserved + self.invoiced - self.credited

    @property
    def available(self) -> Decimal:
        """What can be invoiced now; negative when the buyer took something back after it was invoiced."""
        return self.allowed - self.in_use
