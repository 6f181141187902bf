"""What a revision changed: term by term, old and new."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.orders import TermChange
from documents.order import Order

MOST_KEPT: Final = 2_000
MOST_TOLD: Final = 100
"""In a fact, which has a size limit; the whole content is behind its reference."""
_OF_THE_REVISION: Final = frozenset({"revision", "revised_on", "lines"})
_CODED: Final = re.compile(r"^(-?\d+(\.\d+)?|\d{4}-\d{2}-\d{2}|[A-Z0-9]{1,3}|true|false)$")
_CODED_TERMS: Final = frozenset(
    {"quantity", "unit", "net", "base_quantity", "base_unit", "net_amount", "start", "end", "code", "rate"}
    | {"valid_until", "receipt_required", "amount_cap", "freight_in_cap", "billed_by", "currency", "issue_date"}
    | {"quantity_percentage", "price_percentage", "amount", "line_net_amount", "gross_amount", "vat_amount"}
    | {"due_amount", "partial_delivery"}
)
"""Terms whose values are no text that people typed."""


@dataclass(frozen=True)
class Change:
    """One term of the order, or of one of its lines. `old` or `new` of None: it was not there, or is no more."""

    line: str | None
    term: str
    old: str | None
    new: str | None


def between(before: Order, after: Order) -> tuple[Change, ...]:
    """What differs, the order's terms first, then its lines in the new order; the first 2,000."""
    return tuple(change for _, change in zip(range(MOST_KEPT), _all(before, after), strict=False))


def _all(before: Order, after: Order) -> Iterator[Change]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    yield from _terms(None, _without(old, _OF_THE_REVISION), _without(new, _OF_THE_REVISION), "")
    standing = {line["identifier"]: line for line in old["lines"]}
    for line in new["lines"]:
        known = standing.pop(line["identifier"], None)
        if known is None:
            yield Change(line["identifier"], "line", None, line["item"]["name"])
        yield from _terms(line["identifier"], known or {}, line, "")
    for name, line in standing.items():
        yield Change(name, "line", line["item"]["name"], None)


def _without(content: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in names}


def _terms(line: str | None, old: Any, new: Any, path: str) -> Iterator[Change]:
    """Scalars that differ, each by its path; `contacts.0.name` is the first contact's."""
    if old == new:
        return
    if isinstance(old, dict | list) or isinstance(new, dict | list):
        before, after = _children(old), _children(new)
        for name in dict.fromkeys([*after, *before]):
            yield from _terms(line, before.get(name), after.get(name), f"{path}.{name}" if path else name)
        return
    yield Change(line, path, _text(old), _text(new))


def _children(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def told(changes: tuple[Change, ...]) -> tuple[TermChange, ...]:
    """The changes as a fact carries them: values only where they are numbers, dates, codes and switches."""
    return tuple(_told(change) for change in changes[:MOST_TOLD])


def _told(change: Change) -> TermChange:
    coded = change.term.rpartition(".")[2] in _CODED_TERMS and _fits(change.old) and _fits(change.new)
    return TermChange(
        line=change.line,
        term=change.term[:200],
        old=change.old if coded else None,
        new=change.new if coded else None,
    )


def _fits(value: str | None) -> bool:
    return value is None or _CODED.match(value) is not None or value in ("quantity", "amount")
