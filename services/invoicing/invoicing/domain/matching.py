"""Which order lines an invoice from elsewhere bills: by reference, then by item, price and quantity, with a stated
confidence. A reference that is empty matches nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from documents.invoice import DraftLine, InvoiceDraft
from invoicing.domain.takings import line_name

Basis = Literal["reference", "item", "price_and_quantity"]
_CONFIDENCE: Final[dict[Basis, Decimal]] = {
    "reference": Decimal("1.00"),
    "item": Decimal("0.90"),
    "price_and_quantity": Decimal("0.60"),
}
SURE: Final = Decimal("0.90")
"""From here on a match is applied; below, it is shown for a person to decide."""


@dataclass(frozen=True)
class Candidate:
    """An open order line, as far as a match looks at it."""

    order_line_id: UUID
    order_number: str
    identifier: str
    unit: str
    price: Decimal | None
    """Of one unit, without VAT."""
    available: Decimal
    items: frozenset[str]
    """Identifiers of its item: the buyer's, the seller's, the standard one."""


@dataclass(frozen=True)
class Match:
    """What one line of the invoice bills. `line` is its index."""

    line: int
    candidate: Candidate
    basis: Basis
    confidence: Decimal


def matches(draft: InvoiceDraft, candidates: Sequence[Candidate]) -> list[Match]:
    """At most one match a line; where several order lines would do, none is chosen."""
    found: list[Match] = []
    for index, line in enumerate(draft.lines):
        match = _match(draft, index, line, candidates)
        if match is not None:
            found.append(match)
    return found


def _match(draft: InvoiceDraft, index: int, line: DraftLine, candidates: Sequence[Candidate]) -> Match | None:
    name = line_name(draft, line)
    if name is not None:
        return _only(index, [c for c in candidates if (c.order_number, c.identifier) == name], "reference")
    ordered = (line.order_line.order if line.order_line else None) or draft.order_reference
    within = [c for c in candidates if c.order_number == ordered] if ordered else list(candidates)
    items = _items(line)
    by_item = [c for c in within if items & c.items and c.unit == line.unit]
    if by_item:
        return _only(index, by_item, "item")
    if not ordered:
        return None
    price = line.price.net / (line.price.base_quantity or 1)
    fitting = [c for c in within if c.unit == line.unit and c.price == price and 0 < line.quantity <= c.available]
    return _only(index, fitting, "price_and_quantity")


def _items(line: DraftLine) -> frozenset[str]:
    standard = line.item.standard_identifier.value if line.item.standard_identifier else None
    named = (line.item.buyer_identifier, line.item.seller_identifier, standard)
    return frozenset(name for name in named if name)


def _only(index: int, found: Sequence[Candidate], basis: Basis) -> Match | None:
    return Match(index, found[0], basis, _CONFIDENCE[basis]) if len(found) == 1 else None
