"""Numbers of XPath 2.0 as Saxon computes them: integers, decimals with 18 places in divisions, doubles.

None is the empty sequence: arithmetic on it gives it back (XPath 2.0, 3.4).
"""

import math
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, Context, Decimal
from functools import cache
from typing import Final, TypeAlias

from rules.xpath.errors import bad_value

Number: TypeAlias = int | float | Decimal
PRECISION: Final = Context(prec=120)
"""Decimals of XML Schema have no bound; no invoice reaches 120 digits. The engine sets it while it runs."""
_DIVISION_PLACES: Final = 18
_HUNDRED: Final = 100
_HALF: Final = Decimal("0.5")
_INTEGRAL: Final = 1e15


def add(left: Number | None, right: Number | None) -> Number | None:
    """`left + right`."""
    if left is None or right is None:
        return None
    if type(left) is float or type(right) is float:
        return float(left) + float(right)
    return left + right  # pyright: ignore[reportOperatorIssue] - no float is left


def subtract(left: Number | None, right: Number | None) -> Number | None:
    """`left - right`."""
    if left is None or right is None:
        return None
    if type(left) is float or type(right) is float:
        return float(left) - float(right)
    return left - right  # pyright: ignore[reportOperatorIssue] - no float is left


def multiply(left: Number | None, right: Number | None) -> Number | None:
    """`left * right`."""
    if left is None or right is None:
        return None
    if type(left) is float or type(right) is float:
        return float(left) * float(right)
    return left * right  # pyright: ignore[reportOperatorIssue] - no float is left


def divide(left: Number | None, right: Number | None) -> Number | None:
    """`left div right`. Of a decimal quotient Saxon keeps 18 places, and those that the dividend has more than the
    divisor, rounded half down.
    """
    if left is None or right is None:
        return None
    if type(left) is float or type(right) is float:
        return _divide_doubles(float(left), float(right))
    if right == _HUNDRED:
        # Two places more than the dividend has are always kept: nearly every division of an official rule.
        return Decimal(left).scaleb(-2)
    if not right:
        bad_value()
    dividend, divisor = Decimal(left), Decimal(right)
    places = _DIVISION_PLACES + max(0, _places(dividend) - _places(divisor))
    return (dividend / divisor).quantize(_quantum(places), ROUND_HALF_DOWN)


def _divide_doubles(left: float, right: float) -> float:
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _places(value: Decimal) -> int:
    """Decimal places without trailing zeros."""
    return max(0, -int(value.normalize().as_tuple().exponent))


@cache
def _quantum(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def modulo(left: Number | None, right: Number | None) -> Number | None:
    """`left mod right`: the sign is that of the dividend."""
    if left is None or right is None:
        return None
    if type(left) is float or type(right) is float:
        dividend, divisor = float(left), float(right)
        return math.fmod(dividend, divisor) if divisor and math.isfinite(dividend) else math.nan
    if not right:
        bad_value()
    if type(left) is int and type(right) is int:
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    return Decimal(left) % Decimal(right)


def whole_divide(left: Number | None, right: Number | None) -> int | None:
    """`left idiv right`: towards zero."""
    if left is None or right is None:
        return None
    if not right:
        bad_value()
    if type(left) is float or type(right) is float:
        quotient = float(left) / float(right)
        if not math.isfinite(quotient):
            bad_value()
        return int(quotient)
    return int(Decimal(left) / Decimal(right))


def negative(value: Number | None) -> Number | None:
    """`-value`."""
    return None if value is None else -value


def rounded(value: Number | None) -> Number | None:
    """round(): halves go towards positive infinity (F&O, 6.4.4)."""
    if value is None or type(value) is int:
        return value
    if type(value) is float:
        if not math.isfinite(value) or abs(value) > _INTEGRAL:
            return value
        return math.copysign(math.floor(value + 0.5), value)
    return (value + _HALF).to_integral_value(ROUND_FLOOR)  # pyright: ignore[reportOperatorIssue] - no float is left


def absolute(value: Number | None) -> Number | None:
    """abs()."""
    return None if value is None else abs(value)


def floor(value: Number | None) -> Number | None:
    """floor()."""
    if value is None or type(value) is int:
        return value
    if type(value) is float:
        return float(math.floor(value)) if math.isfinite(value) else value
    return Decimal(value).to_integral_value(ROUND_FLOOR)


def ceiling(value: Number | None) -> Number | None:
    """ceiling()."""
    if value is None or type(value) is int:
        return value
    if type(value) is float:
        return float(math.ceil(value)) if math.isfinite(value) else value
    return Decimal(value).to_integral_value(ROUND_CEILING)


def total(values: Iterable[Number]) -> Number | None:
    """sum(): of nothing it is the integer 0."""
    result: Number | None = 0
    for value in values:
        result = add(result, value)
    return result


def span(first: Number | None, last: Number | None) -> range | tuple[()]:
    """`first to last`."""
    return () if first is None or last is None else range(int(first), int(last) + 1)


def double_or_nan(value: Number | None) -> float:
    """number() of a number."""
    return math.nan if value is None else float(value)


def written(value: object) -> str:
    """A number or boolean as a string (F&O, 17.1.2); "" for the empty sequence."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _plain(value)
        case float():
            return _written_double(value)
        case _:
            return str(value)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _written_double(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    exact = Decimal(repr(value))
    if 1e-6 <= abs(value) < 1e6:
        return _plain(exact)
    digits = "".join(map(str, exact.normalize().as_tuple().digits))
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exact.adjusted()}"
