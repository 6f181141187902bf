"""Calls: the functions of XPath 2.0 that official rule sets use, and those of the stylesheet."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from rules.compiler.conditions import TRUTH_FUNCTIONS, condition
from rules.compiler.conversions import (
    at_most_one,
    atomized,
    boxed,
    cast,
    loop,
    number,
    string,
    string_of_node,
)
from rules.compiler.errors import CannotCompile
from rules.compiler.functions import called
from rules.compiler.tree import Call, Path, Step, Text
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import NUMERIC, TEXTUAL, Kind, Many, Value, boolean, many, one, text

_Function: TypeAlias = Callable[[Unit, list[Value]], Value]
_OF_CONTEXT: Final = frozenset({"normalize-space", "string", "string-length", "name", "local-name", "number"})
_TEXTS: Final[Mapping[str, tuple[str, Kind]]] = {
    "upper-case": ("{0}.upper()", Kind.STRING),
    "lower-case": ("{0}.lower()", Kind.STRING),
    "string-length": ("len({0})", Kind.INTEGER),
    "contains": ("({1} in {0})", Kind.BOOLEAN),
    "starts-with": ("{0}.startswith({1})", Kind.BOOLEAN),
    "ends-with": ("{0}.endswith({1})", Kind.BOOLEAN),
    "substring-before": ("before({0}, {1})", Kind.STRING),
    "substring-after": ("after({0}, {1})", Kind.STRING),
    "translate": ("translated({0}, {1}, {2})", Kind.STRING),
}
"""Functions of strings whose code is a pattern of the codes of their arguments."""
_PATTERNS: Final[Mapping[str, tuple[str, Kind]]] = {
    "matches": ("matches", Kind.BOOLEAN),
    "replace": ("replaced", Kind.STRING),
}
_ROUNDING: Final[Mapping[str, str]] = {
    "round": "rounded",
    "abs": "absolute",
    "floor": "floor",
    "ceiling": "ceiling",
}


def call(unit: Unit, expression: Call, scope: Scope) -> Value:
    """Emit a call. Raises CannotCompile."""
    name, arguments = expression.name, expression.arguments
    if name in TRUTH_FUNCTIONS and len(arguments) == 1:
        return boolean(f"bool({condition(unit, expression, scope)})")
    if not arguments and (value := _of_scope(name, scope)) is not None:
        return value
    if name == "key":
        return _key(unit, expression, scope)
    values = [unit.value(argument, scope) for argument in arguments]
    if name in unit.stylesheet.functions:
        return called(unit, unit.stylesheet.functions[name], values)
    if name.startswith("xs:") and len(values) == 1:
        return cast(unit, values[0], name)
    if not values and name in _OF_CONTEXT:
        if scope.context is None:
            raise CannotCompile(f"{name}() without a context item")
        values = [scope.context]
    if name in _TEXTS:
        code, kind = _TEXTS[name]
        return one(kind, code.format(*(string(unit, value) for value in values)))
    if name in _PATTERNS:
        function, kind = _PATTERNS[name]
        return one(kind, f"{function}({', '.join(string(unit, value) for value in values)})")
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](unit, values)
    raise CannotCompile(f"function {name}()")


def _of_scope(name: str, scope: Scope) -> Value | None:
    match name:
        case "true":
            return boolean("True")
        case "false":
            return boolean("False")
        case "current":
            found = scope.current
        case "position":
            found = scope.position
        case "last":
            found = scope.last
        case _:
            return None
    if found is None:
        raise CannotCompile(f"{name}() where there is none")
    return found


def _key(unit: Unit, expression: Call, scope: Scope) -> Value:
    """key(): an index over the document, made when first used (XSLT 2.0, 16.3)."""
    name = expression.arguments[0]
    if not isinstance(name, Text) or name.value not in unit.stylesheet.keys or len(expression.arguments) != 2:
        raise CannotCompile("key()")
    key = unit.stylesheet.keys[name.value]
    match key.match:
        case Path(False, steps) if all(isinstance(step, Step) and step.axis == "child" for step in steps):
            index = unit.key_index(key)
        case _:
            raise CannotCompile(f"key {key.name}")
    value = atomized(unit, unit.value(expression.arguments[1], scope))
    if value.kind not in TEXTUAL:
        raise CannotCompile("a key that is no text")
    return Value(Kind.NODE, Many.ANY, f"keyed({index}, {value.items})")


def _normalize_space(unit: Unit, values: list[Value]) -> Value:
    return text(string(unit, values[0], spaced=True))


def _string(unit: Unit, values: list[Value]) -> Value:
    return text(string(unit, values[0]))


def _concat(unit: Unit, values: list[Value]) -> Value:
    return text(f"({' + '.join(string(unit, value) for value in values)})")


def _tokenize(unit: Unit, values: list[Value]) -> Value:
    code = f"tokens({', '.join(string(unit, value) for value in values)})"
    if all(isinstance(value.literal, str) for value in values):
        return Value(Kind.STRING, Many.ANY, unit.constant(f"tuple({code})"), constant=True)
    return Value(Kind.STRING, Many.ANY, code)


def _substring(unit: Unit, values: list[Value]) -> Value:
    code = string(unit, values[0])
    numbers = [value.literal for value in values[1:]]
    if all(isinstance(each, int) for each in numbers):
        start = int(numbers[0] or 0)
        end = "" if len(numbers) == 1 else start - 1 + int(numbers[1] or 0)
        if start >= 1 and (end == "" or int(end) >= start - 1):
            return text(f"{code}[{start - 1}:{end}]")
    return text(f"substring({', '.join([code, *(number(unit, value).code for value in values[1:])])})")


def _string_join(unit: Unit, values: list[Value]) -> Value:
    separator = string(unit, values[1]) if len(values) > 1 else "''"
    items = atomized(unit, values[0])
    if items.kind in TEXTUAL:
        return text(f"{separator}.join({items.items})")
    return text(f"{separator}.join(string_of((item,)) for item in {boxed(unit, items)})")


def _codepoints(unit: Unit, values: list[Value]) -> Value:
    return Value(Kind.INTEGER, Many.ANY, f"codepoints({string(unit, values[0])})")


def _from_codepoints(unit: Unit, values: list[Value]) -> Value:
    del unit
    if values[0].kind is not Kind.INTEGER:
        raise CannotCompile("codepoints-to-string() of no integers")
    return text(f"''.join(map(chr, {values[0].items}))")


def _reverse(unit: Unit, values: list[Value]) -> Value:
    del unit
    return Value(values[0].kind, Many.ANY, f"list({values[0].items})[::-1]")


def _count(unit: Unit, values: list[Value]) -> Value:
    value = values[0]
    if value.kind is Kind.ITEM:
        return one(Kind.INTEGER, f"len({boxed(unit, value)})")
    return one(Kind.INTEGER, f"len({value.items})")


def _sum(unit: Unit, values: list[Value]) -> Value:
    """Of untyped values a double, of none the integer 0: so only known when it runs."""
    value = values[0]
    if value.kind in (Kind.NODE, Kind.ATTRIBUTE, Kind.UNTYPED):
        clauses, name = loop(unit, value)
        item = string_of_node(name) if value.kind is Kind.NODE else name
        return one(Kind.NUMBER, f"sum([double_of({item}) {' '.join(clauses)}])")
    if value.kind in (Kind.INTEGER, Kind.DECIMAL):
        return one(value.kind, f"sum({value.items})")
    if value.kind in NUMERIC:
        return one(Kind.NUMBER, f"total({value.items})")
    return one(Kind.NUMBER, f"total_of({boxed(unit, value)})")


def _rounding(function: str) -> _Function:
    def emit(unit: Unit, values: list[Value]) -> Value:
        value = number(unit, values[0])
        return Value(value.kind, value.many, f"{function}({value.code})")

    return emit


def _extreme(function: str) -> _Function:
    def emit(unit: Unit, values: list[Value]) -> Value:
        value = atomized(unit, values[0])
        if value.kind is Kind.UNTYPED:
            clauses, name = loop(unit, value)
            value = many(Kind.DOUBLE, clauses, f"double_of({name})")
        if value.kind not in NUMERIC | {Kind.DATE}:
            raise CannotCompile(f"{function} of {value.kind.name}")
        return Value(value.kind, Many.OPTIONAL, f"{function}({value.items})")

    return emit


def _number(unit: Unit, values: list[Value]) -> Value:
    value = at_most_one(atomized(unit, values[0]))
    if value.kind in TEXTUAL:
        return one(Kind.DOUBLE, f"number_of({value.code})")
    if value.kind is Kind.ITEM:
        return one(Kind.DOUBLE, f"number_of_item({boxed(unit, values[0])})")
    if value.kind in NUMERIC:
        return one(Kind.DOUBLE, f"double_or_nan({value.code})")
    raise CannotCompile(f"number() of {value.kind.name}")


def _distinct(unit: Unit, values: list[Value]) -> Value:
    value = atomized(unit, values[0])
    if value.kind in TEXTUAL:
        return Value(value.kind, Many.ANY, f"list(dict.fromkeys({value.items}))")
    return Value(Kind.ITEM, Many.ANY, f"distinct({boxed(unit, value)})")


def _name(function: str) -> _Function:
    def emit(unit: Unit, values: list[Value]) -> Value:
        del unit
        value = values[0]
        if value.kind is not Kind.NODE:
            raise CannotCompile(f"{function}() of {value.kind.name}")
        if value.is_one:
            return text(f"{function}({value.code})")
        return text(f"''.join(map({function}, optional({at_most_one(value).code})))")

    return emit


_FUNCTIONS: Final[Mapping[str, _Function]] = {
    "normalize-space": _normalize_space,
    "string": _string,
    "concat": _concat,
    "tokenize": _tokenize,
    "substring": _substring,
    "string-join": _string_join,
    "string-to-codepoints": _codepoints,
    "codepoints-to-string": _from_codepoints,
    "reverse": _reverse,
    "count": _count,
    "sum": _sum,
    "number": _number,
    "distinct-values": _distinct,
    "data": lambda unit, values: atomized(unit, values[0]),
    "name": _name("name"),
    "local-name": _name("local_name"),
    "min": _extreme("least"),
    "max": _extreme("greatest"),
    **{name: _rounding(function) for name, function in _ROUNDING.items()},
}
