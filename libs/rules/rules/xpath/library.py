"""The names that a compiled module finds in its namespace."""

import sys
from collections.abc import Mapping
from decimal import Decimal
from types import ModuleType
from typing import Any, Final

from rules.xpath import casts, nodes, numbers, patterns, sequences, strings

_MODULES: Final[tuple[ModuleType, ...]] = (numbers, casts, strings, patterns, nodes, sequences)
LIBRARY: Final[Mapping[str, Any]] = {
    **{
        name: value
        for module in _MODULES
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("rules.xpath")
    },
    **{f"operator_{function.__name__}": function for function in sequences.OPERATORS.values()},
    "Decimal": Decimal,
    "intern": sys.intern,
    "NONE": nodes.NONE,
}
