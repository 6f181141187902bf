"""Pass: which variables are computed where they stand, and which only when they are first used.

Saxon puts off what it may, and that is seen where a variable would stop the rules: one that nothing reads stops
nothing. So only what cannot stop, and costs about as little as putting it off, is computed at once.
"""

from typing import Final

from rules.compiler.stylesheet import Binding
from rules.compiler.tree import Call, Computed, Context, Expression, NameTest, Number, Path, Step, Text, Variable
from rules.compiler.unit import Scope

_OF_ONE_TEXT: Final = frozenset({"normalize-space", "string", "substring", "string-length", "upper-case", "lower-case"})
_FEW_STEPS: Final = 3


def is_put_off(binding: Binding, scope: Scope) -> bool:
    """Whether a variable waits for its first use."""
    match binding.select:
        case None:
            return True
        case Path(False, steps):
            at_once = len(steps) <= _FEW_STEPS and all(_is_plain(step) for step in steps)
        case select:
            at_once = _is_piece_of_one_text(select, scope)
    return bool(binding.type) or not at_once


def _is_plain(step: Step | Computed) -> bool:
    return isinstance(step, Step) and step.axis == "child" and isinstance(step.test, NameTest) and not step.predicates


def _is_piece_of_one_text(expression: Expression, scope: Scope) -> bool:
    """A function of one text stops the rules where it is given two, as a path may lead to."""
    match expression:
        case Text() | Number():
            return True
        case Context():
            return scope.context is not None and scope.context.is_one
        case Variable(name):
            known = scope.variables.get(name)
            return known is not None and known.is_one and known.code.isidentifier()
        case Call(name, arguments) if name in _OF_ONE_TEXT:
            return all(_is_piece_of_one_text(each, scope) for each in arguments or (Context(),))
        case _:
            return False
