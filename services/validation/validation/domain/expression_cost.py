"""How long a CEL expression may take at most, known before it runs: CEL has no loops but its macros over lists."""

import re
from collections.abc import Iterator
from typing import Final

LENGTH: Final = 1_000
"""Characters of one expression."""
DEPTH: Final = 24
"""Brackets within each other; a parser of nested brackets calls itself."""
MOST: Final = 200_000
"""Steps of one expression over one document: tokens, each as often as its macros repeat it. A step is about 1 µs."""
_MACROS: Final = frozenset({"all", "exists", "exists_one", "map", "filter"})
_ROOTS: Final = frozenset({"invoice", "lines", "orders"})
"""Variables that hold the whole document: reading one costs as much as it is long."""
_TOKEN: Final = re.compile(
    r"""(?P<text>[rRbB]{0,2}(?:'{3}.*?'{3}|"{3}.*?"{3}|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))"""
    r"|(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)|(?P<sign>[^\s\w])",
    re.DOTALL,
)


def too_deep(expression: str) -> bool:
    """Whether brackets or signs stand too deep within each other to be parsed safely."""
    depth = deepest = prefixes = 0
    for kind, word in _tokens(expression):
        depth += (word in "([{") - (word in ")]}") if kind == "sign" else 0
        prefixes = prefixes + 1 if word in ("!", "-", "?") and kind == "sign" else 0
        deepest = max(deepest, depth, prefixes)
    return deepest > DEPTH


def steps(expression: str, longest: int) -> int:
    """At most so many steps over a document whose longest list has `longest` entries."""
    tokens = list(_tokens(expression))
    joined = 1 + sum(word == "+" for _, word in tokens)
    each = max(longest * joined, sum(word == "," for _, word in tokens) + 1, 2)
    within: list[bool] = []
    total = 0
    for number, (kind, word) in enumerate(tokens):
        repeated = sum(within)
        costly = repeated > 0 and kind == "name" and word in _ROOTS and (not number or tokens[number - 1][1] != ".")
        total += each ** (repeated + costly)
        if kind == "sign" and word in "([{":
            within.append(word == "(" and number > 1 and tokens[number - 1][1] in _MACROS)
        elif kind == "sign" and word in ")]}" and within:
            within.pop()
    return total


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(expression):
        yield match.lastgroup or "", match[0]
