"""A document as CEL sees it, and the functions that compute with its decimals.

CEL has no decimals. A decimal is a map of one entry, which CEL's own `<` and `+` refuse, so nobody compares amounts as
texts or floats by mistake: `more(invoice.totals.gross_amount, "1000")`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel

from contracts.money import shortest
from validation.domain.case import Case
from validation.domain.expression_reach import EACH, Wanted

_DECIMAL: Final = "decimal"
_EXACT: Final = Context(prec=60, Emax=999, Emin=-999)
_LONGEST: Final = 60


class NotADecimal(Exception):
    """A function got what is no decimal. Says nothing of the value: the library prints it."""


class Values:
    """A case's variables, each made when it is first asked for, as far as it is wanted.

    `longest`: the longest list or map among those made.
    """

    def __init__(self, case: Case, wanted: "Mapping[str, Wanted]") -> None:
        self._case = case
        self._wanted = wanted
        self.longest = 0

    def of(self, name: str) -> Any:
        """`invoice` (without its lines), `lines`, `today`, or `orders`: by line, an empty map where none is known."""
        case = self._case
        wanted = self._wanted.get(name)
        if name == "invoice":
            head = {key: value for key, value in vars(case.invoice).items() if key != "lines"}
            return self._map(head, wanted)
        if name == "lines":
            return self._plain(case.invoice.lines, wanted)
        if name == "orders":
            known = case.orders or {}
            return self._plain([known.get(index, {}) for index in range(len(case.invoice.lines))], wanted)
        return case.today.isoformat()

    def _plain(self, value: Any, wanted: Wanted) -> Any:
        kind = type(value)
        if kind is str or kind is int or kind is bool:
            return value
        if kind is Decimal:
            return _decimal(value)
        if isinstance(value, tuple | list):
            entries: Sequence[Any] = value
            self.longest = max(self.longest, len(entries))
            # Where a name is read of a list, an expression errs, whatever is in the list.
            each_wanted = wanted.get(EACH) if wanted else None
            return [self._plain(each, each_wanted) for each in entries]
        if isinstance(value, BaseModel):
            return self._map(vars(value), wanted)
        if isinstance(value, date):
            return value.isoformat()
        return {} if value == {} else str(value)

    def _map(self, entries: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
        """What is absent is left out, so that reading it is an error of its own and `has(…)` asks for it."""
        self.longest = max(self.longest, len(entries))
        if wanted is None or EACH in wanted:
            return {name: self._plain(each, None) for name, each in entries.items() if each is not None}
        return {
            name: self._plain(each, below) for name, below in wanted.items() if (each := entries.get(name)) is not None
        }


def _decimal(value: Decimal) -> dict[str, str]:
    return {_DECIMAL: format(shortest(value), "f")}


def _read(value: Any) -> Decimal:
    text = value.get(_DECIMAL) if isinstance(value, dict) else value
    if isinstance(text, str):
        return _number(text)
    if isinstance(text, bool) or not isinstance(text, int) or abs(text) >= 10**_LONGEST:
        raise NotADecimal
    return Decimal(text)


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal:
    if len(text) > _LONGEST:
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
