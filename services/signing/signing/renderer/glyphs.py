"""Which characters the page's fonts can print."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final, cast

from fontTools.ttLib import TTFont

from signing.errors import UnprintableCharacter

FONTS: Final = Path(__file__).parent / "fonts"
_BREAKS: Final = frozenset("\n\t")


@cache
def printable() -> frozenset[str]:
    """The characters that every face of the page has."""
    faces: list[set[int]] = []
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            faces.append(set(cast(dict[int, str], font.getBestCmap())))
    return frozenset(map(chr, set.intersection(*faces))) | _BREAKS


def printed(text: str) -> str:
    """The text as it can be printed: composed (NFC), a character that no face has by its compatibility form (NFKC).

    Invisible format characters are dropped. Raises UnprintableCharacter naming every character without any form.
    """
    if printable().issuperset(text):
        return text
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    result: list[str] = []
    missing: dict[str, None] = {}
    for character in composed:
        if character in printable():
            result.append(character)
        elif unicodedata.category(character) != "Cf":
            other = unicodedata.normalize("NFKC", character)
            if printable().issuperset(other):
                result.append(other)
            else:
                missing[character] = None
    if missing:
        raise UnprintableCharacter(tuple(missing))
    return "".join(result)
