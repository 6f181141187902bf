"""A column of a CSV: where its value goes, and how it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

Path = tuple[str | int, ...]
_YES: Final = frozenset({"true", "yes", "oui", "1"})
_NO: Final = frozenset({"false", "no", "non", "0"})


def _text(value: str) -> str:
    return value


def _number(value: str) -> str:
    """A decimal with a point or a comma, and with spaces between thousands."""
    plain = value.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if "," in plain and "." in plain:
        raise ValueError("write a number like 1234.50, without separators of thousands")
    found = Decimal(plain.replace(",", "."))  # ArithmeticError says that it is none
    if not found.is_finite():
        raise ValueError("write a number like 1234.50")
    return format(found, "f")


def _day(value: str) -> str:
    return date.fromisoformat(value).isoformat()


def _whole(value: str) -> int:
    return int(value)


def _switch(value: str) -> bool:
    if value.casefold() in _YES:
        return True
    if value.casefold() in _NO:
        return False
    raise ValueError("write true or false")


@dataclass(frozen=True)
class Column:
    """One column. `remedy` says what to write; `needed` where every order, or every line, has it."""

    path: Path
    read: Callable[[str], Any] = _text
    remedy: str = "Correct the text."
    needed: bool = False


def numbers(*path: str | int, needed: bool = False) -> Column:
    """Decimals, with a point or a comma."""
    return Column(path, _number, "Write a number like 1234.50 or 1234,50.", needed)


def days(*path: str | int, needed: bool = False) -> Column:
    """Dates (ISO 8601)."""
    return Column(path, _day, "Write a date like 2026-11-30.", needed)


def switches(*path: str | int) -> Column:
    """True or false, in English or French."""
    return Column(path, _switch, "Write true or false.")


def wholes(*path: str | int) -> Column:
    """Whole numbers."""
    return Column(path, _whole, "Write a whole number from 1.")


def texts(*path: str | int, needed: bool = False, remedy: str = "Correct the text.") -> Column:
    """Texts and codes."""
    return Column(path, _text, remedy, needed)
