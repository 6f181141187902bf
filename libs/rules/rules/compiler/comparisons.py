"""General and value comparisons (XPath 2.0, 3.5), by the types of both sides."""

from dataclasses import replace
from typing import Final

from rules.compiler.conversions import at_most_one, atomized, boxed, loop
from rules.compiler.errors import CannotCompile
from rules.compiler.tree import Compare
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import NUMERIC, TEXTUAL, Kind, Many, Value, boolean, many, one

_PYTHON: Final = {"=": "==", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_FUNCTIONS: Final = {
    "==": "operator_eq",
    "!=": "operator_ne",
    "<": "operator_lt",
    "<=": "operator_le",
    ">": "operator_gt",
    ">=": "operator_ge",
}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def compare(unit: Unit, expression: Compare, scope: Scope) -> Value:
    """Emit a comparison. Raises CannotCompile."""
    name = expression.operator
    if name in ("is", "<<", ">>"):
        raise CannotCompile(f"operator {name}")
    left, right = unit.value(expression.left, scope), unit.value(expression.right, scope)
    operator = _PYTHON.get(name, name)
    if name == "=" and (code := _nodes_equal(unit, left, right) or _nodes_equal(unit, right, left)):
        return boolean(code)
    left, right = atomized(unit, left), atomized(unit, right)
    if name.isalpha():
        left, right = at_most_one(left), at_most_one(right)
    if left.kind in TEXTUAL and right.kind in TEXTUAL:
        return boolean(_texts(unit, operator, left, right))
    if Kind.ITEM in (left.kind, right.kind):
        return boolean(f"items_compare({name!r}, {boxed(unit, left)}, {boxed(unit, right)})")
    left, right = _of_one_type(unit, left, right, is_general=not name.isalpha())
    if {left.kind, right.kind} <= NUMERIC:
        return boolean(_numbers(operator, left, right))
    if left.kind is right.kind and left.kind in (Kind.BOOLEAN, Kind.DATE):
        return boolean(_pairs(operator, left, right))
    raise CannotCompile(f"a comparison of {left.kind.name} {name} {right.kind.name}")


def _nodes_equal(unit: Unit, nodes: Value, other: Value) -> str:
    """Nodes compared with one text, or with a fixed list: no list of their texts is made."""
    if nodes.kind is not Kind.NODE or nodes.many is not Many.ANY:
        return ""
    if other.constant and other.kind in TEXTUAL and other.many is Many.ANY:
        return f"any_in({nodes.code}, {unit.constant(f'frozenset({other.code})')})"
    if other.kind in TEXTUAL and other.is_one:
        return f"any_is({nodes.code}, {other.code})"
    return ""


def _texts(unit: Unit, operator: str, left: Value, right: Value) -> str:
    if left.is_one and right.is_one:
        return f"({left.code} {operator} {right.code})"
    if operator != "==":
        return _pairs(operator, left, right)
    if left.is_one and right.constant:
        return f"({left.code} in {unit.constant(f'frozenset({right.code})')})"
    if right.is_one:
        return f"({right.code} in {left.items})"
    if left.is_one:
        return f"({left.code} in {right.items})"
    return f"(not set({left.items}).isdisjoint({right.items}))"


def _of_one_type(unit: Unit, left: Value, right: Value, *, is_general: bool) -> tuple[Value, Value]:
    """An untyped side takes the type of the other (XPath 2.0, 3.5.2)."""
    if right.kind is Kind.UNTYPED and left.kind is not Kind.UNTYPED:
        right, left = _of_one_type(unit, right, left, is_general=is_general)
        return left, right
    if left.kind is not Kind.UNTYPED:
        return left, right
    if right.kind in NUMERIC and is_general:
        function = "compared_double" if right.many is Many.ANY else "ranked_double"
        return _each(unit, left, Kind.DOUBLE, function), _ordered_below_zero(right)
    if right.kind is Kind.BOOLEAN:
        return _each(unit, left, Kind.BOOLEAN, "boolean_of"), right
    if right.kind is Kind.DATE:
        return _each(unit, left, Kind.DATE, "date_of"), right
    return left, right


def _each(unit: Unit, value: Value, kind: Kind, function: str) -> Value:
    if value.is_one:
        return one(kind, f"{function}({value.code})")
    clauses, name = loop(unit, value)
    return many(kind, clauses, f"{function}({name})")


def _ordered_below_zero(value: Value) -> Value:
    if value.kind in (Kind.DOUBLE, Kind.NUMBER) and value.is_one and value.literal is None:
        return one(value.kind, f"compared_number({value.code})")
    return value


def _numbers(operator: str, left: Value, right: Value) -> str:
    if operator == "==" and left.is_one and right.constant and right.many is Many.ANY:
        return f"({left.code} in {right.code})"
    doubles = Kind.DOUBLE in (left.kind, right.kind) and left.kind is not right.kind
    if doubles and left.kind is Kind.DOUBLE and right.literal is not None:
        right, doubles = _as_double(right), False
    elif doubles and right.kind is Kind.DOUBLE and left.literal is not None:
        left, doubles = _as_double(left), False
    if not doubles and Kind.NUMBER not in (left.kind, right.kind):
        return _pairs(operator, left, right)
    if left.is_one and right.is_one:
        return f"numbers_compare({_FUNCTIONS[operator]}, {left.code}, {right.code})"
    return f"any_numbers({_FUNCTIONS[operator]}, {left.items}, {right.items})"


def _as_double(value: Value) -> Value:
    return replace(value, kind=Kind.DOUBLE, plain=repr(float(value.literal or 0)))


def _pairs(operator: str, left: Value, right: Value) -> str:
    if left.is_one and right.is_one:
        return f"({left.code} {operator} {right.code})"
    if Many.ANY not in (left.many, right.many):
        return f"both({_FUNCTIONS[operator]}, {left.code}, {right.code})"
    if left.is_one and right.many is Many.ANY:
        left, right, operator = right, left, _MIRRORED[operator]
    if right.is_one and left.clauses:
        return _any_of(operator, left, right)
    return f"any_pair({_FUNCTIONS[operator]}, {left.items}, {right.items})"


def _any_of(operator: str, left: Value, right: Value) -> str:
    """Lazily, as Saxon does: what follows the first that is equal cannot stop the rules."""
    return f"any({left.result} {operator} {right.code} {' '.join(left.clauses)})"
