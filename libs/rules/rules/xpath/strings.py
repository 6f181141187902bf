"""String functions of XPath 2.0 (F&O, 7)."""

import math
import re
from functools import lru_cache
from typing import Final

from rules.xpath.numbers import Number, rounded

_SPACES: Final = re.compile("[ \t\r\n]+")


def normalized(text: str) -> str:
    """normalize-space(): white space of XML only."""
    return " ".join(text.split()) if text.isascii() else _SPACES.sub(" ", text).strip(" ")


def substring(text: str, start: Number | None, length: Number | None = None) -> str:
    """substring(), with the rounding and the infinities of F&O 7.4.3."""
    if start is None:
        return ""
    first = float(rounded(start) or 0)
    last = math.inf if length is None else first + float(rounded(length) or 0)
    if math.isnan(first) or math.isnan(last):
        return ""
    begin = max(first, 1.0)
    if begin >= last or begin > len(text):
        return ""
    return text[int(begin) - 1 : None if math.isinf(last) else int(last) - 1]


def before(text: str, mark: str) -> str:
    """substring-before()."""
    head, found, _ = text.partition(mark) if mark else ("", "", "")
    return head if found else ""


def after(text: str, mark: str) -> str:
    """substring-after()."""
    return text.partition(mark)[2] if mark else text


def translated(text: str, characters: str, replacements: str) -> str:
    """translate()."""
    return text.translate(_table(characters, replacements))


@lru_cache(maxsize=500)
def _table(characters: str, replacements: str) -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for position, character in enumerate(characters):
        table.setdefault(ord(character), replacements[position] if position < len(replacements) else None)
    return table


def codepoints(text: str) -> list[int]:
    """string-to-codepoints()."""
    return [ord(character) for character in text]
