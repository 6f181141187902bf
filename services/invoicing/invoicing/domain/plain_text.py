"""What the text of a plain PDF yields for a draft: only what stands there unmistakably; a person completes it."""

import re
from dataclasses import dataclass
from typing import Final

from stdnum import iban

_NUMBER: Final = re.compile(
    r"(?:facture|invoice)\s*(?:n[°ºo.]*|number|no\.?|#)?\s*[:#]?\s*([A-Z0-9][A-Z0-9/_-]{2,34})", re.IGNORECASE
)
_ORDER: Final = re.compile(
    r"(?:commande|purchase order|order|PO)\s*(?:n[°ºo.]*|number|no\.?|#)?\s*[:#]?\s*([A-Z0-9][A-Z0-9/_-]{2,49})",
    re.IGNORECASE,
)
_IBAN: Final = re.compile(r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)\b")
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True)
class Yield:
    """What was found; None where nothing is certain."""

    number: str | None
    orders: tuple[str, ...]
    account: str | None


def yielded(text: str) -> Yield:
    """The invoice's number, orders it may name (best first), and an account whose check digits fit."""
    numbers = [found[1] for found in _NUMBER.finditer(text) if _DIGIT.search(found[1])]
    orders = [found[1] for found in _ORDER.finditer(text) if _DIGIT.search(found[1])]
    accounts = [found[1].replace(" ", "") for found in _IBAN.finditer(text)]
    valid = [account for account in accounts if iban.is_valid(account)]
    return Yield(
        numbers[0] if numbers else None, tuple(dict.fromkeys(orders))[:10], valid[0] if len(set(valid)) == 1 else None
    )
