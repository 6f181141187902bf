"""Literals, sequences, arithmetic, loops, branches, casts and unions."""

from collections.abc import Mapping
from typing import Final

from rules.compiler.comparisons import compare
from rules.compiler.conditions import condition, truth_value
from rules.compiler.conversions import atomized, boxed, cast, joined, loop, number
from rules.compiler.dependencies import dependencies
from rules.compiler.errors import CannotCompile
from rules.compiler.repeating import shared
from rules.compiler.tree import (
    Arithmetic,
    Compare,
    If,
    Items,
    Logic,
    Loop,
    Negative,
    Nodes,
    Number,
    Range,
    Text,
    Typed,
    Variable,
)
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import TEXTUAL, Kind, Many, Value, boolean, many, one

_ARITHMETIC: Final[Mapping[str, str]] = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "div": "divide",
    "mod": "modulo",
    "idiv": "whole_divide",
}
_CASTABLE: Final = {
    "xs:integer": "integer_of",
    "xs:date": "date_of",
    "xs:decimal": "decimal_of",
    "xs:double": "double_of",
    "xs:boolean": "boolean_of",
}


def text(unit: Unit, expression: Text, scope: Scope) -> Value:
    """Emit a string literal."""
    del unit, scope
    return Value(Kind.STRING, Many.ONE, repr(expression.value), literal=expression.value)


def numeral(unit: Unit, expression: Number, scope: Scope) -> Value:
    """Emit a numeric literal."""
    del scope
    written = expression.text
    match expression.type:
        case "integer":
            return Value(Kind.INTEGER, Many.ONE, str(int(written)), literal=int(written))
        case "decimal":
            code = unit.constant(f"Decimal({written!r})")
            return Value(Kind.DECIMAL, Many.ONE, code, literal=float(written), constant=True)
        case "double":
            return Value(Kind.DOUBLE, Many.ONE, repr(float(written)), literal=float(written))


def variable(unit: Unit, expression: Variable, scope: Scope) -> Value:
    """Emit `$name`."""
    return unit.variable(expression.name, scope)


def items(unit: Unit, expression: Items, scope: Scope) -> Value:
    """Emit a sequence."""
    parts = expression.items
    if not parts:
        return Value(Kind.STRING, Many.ANY, "NONE")
    texts = [part.value for part in parts if isinstance(part, Text)]
    if len(texts) == len(parts):
        return Value(Kind.STRING, Many.ANY, unit.constant(repr(tuple(texts))), constant=True)
    numbers = [int(part.text) for part in parts if isinstance(part, Number) and part.type == "integer"]
    if len(numbers) == len(parts):
        return Value(Kind.INTEGER, Many.ANY, unit.constant(repr(tuple(numbers))), constant=True)
    values = [unit.value(part, scope) for part in parts]
    if len({value.kind for value in values}) == 1:
        code = ", ".join(value.code if value.is_one else f"*{value.items}" for value in values)
        return Value(values[0].kind, Many.ANY, f"[{code}]")
    return Value(Kind.ITEM, Many.ANY, f"[{', '.join('*' + boxed(unit, value) for value in values)}]")


def logic(unit: Unit, expression: Logic, scope: Scope) -> Value:
    """Emit `and`, `or`."""
    return truth_value(unit, expression, scope)


def branch(unit: Unit, expression: If, scope: Scope) -> Value:
    """Emit `if … then … else …`."""
    test = condition(unit, expression.test, scope)
    then, otherwise = unit.value(expression.then, scope), unit.value(expression.otherwise, scope)
    kind, number_of_items, yes, no = joined(unit, then, otherwise)
    return Value(kind, number_of_items, f"({yes} if {test} else {no})")


def iteration(unit: Unit, expression: Loop, scope: Scope) -> Value:
    """Emit `for`, `some`, `every`."""
    if simple := _some_equal(expression):
        return compare(unit, simple, scope)
    clauses: tuple[str, ...] = ()
    for name, source in expression.bindings:
        value = unit.value(source, scope)
        added, item = loop(unit, value)
        clauses += added
        scope = scope.bind(name, one(value.kind, item))
    if expression.kind == "for":
        body = unit.value(expression.body, scope)
        if body.is_one:
            return many(body.kind, clauses, body.code)
        added, item = loop(unit, body)
        return many(body.kind, clauses + added, item)
    scope, names = shared(unit, expression.body, scope)
    clauses += tuple(f"for {name} in ({code},)" for name, code in names)
    test = condition(unit, expression.body, scope)
    if expression.kind == "some":
        return boolean(f"any({test} {' '.join(clauses)})")
    return boolean(f"all({test} {' '.join(clauses)})")


def _some_equal(expression: Loop) -> Compare | None:
    """`some $x in list satisfies $x = value` is the comparison `value = list`."""
    body = expression.body
    if expression.kind != "some" or len(expression.bindings) != 1:
        return None
    if not isinstance(body, Compare) or body.operator != "=":
        return None
    ((name, source),) = expression.bindings
    for item, other in ((body.left, body.right), (body.right, body.left)):
        if item == Variable(name) and f"${name}" not in dependencies(other):
            return Compare("=", other, source)
    return None


def negative(unit: Unit, expression: Negative, scope: Scope) -> Value:
    """Emit `-a`."""
    value = number(unit, unit.value(expression.operand, scope))
    code = f"(-{value.code})" if value.is_one else f"negative({value.code})"
    return Value(value.kind, value.many, code)


def arithmetic(unit: Unit, expression: Arithmetic, scope: Scope) -> Value:
    """Emit `+ - * div mod idiv`: doubles win over decimals, decimals over integers."""
    operator = expression.operator
    left = number(unit, unit.value(expression.left, scope))
    right = number(unit, unit.value(expression.right, scope))
    kind = _result(operator, left.kind, right.kind)
    both = left.is_one and right.is_one
    exact = {left.kind, right.kind} <= {Kind.INTEGER, Kind.DECIMAL} or left.kind is right.kind is Kind.DOUBLE
    if both and exact and operator in ("+", "-", "*"):
        return one(kind, f"({left.code} {operator} {right.code})")
    return Value(kind, Many.ONE if both else Many.OPTIONAL, f"{_ARITHMETIC[operator]}({left.code}, {right.code})")


def _result(operator: str, left: Kind, right: Kind) -> Kind:
    if operator == "idiv":
        return Kind.INTEGER
    for kind in (Kind.NUMBER, Kind.DOUBLE, Kind.DECIMAL):
        if kind in (left, right):
            return kind
    return Kind.DECIMAL if operator == "div" else Kind.INTEGER


def span(unit: Unit, expression: Range, scope: Scope) -> Value:
    """Emit `a to b`."""
    first, last = (number(unit, unit.value(end, scope)) for end in (expression.left, expression.right))
    return Value(Kind.INTEGER, Many.ANY, f"span({first.code}, {last.code})")


def typed(unit: Unit, expression: Typed, scope: Scope) -> Value:
    """Emit `cast as`, `castable as`."""
    value = unit.value(expression.operand, scope)
    name = expression.type.rstrip("?")
    match expression.operator:
        case "cast":
            return cast(unit, value, name)
        case "castable":
            return _castable(unit, value, name, allows_none=expression.type.endswith("?"))
        case _:
            raise CannotCompile(f"{expression.operator} {expression.type}")


def _castable(unit: Unit, value: Value, name: str, *, allows_none: bool) -> Value:
    atom = atomized(unit, value)
    if allows_none or atom.kind is Kind.ITEM:
        raise CannotCompile(f"{atom.kind.name} castable as {name}")
    if atom.many is Many.ANY:
        atom = Value(atom.kind, Many.OPTIONAL, f"sole({atom.code})")
    if name == "xs:string":
        return boolean("True" if atom.is_one else f"({atom.code} is not None)")
    if name not in _CASTABLE or atom.kind not in TEXTUAL:
        raise CannotCompile(f"{atom.kind.name} castable as {name}")
    return boolean(f"castable({atom.code}, {_CASTABLE[name]})")


def nodes(unit: Unit, expression: Nodes, scope: Scope) -> Value:
    """Emit `|`, `intersect`, `except`."""
    left, right = unit.value(expression.left, scope), unit.value(expression.right, scope)
    if left.kind is right.kind is Kind.ATTRIBUTE and expression.operator == "|":
        return Value(Kind.ATTRIBUTE, Many.ANY, f"[*{left.items}, *{right.items}]")
    if {left.kind, right.kind} != {Kind.NODE}:
        raise CannotCompile(f"{expression.operator} of {left.kind.name} and {right.kind.name}")
    function = {"|": "union", "intersect": "intersection", "except": "difference"}[expression.operator]
    return Value(Kind.NODE, Many.ANY, f"{function}({left.items}, {right.items})")
