"""Decimals that cross a boundary: strings in JSON, Decimal in Python, never float."""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.functional_validators import BeforeValidator


def _no_float(value: object) -> object:
    if isinstance(value, float):
        # Pydantic turns a ValueError into a violation, a TypeError into a crash
        raise ValueError('a decimal is written as a string, for example "12.50"')  # noqa: TRY004
    return value


def _plain(value: Decimal) -> str:
    return format(value, "f")


_DIGITS: Final = 18
_DECIMALS: Final = 6


def fits(value: Decimal) -> bool:
    """Whether an amount or a quantity may travel in a fact: 12 digits before the decimal point, 6 behind it."""
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_DECIMALS and abs(value) < 10 ** (_DIGITS - _DECIMALS)


def shortest(value: Decimal) -> Decimal:
    """The same number without trailing zeros, as sums of a database carry them; never in scientific notation."""
    reduced = value.normalize()
    exponent = reduced.as_tuple().exponent
    return reduced.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else reduced


Amount = Annotated[
    Decimal,
    Field(max_digits=_DIGITS, decimal_places=_DECIMALS, allow_inf_nan=False),  # first: then pydantic checks natively
    BeforeValidator(_no_float),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]
"""An amount of money in a currency given beside it; up to 18 digits, 6 of them decimals."""

Quantity = Annotated[
    Decimal,
    Field(max_digits=_DIGITS, decimal_places=_DECIMALS, allow_inf_nan=False),
    BeforeValidator(_no_float),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]
"""A quantity in a unit of UN/ECE Recommendation 20 given beside it."""

Price = Annotated[
    Decimal,
    Field(max_digits=38, decimal_places=20, allow_inf_nan=False),
    BeforeValidator(_no_float),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]
"""Money for one price base, as exact as business documents write it (EN 16931, 6.5.2)."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 alphabetic code")]

_MINOR_UNITS: Final = {
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    "CLF": 4,
    "UYW": 4,
}


def minor_units(currency: str) -> int:
    """Decimals of a currency (ISO 4217, table A.1, "CcyMnrUnts"); 2 unless the table says otherwise."""
    return _MINOR_UNITS.get(currency, 2)


class Totals(BaseModel):
    """The three sums that everybody compares: BT-109 without VAT, BT-110 VAT, BT-112 with VAT, and BT-115 due."""

    model_config = ConfigDict(frozen=True)

    currency: Currency
    net: Amount
    vat: Amount
    gross: Amount
    due: Amount
