"""From strings to typed values, as XML Schema writes them (XML Schema 1.0, part 2)."""

import datetime
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from rules.xpath.errors import DynamicError, bad_value

_DECIMAL: Final = re.compile(r"[ \t\r\n]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*\Z", re.ASCII)
_INTEGER: Final = re.compile(r"[ \t\r\n]*[+-]?\d+[ \t\r\n]*\Z", re.ASCII)
_DOUBLE: Final = re.compile(
    r"[ \t\r\n]*(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|NaN|-?INF)[ \t\r\n]*\Z", re.ASCII
)
_DATE: Final = re.compile(
    r"[ \t\r\n]*(-?(?:\d{4}|[1-9]\d{4,9}))-(\d\d)-(\d\d)(?:Z|([+-])(0\d|1[0-4]):([0-5]\d))?[ \t\r\n]*\Z", re.ASCII
)
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_MAX_YEAR: Final = 2**31 - 1
"""Saxon's."""
_CYCLE_YEARS: Final = 400
_CYCLE_DAYS: Final = 146_097
"""The Gregorian calendar repeats itself; Python knows the years 1 to 9999."""
_MAX_DIGITS: Final = 4000
"""What Python converts without a word; more digits stand in no document that its schema accepts."""
_BELOW_ZERO: Final = -5e-324


def decimal_of(text: str) -> Decimal:
    """xs:decimal()."""
    if not _DECIMAL.match(text):
        bad_value()
    return Decimal(text.strip())


def integer_of(text: str) -> int:
    """xs:integer()."""
    if not _INTEGER.match(text) or len(text) > _MAX_DIGITS:
        bad_value()
    return int(text)


def double_of(text: str) -> float:
    """xs:double()."""
    if not _DOUBLE.match(text):
        bad_value()
    return float(text.strip().replace("INF", "inf"))


def compared_double(text: str) -> float:
    """The double of an untyped value that is compared with a number: there Saxon orders -0.0 below 0."""
    value = double_of(text)
    return _BELOW_ZERO if not value and math.copysign(1, value) < 0 else value


def ranked_double(text: str) -> float:
    """The same where it is compared with one number: there Saxon orders NaN above every number."""
    value = compared_double(text)
    return math.inf if math.isnan(value) else value


def compared_number(value: Any) -> Any:
    """The same for the number that it is compared with."""
    return _BELOW_ZERO if type(value) is float and not value and math.copysign(1, value) < 0 else value


def number_of(text: str | None) -> float:
    """number(): NaN where there is none."""
    if text is not None and _DOUBLE.match(text):
        return float(text.strip().replace("INF", "inf"))
    return math.nan


def boolean_of(text: str) -> bool:
    """xs:boolean()."""
    value = _BOOLEANS.get(text.strip(" \t\r\n"))
    return bad_value() if value is None else value


class Day(int):
    """A date as comparisons see it (F&O 10.4): the minute at which it begins, in UTC where it names no zone."""

    __slots__ = ()


def date_of(text: str) -> Day:
    """xs:date(): any year of XML Schema 1.1, with its zone, as Saxon takes them."""
    match = _DATE.match(text)
    if match is None or abs(int(match[1])) > _MAX_YEAR:
        bad_value()
    cycles, year = divmod(int(match[1]), _CYCLE_YEARS)
    try:
        day = datetime.date(_CYCLE_YEARS + year, int(match[2]), int(match[3])).toordinal()
    except ValueError:
        bad_value()
    minutes = (cycles * _CYCLE_DAYS + day) * 1440
    if match[4]:
        ahead = int(match[5]) * 60 + int(match[6])
        minutes += ahead if match[4] == "-" else -ahead
    return Day(minutes)


def decimal_of_number(value: Any) -> Decimal:
    """xs:decimal() of a number."""
    if type(value) is float and not math.isfinite(value):
        bad_value()
    return Decimal(value)


def integer_of_number(value: Any) -> int:
    """xs:integer() of a number: towards zero."""
    if type(value) is float and not math.isfinite(value):
        bad_value()
    return int(value)


def castable(text: str | None, cast: Callable[[str], object]) -> bool:
    """`castable as`; nothing is not."""
    if text is None:
        return False
    try:
        cast(text)
    except DynamicError:
        return False
    return True


def applied(function: Callable[[Any], Any], value: Any) -> Any:
    """A function of one item, over one or none."""
    return None if value is None else function(value)
