"""Sequences of items whose types the compiler cannot tell: each item says itself what it is."""

import math
import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final, TypeAlias

from rules.xpath.casts import Day, boolean_of, compared_double, date_of, double_of, number_of
from rules.xpath.errors import absent, bad_value, repeated
from rules.xpath.nodes import Node, string, unique
from rules.xpath.numbers import Number, total, written

Comparison: TypeAlias = Callable[[Any, Any], bool]
OPERATORS: Final[dict[str, Comparison]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
VALUE_OPERATORS: Final = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class Untyped(str):
    """An untyped atomic value."""

    __slots__ = ()


class AttributeText(str):
    """The value of an attribute or text node."""

    __slots__ = ()


def atomized(item: Any) -> Any:
    """An item without its node."""
    if type(item) is Node:
        return Untyped(item.text or string(item))
    return Untyped(item) if type(item) is AttributeText else item


def optional(item: Any) -> Any:
    """One item or None as a sequence."""
    return () if item is None else (item,)


def only(items: Any) -> Any:
    """The one item or None."""
    if not items:
        return None
    if len(items) > 1:
        repeated()
    return items[0]


def sole(items: Any) -> Any:
    """The one item; None where there are more or none."""
    return items[0] if len(items) == 1 else None


def only_text(items: Any) -> str:
    """The one string, "" for none."""
    if not items:
        return ""
    if len(items) > 1:
        repeated()
    return items[0]


def required(item: Any) -> Any:
    """The item, which must be there."""
    if item is None:
        absent()
    return item


def nth(items: Any, position: Number | None) -> Any:
    """`items[position]`."""
    if position is None or position != int(position) or not 1 <= position <= len(items):
        return None
    return items[int(position) - 1]


def truth(items: Any) -> bool:
    """The effective boolean value of a sequence (XPath 2.0, 2.4.3)."""
    if not items:
        return False
    first = items[0]
    if type(first) is Node or type(first) is AttributeText:
        return True
    if len(items) > 1:
        bad_value()
    return truth_of_number(first) if isinstance(first, float) else bool(first)


def truth_of_number(value: Number | None) -> bool:
    """The effective boolean value of one number or none."""
    return value is not None and bool(value) and value == value


def string_of(items: Any) -> str:
    """The string of one or no item."""
    item = only(items)
    if item is None:
        return ""
    if type(item) is Node:
        return item.text or string(item)
    return str(item) if isinstance(item, str) else written(item)


def operand(items: Any) -> Number | None:
    """The one item as an operand of arithmetic."""
    item = only(items)
    if item is None:
        return None
    item = atomized(item)
    if type(item) is Untyped:
        return double_of(item)
    if isinstance(item, str | bool):
        bad_value()
    return item


def number_of_item(items: Any) -> float:
    """number()."""
    item = only(items)
    if item is None:
        return math.nan
    item = atomized(item)
    return number_of(item) if isinstance(item, str) else float(item)


def total_of(items: Iterable[Any]) -> Number | None:
    """sum() of items of any type."""
    return total(double_of(item) if type(item) is Untyped else item for item in map(atomized, items))


def cast_item(cast: Callable[[str], Any], cast_number: Callable[[Any], Any], items: Any) -> Any:
    """A cast of one or no item: from a string, or from a number."""
    item = only(items)
    if item is None:
        return None
    item = atomized(item)
    return cast(item) if isinstance(item, str) else cast_number(item)


def any_pair(comparison: Comparison, left: Iterable[Any], right: Iterable[Any]) -> bool:
    """A general comparison of items of one type."""
    return any(comparison(a, b) for a in left for b in right)


def numbers_compare(comparison: Comparison, left: Any, right: Any) -> bool:
    """Two numbers of different types: as doubles where one of them is."""
    if type(left) is float or type(right) is float:
        return comparison(float(left), float(right))
    return comparison(left, right)


def any_numbers(comparison: Comparison, left: Iterable[Any], right: Iterable[Any]) -> bool:
    """A general comparison of numbers of different types."""
    return any(numbers_compare(comparison, a, b) for a in left for b in right)


def both(comparison: Comparison, left: Any, right: Any) -> bool:
    """A comparison of one or no item with one or none."""
    return left is not None and right is not None and comparison(left, right)


def items_compare(name: str, left: Iterable[Any], right: Iterable[Any]) -> bool:
    """A comparison of items that are only known now (XPath 2.0, 3.5.2)."""
    comparison = OPERATORS[VALUE_OPERATORS.get(name, name)]
    rights = [atomized(item) for item in right]
    return any(comparison(*_comparable(atomized(a), b)) for a in left for b in rights)


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    untyped = type(left) is Untyped, type(right) is Untyped
    if untyped[0] and not isinstance(right, str):
        left = _as_type_of(left, right)
    elif untyped[1] and not isinstance(left, str):
        right = _as_type_of(right, left)
    elif isinstance(left, str) is not isinstance(right, str) or isinstance(left, bool) is not isinstance(right, bool):
        bad_value()
    if type(left) is float or type(right) is float:
        return float(left), float(right)
    return left, right


def _as_type_of(text: str, other: Any) -> Any:
    if isinstance(other, bool):
        return boolean_of(text)
    if isinstance(other, Day):
        return date_of(text)
    if isinstance(other, int | float | Decimal):
        return compared_double(text)
    return bad_value()


def distinct(items: Iterable[Any]) -> list[Any]:
    """distinct-values()."""
    return list(dict.fromkeys(str(item) if isinstance(item, str) else item for item in map(atomized, items)))


def least(items: Any) -> Any:
    """min() of items of one type; NaN where one is."""
    return _not_a_number(items) or min(items) if items else None


def greatest(items: Any) -> Any:
    """max() of items of one type; NaN where one is."""
    return _not_a_number(items) or max(items) if items else None


def _not_a_number(items: Any) -> float | None:
    return next((item for item in items if item != item), None)


def index_of(entries: list[tuple[Node, Any]]) -> dict[str, list[Node]]:
    """The index of an `xsl:key`: nodes by the texts of those that they are looked up by."""
    index: dict[str, list[Node]] = {}
    for node, keys in entries:
        for text in dict.fromkeys(key.text or string(key) for key in keys):
            index.setdefault(text, []).append(node)
    return index


def grouped(pairs: list[tuple[str, Node]]) -> dict[str, list[Node]]:
    """Nodes by a text of each."""
    groups: dict[str, list[Node]] = {}
    for text, node in pairs:
        groups.setdefault(text, []).append(node)
    return groups


def keyed(index: dict[str, list[Node]], texts: Iterable[str]) -> list[Node]:
    """The nodes of an index by any of some texts."""
    return unique([node for text in texts for node in index.get(text, ())])


class Lazy:
    """A variable of a rule or function: computed when it is first used, since one that is not used must not stop."""

    __slots__ = ("_compute", "_value")

    def __init__(self, compute: Callable[[], Any]) -> None:
        self._compute: Callable[[], Any] | None = compute

    def __call__(self) -> Any:
        """Its value."""
        if self._compute is not None:
            self._value = self._compute()
            self._compute = None
        return self._value
