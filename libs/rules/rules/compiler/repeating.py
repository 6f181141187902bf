"""Pass: what one test would compute more than once, though nothing in between changes its value."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from rules.compiler.dependencies import CONTEXT, CURRENT, dependencies
from rules.compiler.tree import Arithmetic, Call, Compare, Expression, If, Logic, Negative, Part, parts_of
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import Value

_SAME_CONTEXT: Final = (Arithmetic, Call, Compare, If, Logic, Negative)
"""Constructs whose parts see the context and the variables that they see themselves."""
_NUMERIC_CALLS: Final = frozenset({"sum", "round", "abs", "count"})
_WORTH_SHARING: Final = 10
"""Parts of an expression. A shared one costs two objects and two calls."""


def repeated(test: Expression) -> tuple[Expression, ...]:
    """The largest expressions that stand in a test more than once and are no value of the whole document."""
    counts = Counter(_reached(test))
    found: dict[Expression, None] = {}

    def search(expression: Expression) -> None:
        if counts[expression] > 1 and _is_worth_sharing(expression):
            found[expression] = None
            return
        for each in _within(expression):
            search(each)

    search(test)
    return tuple(found)


def shared(unit: Unit, test: Expression, scope: Scope) -> tuple[Scope, tuple[tuple[str, str], ...]]:
    """The scope in which a test finds them under a name, and each name with the code that makes its `Lazy`."""
    made: list[tuple[str, str]] = []
    values: dict[Expression, Value] = {}
    for expression in repeated(test):
        value = unit.value(expression, scope)
        if value.constant or value.literal is not None:
            continue
        name = unit.fresh()
        made.append((name, f"Lazy(lambda: {value.code})"))
        values[expression] = Value(value.kind, value.many, f"{name}()", single=value.single)
    return scope.share(values), tuple(made)


def _reached(expression: Expression) -> Iterator[Expression]:
    yield expression
    for each in _within(expression):
        yield from _reached(each)


def _within(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, _SAME_CONTEXT):
        yield from (each for each in parts_of(expression) if isinstance(each, Expression))


def _is_worth_sharing(expression: Expression) -> bool:
    numeric = isinstance(expression, Arithmetic) or (isinstance(expression, Call) and expression.name in _NUMERIC_CALLS)
    names = dependencies(expression)
    local = names & {CONTEXT, CURRENT} or any(name.startswith("$") for name in names)
    return numeric and bool(local) and _size(expression) >= _WORTH_SHARING


def _size(part: Part) -> int:
    return 1 + sum(_size(each) for each in parts_of(part))
