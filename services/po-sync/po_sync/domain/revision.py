"""What a further sending of an order means."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
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
