"""Which characters the page's fonts can print.

IBM Plex Sans prints Latin, Greek and Cyrillic; typst's own fonts help out for polytonic Greek,
Hebrew, Arabic and symbols, Noto Sans CJK for Chinese, Japanese and Korean.
"""

import threading
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, cast

import typst
from fontTools.ttLib import TTFont

from signing.errors import UnprintableCharacter

FONTS: Final = Path(__file__).parent / "fonts"
FONT_FOLDERS: Final = [FONTS, Path(str(files("noto_cjk_sans_otc")))]
_TRIAL: Final = Path(__file__).parent / "glyph.typ"
_BREAKS: Final = frozenset("\n\t")
_trying: Final = threading.Lock()


@cache
def page_fonts() -> typst.Fonts:
    """The fonts of the page; nothing of the machine, so that a page looks the same everywhere."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=FONT_FOLDERS)


@cache
def plex() -> frozenset[str]:
    """The characters that both faces of IBM Plex Sans have."""
    faces: list[set[int]] = []
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            faces.append(set(cast(dict[int, str], font.getBestCmap())))
    return frozenset(map(chr, set.intersection(*faces))) | _BREAKS


def printed(text: str) -> str:
    """The text as it can be printed: composed (NFC), a character that no font has by its compatibility form (NFKC).

    Invisible format characters that no font knows are dropped. Raises UnprintableCharacter naming every character
    without any form.
    """
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if plex().issuperset(composed):
        return composed
    result: list[str] = []
    missing: dict[str, None] = {}
    for character in composed:
        if character in plex() or unicodedata.combining(character) or _has_glyph(character):
            result.append(character)
        elif unicodedata.category(character) != "Cf":
            other = unicodedata.normalize("NFKC", character)
            if plex().issuperset(other):
                result.append(other)
            else:
                missing[character] = None
    if missing:
        raise UnprintableCharacter(tuple(missing))
    return "".join(result)


@cache
def _trial() -> typst.Compiler:
    return typst.Compiler(_TRIAL, root=_TRIAL.parent, font_paths=page_fonts())


@cache
def _has_glyph(character: str) -> bool:
    """Asks typst itself, once a character: PDF/A export fails where no font has the glyph."""
    with _trying:
        try:
            _trial().compile(format="pdf", sys_inputs={"text": character}, pdf_standards=["a-3b"])
        except typst.TypstError:
            return False
    return True
