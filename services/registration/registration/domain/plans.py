"""Plans and packs: how many invoices a company may send.

What counts as a transaction: an invoice or credit note that was accepted for sending, once, however often it is
corrected and sent again after a failure. Drafts, previews and checks count nothing; nor does what a unit pays for
(`pays_transactions`). Free transactions are granted each month, and what is not used of them stays.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

CURRENCY: Final = "EUR"


@dataclass(frozen=True)
class Pack:
    """Transactions that are bought at once. `amount` is before VAT, in `CURRENCY`."""

    code: str
    transactions: int
    amount: Decimal


PACKS: Final = {
    pack.code: pack
    for pack in (
        Pack("S", 50, Decimal("25.00")),
        Pack("M", 500, Decimal("200.00")),
        Pack("L", 5_000, Decimal("1500.00")),
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
