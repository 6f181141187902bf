"""A buyer's own rules in CEL: compiled once, bounded, without any way to reach something outside the document."""

import re
from functools import lru_cache
from typing import Any, Final

import cel

from validation.domain import expression_cost
from validation.domain.case import Case, NotEvaluated, RuleFailed
from validation.domain.expression_values import FUNCTIONS, longest, variables

_KNOWN: Final = frozenset({"invoice", "lines", "orders", "today"})
_STANDARD: Final = frozenset(
    {"size", "has", "contains", "startsWith", "endsWith", "matches", "all", "exists", "exists_one", "map", "filter"}
    | {"int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration"}
    | {"getFullYear", "getMonth", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getDate"}
    | {"getHours", "getMinutes", "getSeconds", "getMilliseconds", "max", "min"}
)
_NAME: Final = re.compile(r"[a-z]\w*", re.IGNORECASE)
_BOUND: Final = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*([A-Za-z_]\w*)\s*,")


class Prepared:
    """One document, made ready for expressions when the first one asks."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._context: cel.Context | None = None
        self.longest = 0

    @property
    def context(self) -> cel.Context:
        """The document as CEL reads it; `longest`, the length of its longest list, is known with it."""
        if self._context is None:
            named = variables(self._case)
            self.longest = longest(named)
            self._context = cel.Context(variables=named, functions=FUNCTIONS)
        return self._context

    @property
    def has_orders(self) -> bool:
        """Whether anything is known of the orders."""
        return bool(self._case.orders)


def holds(expression: str, document: Prepared) -> bool:
    """Whether a document keeps the rule. Raises NotEvaluated where it lacks what the rule reads, RuleFailed."""
    program = compiled(expression)
    if "orders" in program.variables() and not document.has_orders:
        raise NotEvaluated("order")
    context = document.context
    if expression_cost.steps(expression, document.longest) > expression_cost.MOST:
        raise RuleFailed("COST")
    try:
        answer: Any = program.execute(context)
    except KeyError as absent:
        raise NotEvaluated(str(absent.args[0])[:60] if absent.args else "") from None
    except Exception:  # noqa: BLE001 - the library says what an expression does wrong in many types
        raise RuleFailed("VALUE") from None
    if not isinstance(answer, bool):
        raise RuleFailed("VALUE")
    return answer


@lru_cache(maxsize=4096)
def compiled(expression: str) -> cel.Program:
    """The program of an expression. Raises RuleFailed: `SYNTAX`, or `NAME` for what does not exist here."""
    if len(expression) > expression_cost.LENGTH or expression_cost.too_deep(expression):
        raise RuleFailed("COST")
    try:
        program = cel.compile(expression)
    except Exception:  # noqa: BLE001 - the library says what an expression does wrong in many types
        raise RuleFailed("SYNTAX") from None
    bound = frozenset(_BOUND.findall(expression))
    functions = {name for name in program.functions() if _NAME.fullmatch(name)}
    if set(program.variables()) - _KNOWN - bound or functions - _STANDARD - set(FUNCTIONS):
        raise RuleFailed("NAME")
    return program
