"""Expressions where only their truth is asked for: no list is made, no boolean is computed twice."""

from rules.compiler.conversions import boxed, truth
from rules.compiler.tree import Call, Expression, If, Logic, Nodes
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import NODES, Kind, Many, Value, boolean

TRUTH_FUNCTIONS = frozenset({"not", "exists", "empty", "boolean"})


def condition(unit: Unit, expression: Expression, scope: Scope) -> str:
    """The code of the effective boolean value of an expression. Raises CannotCompile."""
    match expression:
        case Logic(operator, left, right):
            return f"({condition(unit, left, scope)} {operator} {condition(unit, right, scope)})"
        case Call("not", (argument,)):
            return f"(not {condition(unit, argument, scope)})"
        case Call("boolean", (argument,)):
            return condition(unit, argument, scope)
        case Call("exists", (argument,)):
            return _exists(unit, argument, scope)
        case Call("empty", (argument,)):
            return f"(not {_exists(unit, argument, scope)})"
        case Nodes("|", left, right):
            return f"({condition(unit, left, scope)} or {condition(unit, right, scope)})"
        case If(test, then, otherwise):
            yes, no = condition(unit, then, scope), condition(unit, otherwise, scope)
            return f"({yes} if {condition(unit, test, scope)} else {no})"
        case _:
            return truth(unit, unit.value(expression, scope))


def _exists(unit: Unit, expression: Expression, scope: Scope) -> str:
    if isinstance(expression, Nodes) and expression.operator == "|":
        return f"({_exists(unit, expression.left, scope)} or {_exists(unit, expression.right, scope)})"
    value = unit.value(expression, scope)
    if value.kind in NODES:
        return truth(unit, value)
    match value.many:
        case Many.ONE:
            return "True"
        case Many.OPTIONAL:
            return f"({value.code} is not None)"
        case Many.ANY:
            return f"(len({value.code if value.kind is not Kind.ITEM else boxed(unit, value)}) > 0)"


def truth_value(unit: Unit, expression: Expression, scope: Scope) -> Value:
    """A condition as a value."""
    return boolean(f"bool({condition(unit, expression, scope)})")
