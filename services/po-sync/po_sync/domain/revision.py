"""What a further sending of an order means."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice, pairwise
from typing import Final

from documents.order import Order, OrderLine

MOST_NAMED: Final = 1_000


class Outcome(StrEnum):
    """What became of an order that was sent."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    """The same number and revision with the same content."""
    IGNORED = "ignored"
    """A lower revision than the one that stands."""
    CHANGED = "changed"
    CONFLICT = "conflict"
    """The same revision with other content."""
    CANCELLED = "cancelled"
    """The whole order, by a cancellation."""


@dataclass(frozen=True)
class Standing:
    """What is known of an order: its revision and the digest of its content."""

    revision: int
    sha256: str


def outcome(standing: Standing | None, revision: int, sha256: str) -> Outcome:
    """How an order with this revision and content relates to what stands."""
    if standing is None:
        return Outcome.CREATED
    if revision < standing.revision:
        return Outcome.IGNORED
    if revision > standing.revision:
        return Outcome.CHANGED
    return Outcome.UNCHANGED if sha256 == standing.sha256 else Outcome.CONFLICT


def gaps(known: Iterable[int]) -> tuple[int, ...]:
    """Revisions that never came, between the first and the last that did; the first 100."""
    have = sorted(set(known))
    missing = (n for low, high in pairwise(have) for n in range(low + 1, high))
    return tuple(islice(missing, 100))


def active_on(order: Order, before: date | None, today: date) -> date:
    """The day from which an order's age counts: of its last change, else of its creation."""
    if before is None:
        return max(order.issue_date, order.revised_on or order.issue_date)
    return max(before, order.revised_on or today)


def number_key(number: str) -> str:
    """The form in which two document numbers are compared: trimmed, case-insensitive."""
    return number.strip().upper()


def content(order: Order) -> bytes:
    """The order as it is kept and hashed: JSON, the same bytes for the same order."""
    return order.model_dump_json().encode()


def line_digest(line: OrderLine) -> str:
    """SHA-256 of a line's content."""
    return hashlib.sha256(line.model_dump_json().encode()).hexdigest()


def changed_lines(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The buyer's identifiers of lines that were changed, added or left out; both map identifier to digest.

    The first 1,000: a fact has a size limit, and the whole content is behind its reference.
    """
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return tuple(changed[:MOST_NAMED])
