"""VAT rates of the member states of the European Union (Directive 2006/112/EC, art. 96 to 98 and the derogations).

Rates that a state left are kept as long as an invoice may still name them.
"""

from decimal import Decimal
from typing import Final


def _rates(*values: str) -> frozenset[Decimal]:
    return frozenset(Decimal(value) for value in values)


RATES: Final = {
    "AT": _rates("20", "19", "13", "10"),
    "BE": _rates("21", "12", "6"),
    "BG": _rates("20", "9"),
    "CY": _rates("19", "9", "5", "3"),
    "CZ": _rates("21", "15", "12", "10"),
    "DE": _rates("19", "7"),
    "DK": _rates("25"),
    "EE": _rates("24", "22", "13", "9", "5"),
    "ES": _rates("21", "10", "7.5", "5", "4", "2"),
    "FI": _rates("25.5", "24", "14", "13.5", "10"),
    # BR-FR-16: metropolitan France, Corsica, the overseas departments, and rates of former years.
    "FR": _rates(
        "20", "10", "5.5", "2.1", "8.5", "13", "0.9", "1.05", "1.75", "7", "19.6", "20.6", "9.2", "9.6",
    ),
    "GR": _rates("24", "17", "13", "9", "6", "4"),
    "HR": _rates("25", "13", "5"),
    "HU": _rates("27", "18", "5"),
    "IE": _rates("23", "13.5", "9", "4.8"),
    "IT": _rates("22", "10", "5", "4"),
    "LT": _rates("21", "12", "9", "5"),
    "LU": _rates("17", "16", "14", "8", "3"),
    "LV": _rates("21", "12", "5"),
    "MT": _rates("18", "12", "7", "5"),
    "NL": _rates("21", "9"),
    "PL": _rates("23", "8", "5"),
    "PT": _rates("23", "22", "16", "13", "12", "9", "6", "5", "4"),
    "RO": _rates("21", "19", "11", "9", "5"),
    "SE": _rates("25", "12", "6"),
    "SI": _rates("22", "9.5", "5"),
    "SK": _rates("23", "20", "19", "10", "5"),
}  # fmt: skip

EUROPEAN_UNION: Final = frozenset(RATES)
