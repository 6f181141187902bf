"""Cuts an XPath 2.0 expression into tokens (XPath 2.0, A.2)."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from rules.compiler.errors import CannotCompile


class TokenKind(Enum):
    """What a token is."""

    NUMBER = auto()
    STRING = auto()
    VARIABLE = auto()
    NAME = auto()
    OPERATOR = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `text`: of a string without its quotes, of a variable without its `$`."""

    kind: TokenKind
    text: str


_NAME: Final = r"[^\W\d][\w.\-]*"
_TOKEN: Final = re.compile(
    rf"""(?P<SPACE>\s+)
    |(?P<NUMBER>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<STRING>"(?:[^"]|"")*"|'(?:[^']|'')*')
    |\$\s*(?P<VARIABLE>{_NAME}(?::{_NAME})?)
    |(?P<NAME>(?:{_NAME}|\*):(?!:)(?:{_NAME}|\*)|{_NAME})
    |(?P<OPERATOR>::|\.\.|//|!=|<=|>=|<<|>>|[-+*/()\[\],|@.=<>?])""",
    re.VERBOSE,
)
_COMMENT_EDGE: Final = re.compile(r"\(:|:\)")


def tokens_of(expression: str) -> list[Token]:
    """The tokens, ended by one of kind END. Raises CannotCompile."""
    found: list[Token] = []
    at = 0
    while at < len(expression):
        if expression.startswith("(:", at):
            at = _after_comment(expression, at)
            continue
        match = _TOKEN.match(expression, at)
        if match is None or match.lastgroup is None:
            raise CannotCompile(f"what is {expression[at : at + 20]!r}?")
        at = match.end()
        if match.lastgroup != "SPACE":
            found.append(_token(TokenKind[match.lastgroup], match[match.lastgroup]))
    found.append(Token(TokenKind.END, ""))
    return found


def _token(kind: TokenKind, text: str) -> Token:
    if kind is TokenKind.STRING:
        quote = text[0]
        return Token(kind, text[1:-1].replace(quote * 2, quote))
    return Token(kind, text)


def _after_comment(expression: str, at: int) -> int:
    """Comments nest (XPath 2.0, A.2.4.1)."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(expression, at):
        depth += 1 if edge[0] == "(:" else -1
        if depth == 0:
            return edge.end()
    raise CannotCompile("a comment without an end")
