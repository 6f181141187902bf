"""Parameters of ready-made rules: text in the rulebook, values in the rule."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pydantic import JsonValue

Parameters = Mapping[str, JsonValue]
_MOST_DIGITS: Final = 18
_MASK: Final = re.compile(r"[A-Za-z0-9#@*./_ -]{1,40}")
_TERMS: Final = frozenset({"BT-10", "BT-11", "BT-12", "BT-13", "BT-15", "BT-16", "BT-17", "BT-18", "BT-19"})


def amount(value: JsonValue) -> Decimal:
    """A positive decimal, given as text. Raises ValueError."""
    found = _decimal(value)
    if found <= 0:
        raise ValueError('Give an amount such as "5000.00".')
    return found


def percent(value: JsonValue) -> Decimal:
    """0 to 100. Raises ValueError."""
    found = _decimal(value)
    if not 0 <= found <= 100:
        raise ValueError('Give a percentage from "0" to "100".')
    return found


def days(value: JsonValue) -> int:
    """0 to 3650. Raises ValueError."""
    if not (isinstance(value, str) and value.isdecimal() and int(value) <= 3650):
        raise ValueError('Give a number of days such as "30".')
    return int(value)


def day_of_month(value: JsonValue) -> int:
    """1 to 31. Raises ValueError."""
    if not 1 <= days(value) <= 31:
        raise ValueError('Give a day of the month, "1" to "31".')
    return days(value)


def currencies(value: JsonValue) -> frozenset[str]:
    """Codes of ISO 4217, divided by commas. Raises ValueError."""
    return _listed(value, lambda code: re.fullmatch("[A-Z]{3}", code) is not None, 'Give codes such as "EUR,CHF".')


def references(value: JsonValue) -> frozenset[str]:
    """Business terms of references, divided by commas. Raises ValueError."""
    return _listed(value, _TERMS.__contains__, f"Give terms of {', '.join(sorted(_TERMS))}, divided by commas.")


def mask(value: JsonValue) -> re.Pattern[str]:
    """A number's form: `#` a digit, `@` a letter, `*` anything (once at most), the rest itself. Raises ValueError."""
    if not (isinstance(value, str) and _MASK.fullmatch(value) and value.count("*") <= 1):
        raise ValueError('Give a form such as "FA-####-*": # is a digit, @ a letter, * anything (once).')
    signs = {"#": "[0-9]", "@": "[A-Za-z]", "*": ".*"}
    return re.compile("".join(signs.get(sign, re.escape(sign)) for sign in value))


def count(value: JsonValue) -> int:
    """1 to 20. Raises ValueError."""
    if not 1 <= days(value) <= 20:
        raise ValueError('Give a number from "1" to "20".')
    return days(value)


Reader = Callable[[JsonValue], Any]


def _decimal(value: JsonValue) -> Decimal:
    try:
        found = Decimal(value) if isinstance(value, str) and len(value) <= _MOST_DIGITS else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ValueError('Give a decimal as text, such as "12.50".')
    return found


def _listed(value: JsonValue, fits: Callable[[str], bool], otherwise: str) -> frozenset[str]:
    found = frozenset(part.strip() for part in value.split(",")) if isinstance(value, str) else frozenset[str]()
    if not found or not all(fits(part) for part in found):
        raise ValueError(otherwise)
    return found
