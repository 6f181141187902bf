"""In whose forms Chinese characters are printed: Unicode has one code for what four groups of readers write apart."""

from typing import Literal

_HAN = ("\u3400", "\u9fff")
_KANA = ("\u3041", "\u30ff")
_HANGUL = ("\uac00", "\ud7a3")


def han_form(text: str) -> Literal["SC", "TC", "JP", "KR"]:
    """The readers of a text: Japanese by its kana, Korean by its hangul, else by which characters China simplified."""
    if _has(text, _KANA):
        return "JP"
    if _has(text, _HANGUL):
        return "KR"
    characters = "".join(character for character in text if _HAN[0] <= character <= _HAN[1])
    return "TC" if not _is_in(characters, "gb2312") and _is_in(characters, "big5hkscs") else "SC"


def _has(text: str, letters: tuple[str, str]) -> bool:
    return any(letters[0] <= character <= letters[1] for character in text)


def _is_in(characters: str, national_set: str) -> bool:
    try:
        characters.encode(national_set)
    except UnicodeEncodeError:
        return False
    return True
