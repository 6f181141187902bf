"""A document as CEL sees it, and the functions that compute with its decimals.

CEL has no decimals. A decimal is a map of one entry, which CEL's own `<` and `+` refuse, so nobody compares amounts as
texts or floats by mistake: `more(invoice.totals.gross_amount, "1000")`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from pydantic import BaseModel

from contracts.money import shortest
from validation.domain.case import Case

_DECIMAL: Final = "decimal"
_EXACT: Final = Context(prec=60, Emax=999, Emin=-999)
_LONGEST: Final = 60


class NotADecimal(Exception):
    """A function got what is no decimal. Says nothing of the value: the library prints it."""


def variables(case: Case) -> dict[str, Any]:
    """`invoice`, `lines`, `today` (ISO 8601 as every date), and `orders`: by line, an empty map where none is known."""
    invoice = _plain(case.invoice)
    known = case.orders or {}
    return {
        "invoice": invoice,
        "lines": invoice["lines"],
        "today": case.today.isoformat(),
        "orders": [_plain(known[index]) if index in known else {} for index in range(len(case.invoice.lines))],
    }


def longest(value: Any) -> int:
    """The length of the longest list or map within a value."""
    if isinstance(value, Mapping):
        found: Mapping[str, Any] = value
        return max(len(found), *(longest(each) for each in found.values()), 0)
    if isinstance(value, list):
        entries: list[Any] = value
        return max(len(entries), *(longest(each) for each in entries), 0)
    return 0


def _plain(value: Any) -> Any:
    """What is absent is left out, so that reading it is an error of its own and `has(…)` asks for it."""
    if isinstance(value, BaseModel):
        return {name: _plain(each) for name, each in value if each is not None}
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        entries: Sequence[Any] = value
        return [_plain(each) for each in entries]
    return value if isinstance(value, str | int | bool) else str(value)


def _decimal(value: Decimal) -> dict[str, str]:
    return {_DECIMAL: format(shortest(value), "f")}


def _read(value: Any) -> Decimal:
    text = value.get(_DECIMAL) if isinstance(value, dict) else value
    if isinstance(text, bool) or not isinstance(text, str | int) or len(str(text)) > _LONGEST:
        raise NotADecimal
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise NotADecimal from None
    if not found.is_finite():
        raise NotADecimal
    return found


def _compared(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, Any], bool]:
    return lambda one, other: compare(_read(one), _read(other))


def _computed(compute: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], dict[str, str]]:
    return lambda one, other: _decimal(compute(_read(one), _read(other)))


def _total(values: Sequence[Any]) -> dict[str, str]:
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, _read(value))
    return _decimal(total)


def _days_between(earlier: str, later: str) -> int:
    try:
        return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
    except (TypeError, ValueError):
        raise NotADecimal from None


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "more": _compared(lambda one, other: one > other),
    "less": _compared(lambda one, other: one < other),
    "at_most": _compared(lambda one, other: one <= other),
    "at_least": _compared(lambda one, other: one >= other),
    "same": _compared(lambda one, other: one == other),
    "plus": _computed(_EXACT.add),
    "minus": _computed(_EXACT.subtract),
    "times": _computed(_EXACT.multiply),
    "total": _total,
    "days_between": _days_between,
}
"""Of decimals, or texts and integers that are decimals; `days_between` of dates."""
