"""Numbers: of invoices as they are compared, of quantities as they may travel."""

from decimal import Decimal
from typing import Final

_DIGITS: Final = 18
_DECIMALS: Final = 6


def number_key(number: str) -> str:
    """An invoice number as it is compared: one space per selling company for all kinds, trimmed, case-insensitive."""
    return number.strip().upper()


def fits(value: Decimal) -> bool:
    """Whether a decimal may travel in a fact: 18 digits, 6 of them decimals (`contracts.money`)."""
    exponent = value.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        return False
    return -exponent <= _DECIMALS and abs(value) < 10 ** (_DIGITS - _DECIMALS)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros: sums in the database carry the most decimals of any summand."""
    shortest = value.normalize()
    exponent = shortest.as_tuple().exponent
    return shortest.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else shortest
