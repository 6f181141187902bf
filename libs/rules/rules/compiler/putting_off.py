"""Pass: which variables are computed where they stand, and which only when they are first used.

Saxon computes a variable of one item at once where it is read more than once, and puts it in place of its name where
it is read once. That is seen where it stops the rules.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from rules.compiler.stylesheet import Assertion, Binding, Choice
from rules.compiler.tree import (
    Call,
    Computed,
    Context,
    Expression,
    Loop,
    NameTest,
    Number,
    Path,
    Step,
    Text,
    Variable,
)
from rules.compiler.unit import Scope

_OF_ONE_TEXT: Final = frozenset({"normalize-space", "string", "substring", "string-length", "upper-case", "lower-case"})
_FEW_STEPS: Final = 3
_MANY: Final = 2


def is_put_off(binding: Binding, scope: Scope, after: Iterable[object]) -> bool:
    """Whether a variable waits for its first use. `after`: what may read it."""
    select = binding.select
    if select is None or binding.type or not _costs_little(select, scope):
        return True
    return _may_stop(select) and _uses(binding.name, after) < _MANY


def _costs_little(expression: Expression, scope: Scope) -> bool:
    """Whether it is computed about as fast as put off: plain steps, and pieces of one text."""
    match expression:
        case Path(False, steps):
            return len(steps) <= _FEW_STEPS and all(_is_plain(step) for step in steps)
        case Text() | Number():
            return True
        case Context():
            return scope.context is not None and scope.context.is_one
        case Variable(name):
            known = scope.variables.get(name)
            return known is not None and known.is_one and known.code.isidentifier()
        case Call(name, arguments) if name in _OF_ONE_TEXT:
            return all(_costs_little(each, scope) for each in arguments or (Context(),))
        case _:
            return False


def _is_plain(step: Step | Computed) -> bool:
    return isinstance(step, Step) and step.axis == "child" and isinstance(step.test, NameTest) and not step.predicates


def _may_stop(expression: Expression) -> bool:
    """A function of one text stops the rules where a path leads to two."""
    return isinstance(expression, Call) and any(
        isinstance(each, Path) or _may_stop(each) for each in expression.arguments
    )


def _uses(name: str, parts: Iterable[object]) -> int:
    return sum(_uses_in(name, part) for part in parts)


def _uses_in(name: str, part: object) -> int:
    """How often a variable is read; what may be done for each of several items counts as many."""
    match part:
        case Variable(other):
            return int(other == name)
        case Step(_, _, predicates):
            return _MANY * _uses(name, predicates)
        case Computed(expression, predicates):
            return _uses_in(name, expression) + _MANY * _uses(name, predicates)
        case Loop(_, bindings, body):
            first, *others = (source for _, source in bindings)
            return _uses_in(name, first) + _MANY * _uses(name, [*others, body])
        case tuple():
            return _uses(name, part)
        case _ if isinstance(part, Assertion | Binding | Choice | Expression):
            return _uses(name, (getattr(part, field.name) for field in fields(part)))
        case _:
            return 0
