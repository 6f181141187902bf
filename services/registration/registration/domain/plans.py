"""Plans and packs: how many invoices a company may send, and until when they are archived for ten years.

What counts as a transaction: an invoice or credit note that was accepted for sending, once, however often it is
corrected and sent again after a failure. Drafts, previews and checks count nothing; nor does what a unit pays for
(`pays_transactions`). Free transactions are granted each month, and what is not used of them stays.
The archive option ends at noon: what is sent before is kept ten years with its container, what is sent later is not.
"""

from calendar import monthrange
from dataclasses import dataclass
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


def next_month(today: date) -> date:
    """The day on which free transactions are granted again."""
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def archive_end(today: date, stands: datetime, months: int) -> datetime:
    """When the archive option ends once `months` are added: at noon, so many months after today or the end that stands,
    whichever is later; where the month has no such day, on its last.
    """
    since = max(today, stands.astimezone(ZoneInfo(ZONE)).date())
    year, month = divmod(since.year * 12 + since.month - 1 + months, 12)
    day = min(since.day, monthrange(year, month + 1)[1])
    return datetime.combine(date(year, month + 1, day), time(12), ZoneInfo(ZONE)).astimezone(UTC)
