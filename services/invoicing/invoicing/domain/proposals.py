"""What to invoice of a line by the newest documents of its chain: order, response, despatch, receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from invoicing.domain.ledger import Balance

_ZERO: Final = Decimal(0)
Kind = Literal["response", "despatch", "receipt"]


@dataclass(frozen=True)
class Step:
    """What a document that came after the order says of one of its lines."""

    id: UUID
    kind: Kind
    number: str
    dated: date
    quantity: Decimal


@dataclass(frozen=True)
class Proposal:
    """A quantity, and the documents that it comes from; none: the order alone."""

    quantity: Decimal
    steps: tuple[Step, ...] = ()


def proposal(balance: Balance, steps: Sequence[Step]) -> Proposal:
    """What receipts say, else what despatches announced, else the latest response, else all that is available.

    Never more than is available.
    """
    available = max(balance.available, _ZERO)
    for kind in ("receipt", "despatch"):
        said = tuple(step for step in steps if step.kind == kind)
        if said:
            left = sum((step.quantity for step in said), _ZERO) - balance.in_use
            return Proposal(max(min(left, available), _ZERO), said)
    answers = [step for step in steps if step.kind == "response"]
    if answers:
        return Proposal(max(min(answers[-1].quantity - balance.in_use, available), _ZERO), (answers[-1],))
    return Proposal(available)
