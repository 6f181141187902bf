"""Texts at which rules change their mind: from their own literals, or from what they are compared with."""

import random
import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from rules.compiler.tree import Call, Expression, If, Items, Number, Text
from rules.differential.mutations import TEXTS

_TYPICAL: Final = (
    "2026-01-15",
    "20260115",
    "2026-01-15T10:00:00",
    "10:00:00",
    "12:00:00Z",
    "123456789",
    "12345678901234",
    "someone@example.com",
    "+33123456789",
    "FR7630006000011234567890189",
    "#ABC#",
    "1.00",
    "100",
    "SE5561234567",
    "IT01234567890",
    "A",
    "AB",
    "ABC",
    "0",
    "1",
)
_BY_TYPE: Final = {"date": "2026-01-15", "dateTime": "2026-01-15T10:00:00", "time": "10:00:00"}

_DAYS: Final = {"<": -1, ">": 1, "!=": 1}


@cache
def known_texts() -> tuple[str, ...]:
    """Texts that mean something to some rule."""
    return (*TEXTS, *_TYPICAL)


def accepted(part: str, function: str = "") -> str:
    """A text that `function` accepts with `part`; without one: a text of the type `part`."""
    if function == "matches":
        return next((text for text in reversed(known_texts()) if _matches(part, text)), "1")
    if function:
        return {"starts-with": f"{part}1", "ends-with": f"1{part}"}.get(function, part)
    local = part.rpartition(":")[2].rstrip("?")
    return _BY_TYPE.get(local, "1")


def missed(part: str, function: str) -> str:
    """A text that it does not accept."""
    if function == "matches":
        return next((text for text in ("?", "1", "") if not _matches(part, text)), "é")
    return "?" if part != "?" else ""


def beside(text: str, operator: str, generator: random.Random) -> str:
    """A text that compares so with another."""
    if operator in _DAYS and (day := _day(text)) is not None:
        return (day + timedelta(days=_DAYS[operator])).isoformat()
    number = _number(text)
    if number is None:
        return text if operator in ("=", "<=", ">=") else generator.choice(("?", "1", "2030-01-01", "XX", f"{text}1"))
    step = generator.choice((Decimal("0.01"), Decimal(1), Decimal(1), Decimal(1000)))
    match operator:
        case "<":
            return f"{number - step:f}"
        case ">" | "!=":
            return f"{number + step:f}"
        case _:
            return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def literals(expression: Expression) -> list[str]:
    """The constants that an expression may give."""
    match expression:
        case Text(value):
            return [value]
        case Number(text):
            return [text]
        case Items(items):
            return [each for item in items for each in literals(item)]
        case Call("tokenize", (Text(value), Text(pattern), *_)):
            return re.split(pattern, value)
        case If(_, then, otherwise):
            found = literals(then), literals(otherwise)
            return [*found[0], *found[1]] if all(found) else []
        case Call(name, (argument,)) if name.startswith("xs:"):
            return literals(argument)
        case _:
            return []


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False
