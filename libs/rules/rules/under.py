"""Which rules a document is held against, as a caller says it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

_DATE: Final = len("2026-03-30")


@dataclass(frozen=True)
class Under:
    """Which rules to check by: those in force on `day`, or `sets` by name or in one version (`en16931@1.3.15`).

    Both None: those that the document asks for, as they were in force on its own date.
    """

    day: date | None = None
    sets: tuple[str, ...] | None = None

    @classmethod
    def read(cls, text: str) -> "Under":
        """From a date, or names divided by commas."""
        names = tuple(filter(None, (name.strip() for name in text.split(","))))
        day = day_of(names[0]) if len(names) == 1 and len(names[0]) == _DATE else None
        return cls(day) if day else cls(sets=names or None)


def day_of(text: str) -> date | None:
    """A date as UBL (`2026-03-30`) or CII (`20260330`, `20260330101500`) write it; None where it is none."""
    try:
        return date.fromisoformat(text[:10] if "-" in text else text[:8])
    except ValueError:
        return None
