"""What the directory compares: upper case, without accents, ligatures and doubled spaces."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MIN: Final = 3
MAX: Final = 100
_LIGATURES: Final = str.maketrans({"Œ": "OE", "Æ": "AE", "ẞ": "SS", "Ø": "O", "Ł": "L", "Đ": "D"})
_BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9])[ .\-]+(?=[0-9])")


def folded(value: str) -> str:
    """`Ateliers Kœnig` → `ATELIERS KOENIG`; separators within numbers go."""
    upper = value.upper().translate(_LIGATURES)
    plain = "".join(each for each in unicodedata.normalize("NFKD", upper) if not unicodedata.combining(each))
    return " ".join(_BETWEEN_DIGITS.sub("", plain).split())


def of_company(legal_name: str, identifiers: Iterable[str]) -> str:
    """What a company is found by: its name first, so that a prefix finds names."""
    return " | ".join([folded(legal_name), *dict.fromkeys(folded(each) for each in identifiers if each)])


@dataclass(frozen=True)
class Wanted:
    """The words of a search: `words` as names begin with them, `pattern` as LIKE finds them anywhere."""

    words: str
    pattern: str


def wanted(typed: str) -> Wanted:
    """What to look for; % and _ are ordinary characters.

    Raises ValueError when fewer than three characters are left: too many companies would match.
    """
    words = folded(typed)
    if sum(each.isdigit() for each in words) * 2 > len(words):
        words = "".join(each for each in words if each.isalnum())  # a number, however it is written
    if len(words) < MIN:
        raise ValueError(f"type at least {MIN} characters")
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Wanted(words, f"%{escaped}%")
