"""Functions of the stylesheet (`xsl:function`): one Python function for each combination of argument types."""

from collections.abc import Mapping
from typing import Final

from rules.compiler.conditions import condition
from rules.compiler.conversions import declared, joined
from rules.compiler.errors import CannotCompile
from rules.compiler.putting_off import is_put_off
from rules.compiler.stylesheet import Binding, Body, Choice, Function
from rules.compiler.unit import Scope, Unit, identifier
from rules.compiler.values import Kind, Many, Value

_RESULTS: Final[Mapping[str, Kind]] = {
    "xs:string": Kind.STRING,
    "xs:boolean": Kind.BOOLEAN,
    "xs:integer": Kind.INTEGER,
    "xs:decimal": Kind.DECIMAL,
    "xs:double": Kind.DOUBLE,
}
_OCCURRENCES: Final = {"": Many.ONE, "?": Many.OPTIONAL}


def called(unit: Unit, function: Function, arguments: list[Value]) -> Value:
    """Emit a call of a function of the stylesheet, and the function where it is new. Raises CannotCompile."""
    if len(arguments) != len(function.parameters):
        raise CannotCompile(f"{len(arguments)} arguments of {function.name}")
    values = [
        declared(unit, argument, parameter.type) if parameter.type else argument
        for parameter, argument in zip(function.parameters, arguments, strict=True)
    ]
    key = (function.name, *((value.kind, value.many) for value in values))
    if key not in unit.functions:
        _define(unit, function, values, key)
    name, result = unit.functions[key]
    if result is None:
        raise CannotCompile(f"{function.name} calls itself and does not say what it returns")
    code = f"{name}({', '.join(['run', *(value.code for value in values)])})"
    return Value(result.kind, result.many, code)


def _define(unit: Unit, function: Function, values: list[Value], key: object) -> None:
    name = f"function_{len(unit.functions)}_{identifier(function.name)}"
    unit.functions[key] = name, _promised(function.type)
    parameters = [f"p{number}" for number in range(len(values))]
    scope = Scope(
        variables={
            binding.name: Value(value.kind, value.many, parameter)
            for binding, value, parameter in zip(function.parameters, values, parameters, strict=True)
        }
    )
    lines: list[str] = []
    result = _body(unit, function.body, scope, lines)
    if function.type:
        result = declared(unit, result, function.type)
    unit.functions[key] = name, result
    body = "".join(f"    {line}\n" for line in lines)
    unit.definitions.append(f"def {name}({', '.join(['run', *parameters])}):\n{body}    return {result.code}")


def _promised(type_name: str) -> Value | None:
    """What a function that calls itself says that it returns."""
    base = type_name.rstrip("?*+")
    if base not in _RESULTS:
        return None
    return Value(_RESULTS[base], _OCCURRENCES.get(type_name[len(base) :], Many.ANY))


def _body(unit: Unit, body: Body, scope: Scope, lines: list[str]) -> Value:
    for part in body:
        match part:
            case Binding():
                scope = scope.bind(part.name, bound(unit, part, scope, lines))
            case Choice():
                return _choice(unit, part, scope, lines)
            case _:
                return unit.value(part, scope)
    return Value(Kind.STRING, Many.ANY, "NONE")


def _choice(unit: Unit, choice: Choice, scope: Scope, lines: list[str]) -> Value:
    result = Value(Kind.STRING, Many.ANY, "NONE")
    for test, body in reversed(choice.branches):
        value = _body(unit, body, scope, lines)
        if test is None:
            result = value
            continue
        kind, number_of_items, yes, no = joined(unit, value, result)
        result = Value(kind, number_of_items, f"({yes} if {condition(unit, test, scope)} else {no})")
    return result


def bound(unit: Unit, binding: Binding, scope: Scope, lines: list[str]) -> Value:
    """A variable of a rule or function: a line that binds it, and the value that reads it."""
    if binding.select is not None:
        value = unit.value(binding.select, scope)
    elif binding.body:
        value = _body(unit, binding.body, scope, lines)
    else:
        value = Value(Kind.STRING, Many.ONE, repr(binding.text), literal=binding.text)
    if binding.type:
        value = declared(unit, value, binding.type)
    if value.constant or value.literal is not None:
        return value
    name = unit.fresh()
    if not is_put_off(binding, scope):
        lines.append(f"{name} = {value.code}")
        return Value(value.kind, value.many, name)
    lines.append(f"{name} = Lazy(lambda: {value.code})")
    return Value(value.kind, value.many, f"{name}()")
