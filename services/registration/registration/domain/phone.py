"""Phone numbers as messages are sent to them: ITU-T E.164."""

import re
from typing import Final

_FORM: Final = re.compile(r"^\+[1-9][0-9]{7,14}$")
_BETWEEN: Final = re.compile(r"[\s().\-/]")


def checked(number: str) -> str:
    """The number with its country's prefix and without separators. Raises ValueError."""
    plain = _BETWEEN.sub("", number)
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if not _FORM.match(plain):
        raise ValueError("a phone number starts with + and its country, for example +33 6 12 34 56 78")
    return plain


def hidden(number: str) -> str:
    """The number for somebody who has to recognise it, and for nobody else."""
    return f"{number[:3]}••••{number[-2:]}"
