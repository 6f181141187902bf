"""What the value of an expression depends on: so that what depends on the document alone is computed once for it."""

from functools import cache
from typing import Final

from rules.compiler.tree import (
    Call,
    Computed,
    Context,
    Expression,
    Loop,
    Number,
    Part,
    Path,
    Step,
    Variable,
    parts_of,
)

CONTEXT: Final = "."
POSITION: Final = "position()"
CURRENT: Final = "current()"
DOCUMENT: Final = "/"
_OF_CONTEXT: Final = frozenset(
    [
        "normalize-space",
        "string",
        "string-length",
        "name",
        "local-name",
        "namespace-uri",
        "number",
        "data",
        "root",
        "base-uri",
    ]
)
"""Functions that take the context item where they are given no argument."""


@cache
def dependencies(expression: Expression) -> frozenset[str]:
    """CONTEXT, POSITION, CURRENT, DOCUMENT, and `$name` of every variable that is free in it."""
    match expression:
        case Variable(name):
            return frozenset({f"${name}"})
        case Context():
            return frozenset({CONTEXT})
        case Path():
            return _of_path(expression)
        case Call():
            return _of_call(expression)
        case Loop():
            return _of_loop(expression)
        case _:
            return _of_all(expression)


def _of_all(part: Part) -> frozenset[str]:
    found = frozenset[str]()
    for each in parts_of(part):
        found |= _of_all(each) if isinstance(each, Step | Computed) else dependencies(each)
    return found


def _of_path(path: Path) -> frozenset[str]:
    """Inside a path the context is its own: only the first step sees ours."""
    found = frozenset({DOCUMENT} if path.absolute else ())
    for number, step in enumerate(path.steps):
        first = number == 0 and not path.absolute
        if isinstance(step, Computed):
            inner = dependencies(step.expression)
            found |= inner if first else inner - {CONTEXT, POSITION}
        elif first:
            found |= {CONTEXT}
        for predicate in step.predicates:
            found |= dependencies(predicate) - {CONTEXT, POSITION}
    return found


def _of_call(call: Call) -> frozenset[str]:
    found = frozenset[str]()
    if call.name in ("position", "last"):
        found |= {POSITION}
    elif call.name == "current":
        found |= {CURRENT}
    elif call.name == "key":
        found |= {DOCUMENT}
    elif not call.arguments and call.name in _OF_CONTEXT:
        found |= {CONTEXT}
    for argument in call.arguments:
        found |= dependencies(argument)
    return found


def _of_loop(loop: Loop) -> frozenset[str]:
    found, bound = frozenset[str](), frozenset[str]()
    for name, source in loop.bindings:
        found |= dependencies(source) - bound
        bound |= {f"${name}"}
    return found | (dependencies(loop.body) - bound)


def positional(predicate: Expression) -> bool:
    """Whether a predicate depends on the position of its item, so on its order among the others."""
    return isinstance(predicate, Number) or POSITION in dependencies(predicate)
