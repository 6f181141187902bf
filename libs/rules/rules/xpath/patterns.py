"""Regular expressions of XPath 2.0 (F&O, 7.6.1) by those of Python, whose classes and anchors differ."""

import re
from functools import lru_cache
from typing import Final

from rules.xpath.errors import bad_value

_FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_UNKNOWN: Final = "iIcCpPwWB"
"""Escapes whose meaning is not Python's; none stands in a pinned set, so each stops the rule that has it."""
_REFERENCE: Final = re.compile(r"\\([\\$])|\$(\d)")


def matches(text: str, pattern: str, flags: str = "") -> bool:
    """matches()."""
    return compiled(pattern, flags).search(text) is not None


def replaced(text: str, pattern: str, replacement: str, flags: str = "") -> str:
    """replace()."""
    template = _REFERENCE.sub(lambda found: re.escape(found[1]) if found[1] else rf"\g<{found[2]}>", replacement)
    return compiled(pattern, flags).sub(template, text)


def tokens(text: str, pattern: str, flags: str = "") -> list[str]:
    """tokenize()."""
    if not text:
        return []
    expression = compiled(pattern, flags)
    found, start = list[str](), 0
    for match in expression.finditer(text):
        found.append(text[start : match.start()])
        start = match.end()
    return [*found, text[start:]]


@lru_cache(maxsize=500)
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The expression in Python's terms."""
    options = re.NOFLAG
    for flag in flags:
        options |= _FLAGS[flag]
    try:
        return re.compile(_python(pattern, flags), options)
    except re.error:
        bad_value()


def _python(pattern: str, flags: str) -> str:
    parts: list[str] = []
    depth = at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            parts.append(_escape(pattern[at + 1 : at + 2], in_class=depth > 0))
            at += 2
            continue
        if character == "[":
            depth += 1
            parts.append("[" if depth == 1 else "\\[")
        elif character == "]" and depth:
            depth -= 1
            parts.append("]")
        elif character == "$" and not depth:
            parts.append("$" if "m" in flags else r"\Z")
        elif character == "." and not depth and "s" not in flags:
            parts.append(r"[^\r\n]")
        else:
            parts.append(character)
        at += 1
    return "".join(parts)


def _escape(letter: str, *, in_class: bool) -> str:
    if not letter or letter in _UNKNOWN:
        bad_value()
    if letter == "s":
        return r" \t\r\n" if in_class else r"[ \t\r\n]"
    if letter == "S" and not in_class:
        return r"[^ \t\r\n]"
    return "\\" + letter
