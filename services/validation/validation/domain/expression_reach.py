"""Which parts of a document an expression reads, so that only those are made ready for it.

Whatever is not plainly a chain of names (`invoice.totals.gross_amount`) counts as read whole, so that an expression
never notices.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from validation.domain.expression_cost import LENGTH, MACROS, ROOTS, Token, tokens_of

Path: TypeAlias = tuple[str, ...]
"""From a variable down; `EACH` for the entries of a list, `WHOLE` at the end for everything below."""
Wanted: TypeAlias = "Mapping[str, Wanted] | None"
"""Parts by name; None: all of it."""
EACH: Final = "[]"
WHOLE: Final = "*"
_EVERYTHING: Final = frozenset((root, WHOLE) for root in ROOTS)
_MOST_PATHS: Final = 100


@lru_cache(maxsize=4096)
def paths(expression: str) -> frozenset[Path]:
    """What an expression reads of `invoice`, `lines` and `orders`."""
    return _Reading(expression).paths() if len(expression) <= LENGTH else frozenset()


def wanted(expressions: Iterable[str]) -> "Mapping[str, Wanted]":
    """What several expressions read together."""
    tree: dict[str, Wanted] = {}
    for path in frozenset[Path]().union(*map(paths, expressions)):
        _plant(tree, path)
    return tree


def _plant(tree: dict[str, Wanted], path: Path) -> None:
    first, *rest = path
    if rest == [WHOLE]:
        tree[first] = None
    elif rest:
        below = tree.setdefault(first, {})
        if isinstance(below, dict):
            _plant(below, tuple(rest))
    else:
        tree.setdefault(first, {})


class _Reading:
    def __init__(self, expression: str) -> None:
        self._tokens = tokens_of(expression)
        self._bound: dict[str, set[Path]] = {}
        """Variables of macros, with the paths that they stand for."""
        self._declared: set[int] = set()
        """Tokens that name such a variable for the first time."""
        self._read: set[Path] = set()

    def paths(self) -> frozenset[Path]:
        for number, (kind, word) in enumerate(self._tokens):
            if kind == "name" and number not in self._declared and not self._is_member(number):
                if word in self._bound:
                    for path in tuple(self._bound[word]):
                        self._chain(path, number + 1)
                if word in ROOTS:
                    self._chain((word,), number + 1)
            if len(self._read) > _MOST_PATHS or self._bound.keys() & ROOTS:
                return _EVERYTHING
        return frozenset(self._read)

    def _chain(self, path: Path, at: int) -> None:
        """Follow names from a variable on; `at`: the token behind it."""
        start = at - 1
        while self._word(at) == "." and self._kind(at + 1) == "name":
            name = self._word(at + 1)
            if self._word(at + 2) != "(":
                path, at = (*path, name), at + 2
                continue
            if name not in MACROS or self._kind(at + 3) != "name" or self._word(at + 4) != ",":
                break
            each = (*path, EACH)
            self._read.add(each)
            self._bound.setdefault(self._word(at + 3), set()).add(each)
            self._declared.add(at + 3)
            if name != "filter":
                return
            at = self._behind(at + 2)
        counted = self._word(start - 1) == "(" and self._word(start - 2) == "size" and self._word(at) == ")"
        self._read.add((*path, EACH) if counted else (*path, WHOLE))

    def _behind(self, opening: int) -> int:
        """The token behind the bracket that closes this one."""
        depth = 0
        for at in range(opening, len(self._tokens)):
            depth += (self._word(at) in "([{") - (self._word(at) in ")]}") if self._kind(at) == "sign" else 0
            if depth == 0:
                return at + 1
        return len(self._tokens)

    def _is_member(self, number: int) -> bool:
        """Whether a name is a field of what stands before it; a dot in front of everything means a variable too."""
        return self._word(number - 1) == "." and (
            self._kind(number - 2) in ("name", "text") or self._word(number - 2) in (")", "]", "}", "`")
        )

    def _token(self, at: int) -> Token:
        return self._tokens[at] if 0 <= at < len(self._tokens) else ("", "")

    def _kind(self, at: int) -> str:
        return self._token(at)[0]

    def _word(self, at: int) -> str:
        return self._token(at)[1]
