"""Files that an ERP leaves in a watched folder: what their names say.

`customers-<anything>.csv` brings customers to invoice, `suppliers-<unit id>-<anything>.csv` suppliers to a unit.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

_NAME: Final = re.compile(
    r"^(?:(?P<customers>customers)|suppliers-(?P<unit>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))"
    r"(?:-[A-Za-z0-9._-]{1,80})?\.csv$"
)
_UNDER_WAY: Final = (".part", ".filepart", ".tmp", ".swp")


@dataclass(frozen=True)
class Dropped:
    """What a file's name says that it brings."""

    side: Literal["supplier", "customer"]
    unit_id: UUID | None


def is_under_way(name: str) -> bool:
    """Whether somebody is still writing it: hidden, or with an ending that transfer programs use meanwhile."""
    return name.startswith(".") or name.lower().endswith(_UNDER_WAY)


def read(name: str) -> Dropped:
    """Raises ValueError for a name that says neither customers nor suppliers."""
    found = _NAME.match(name)
    if found is None:
        raise ValueError("call it customers-….csv, or suppliers-<id of the unit>-….csv")
    unit = found["unit"]
    return Dropped("supplier", UUID(unit)) if unit else Dropped("customer", None)
