"""Names that look like another one: letters of several scripts in one word, and characters nobody sees (UTS #39)."""

import unicodedata
from typing import Final

_ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK"})
"""Scripts whose letters are taken for each other."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})


def refused(name: str) -> str:
    """What is wrong with a name; "" when it can be told from others."""
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        return "a name has no characters that nobody sees"
    for word in name.split():
        if len({script for character in word if (script := _script(character)) in _ALIKE}) > 1:
            return "a word mixes letters of several scripts that look alike; write it in one"
    return ""


def checked(name: str) -> str:
    """The name. Raises ValueError with what is wrong."""
    if wrong := refused(name):
        raise ValueError(wrong)
    return name


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0] if character.isalpha() else ""
