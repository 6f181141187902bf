"""Levels and packs: how many invoices a company may send, and until when they are archived for ten years.

What counts as a transaction: an invoice or credit note that was accepted for sending, once, however often it is
corrected and sent again after a failure. Drafts, previews and checks count nothing; nor does what a unit pays for
(`pays_transactions`). Free transactions are granted each month, and what is not used of them stays.
A level lasts twelve months from the day it is paid, and then goes on, or gives way to the lower one that was chosen.
The archive option ends at noon: what is sent before is kept ten years with its container, what is sent later is not.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

CURRENCY: Final = "EUR"
ZONE: Final = "Europe/Paris"
"""Where months begin, and where it is noon."""


@dataclass(frozen=True)
class Pack:
    """Transactions that are bought at once, or months of the archive option. `amount` is before VAT, in `CURRENCY`."""

    code: str
    transactions: int
    amount: Decimal
    archive_months: int = 0


@dataclass(frozen=True)
class Level:
    """What a company is at. `amount` is for twelve months, before VAT, in `CURRENCY`; `off` is what packs cost less."""

    code: str
    free_a_month: int
    amount: Decimal
    archive: bool
    off: Decimal
    support: Mapping[str, str]


LEVEL_MONTHS: Final = 12
FREE: Final = "free"
_HOURS: Final = {"fr": "du lundi au vendredi, de 9 h à 12 h", "en": "Monday to Friday, 9 am to noon"}
_LONG_HOURS: Final = {"fr": "du lundi au vendredi, de 8 h à 19 h", "en": "Monday to Friday, 8 am to 7 pm"}
LEVELS: Final = {
    level.code: level
    for level in (
        Level(FREE, 10, Decimal("0.00"), archive=False, off=Decimal(0), support=_HOURS),
        Level("plus", 100, Decimal("240.00"), archive=False, off=Decimal("0.10"), support=_HOURS),
        Level("premium", 500, Decimal("960.00"), archive=True, off=Decimal("0.20"), support=_LONG_HOURS),
    )
}
"""From the lowest to the highest."""

PACKS: Final = {
    pack.code: pack
    for pack in (
        Pack("S", 50, Decimal("25.00")),
        Pack("M", 500, Decimal("200.00")),
        Pack("L", 5_000, Decimal("1500.00")),
        Pack("A", 0, Decimal("120.00"), archive_months=12),
    )
}
COUNTED: Final = {
    "fr": (
        "Une facture ou un avoir accepté à l’envoi compte une fois, même corrigé et renvoyé après un échec. "
        "Brouillons, aperçus et contrôles ne comptent pas, ni ce que l’unité acheteuse prend à sa charge."
    ),
    "en": (
        "An invoice or credit note that was accepted for sending counts once, also when it is corrected and sent again "
        "after a failure. Drafts, previews and checks do not count, nor what the buying unit pays for."
    ),
}


def packs_at(level: Level) -> dict[str, Pack]:
    """The packs at a level's prices."""
    return {code: replace(pack, amount=_cents(pack.amount * (1 - level.off))) for code, pack in PACKS.items()}


def is_above(wanted: Level, stands: Level) -> bool:
    """Whether a company goes up to this level."""
    ranks = list(LEVELS)
    return ranks.index(wanted.code) > ranks.index(stands.code)


def due_now(wanted: Level, stands: Level, until: date | None, today: date) -> Decimal:
    """What going up costs: twelve months of the wanted level, less what is left of those that were paid."""
    left = min(max((until - today).days, 0), 365) if until else 0
    return max(wanted.amount - _cents(stands.amount * left / 365), Decimal("0.00"))


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where the month has no such day, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def next_month(today: date) -> date:
    """The day on which free transactions are granted again."""
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def archive_end(today: date, stands: datetime, months: int) -> datetime:
    """When the archive option ends once `months` are added: at noon, so many months after today or the end that stands,
    whichever is later; where the month has no such day, on its last.
    """
    since = max(today, stands.astimezone(ZoneInfo(ZONE)).date())
    return datetime.combine(months_after(since, months), time(12), ZoneInfo(ZONE)).astimezone(UTC)
