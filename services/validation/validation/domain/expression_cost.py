"""How long a CEL expression may take at most, known before it runs: CEL has no loops but its macros over lists."""

import re
from functools import lru_cache
from typing import Final, TypeAlias

LENGTH: Final = 1_000
"""Characters of one expression."""
DEPTH: Final = 24
"""Brackets within each other; a parser of nested brackets calls itself."""
MOST: Final = 200_000
"""Steps of one expression over one document: tokens, each as often as its macros repeat it. A step is about 1 µs."""
MACROS: Final = frozenset({"all", "exists", "exists_one", "map", "filter"})
ROOTS: Final = frozenset({"invoice", "lines", "orders"})
"""Variables that hold the whole document: reading one costs as much as it is long."""
_COPIES: Final = {"map": 1, "filter": 4}
"""Macros that copy the list made so far for each entry: quarters of a step for each entry copied."""
_TOKEN: Final = re.compile(
    r"""(?P<text>[rRbB]{0,2}(?:'{3}.*?'{3}|"{3}.*?"{3}|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))"""
    r"|(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)|(?P<sign>[^\s\w])",
    re.DOTALL,
)
Token: TypeAlias = tuple[str, str]
"""`text`, `name`, `number` or `sign`, and how it is written."""


def too_deep(expression: str) -> bool:
    """Whether brackets or signs stand too deep within each other to be parsed safely."""
    depth = deepest = prefixes = 0
    for kind, word in tokens_of(expression):
        depth += (word in "([{") - (word in ")]}") if kind == "sign" else 0
        prefixes = prefixes + 1 if word in ("!", "-", "?") and kind == "sign" else 0
        deepest = max(deepest, depth, prefixes)
    return deepest > DEPTH


@lru_cache(maxsize=4096)
def steps(expression: str, longest: int) -> int:
    """At most so many steps over a document whose longest list has `longest` entries."""
    tokens = tokens_of(expression)
    joined = 1 + sum(word == "+" for _, word in tokens)
    each = max(longest * joined, sum(word == "," for _, word in tokens) + 1, 2)
    within: list[bool] = []
    total = 0
    for number, (kind, word) in enumerate(tokens):
        repeated = sum(within)
        costly = repeated > 0 and kind == "name" and word in ROOTS and (not number or tokens[number - 1][1] != ".")
        total += each ** (repeated + costly)
        if word in _COPIES and number and tokens[number - 1][1] == ".":
            total += each ** (repeated + 2) * _COPIES[word] // 4
        if kind == "sign" and word in "([{":
            within.append(word == "(" and number > 1 and tokens[number - 1][1] in MACROS)
        elif kind == "sign" and word in ")]}" and within:
            within.pop()
    return total


@lru_cache(maxsize=4096)
def tokens_of(expression: str) -> tuple[Token, ...]:
    """The tokens of an expression; whatever is no CEL comes out as signs."""
    return tuple((match.lastgroup or "", match[0]) for match in _TOKEN.finditer(expression))
