"""A buyer's own rules in CEL: compiled once, bounded, without any way to reach something outside the document."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any, Final

import cel

from validation.domain import expression_cost, expression_reach
from validation.domain.case import Case, NotEvaluated, RuleFailed
from validation.domain.expression_values import FUNCTIONS, Values

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
    """One document, made ready for these expressions as far as they read it, when the first of them asks."""

    def __init__(self, case: Case, expressions: Iterable[str]) -> None:
        self._case = case
        self._wanted = expression_reach.wanted(expressions)
        self._values = Values(case, self._wanted)

    def context(self, wanted: Iterable[str]) -> cel.Context:
        """The document as CEL reads it, with these variables. Raises NotEvaluated where nothing is known of orders."""
        if "orders" in wanted and not self._case.orders:
            raise NotEvaluated("order")
        return self._context

    @cached_property
    def _context(self) -> cel.Context:
        """All variables at once: the library makes everything anew when one is added."""
        return cel.Context({name: self._values.of(name) for name in ("today", *self._wanted)}, FUNCTIONS)

    @property
    def longest(self) -> int:
        """The length of the longest list or map that an expression can meet."""
        return self._values.longest


def holds(expression: str, document: Prepared) -> bool:
    """Whether a document keeps the rule. Raises NotEvaluated where it lacks what the rule reads, RuleFailed."""
    program, wanted = compiled(expression)
    context = document.context(wanted)
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
def compiled(expression: str) -> tuple[cel.Program, frozenset[str]]:
    """The program of an expression, and the variables that it reads.

    Raises RuleFailed: `SYNTAX`, `COST` for what is too long to read, or `NAME` for what does not exist here.
    """
    if len(expression) > expression_cost.LENGTH or expression_cost.too_deep(expression):
        raise RuleFailed("COST")
    try:
        program = cel.compile(expression)
    except Exception:  # noqa: BLE001 - the library says what an expression does wrong in many types
        raise RuleFailed("SYNTAX") from None
    bound = frozenset(_BOUND.findall(expression))
    functions = {name for name in program.functions() if _NAME.fullmatch(name)}
    read = frozenset(program.variables())
    if read - _KNOWN - bound or functions - _STANDARD - set(FUNCTIONS):
        raise RuleFailed("NAME")
    return program, read & _KNOWN
