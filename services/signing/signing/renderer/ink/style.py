"""Type styles: face, size, colour and leading, with the measuring and wrapping of text in them."""

from functools import lru_cache
from typing import Final

from signing.renderer.ink.faces import Face, Family

INK: Final = ".09 .11 .14"
GREY: Final = ".36 .39 .44"
SOFT: Final = ".50 .53 .58"
HAIR: Final = ".80 .82 .85"
PALE: Final = ".925 .93 .94"
_JOINTS: Final = "-/._@,;:&?="
_REMEMBERED: Final = 20_000


class Style:
    """A face at a size (tenths of a point) in a colour; `leading` is the distance of baselines."""

    def __init__(self, face: Face, size: int, colour: str, leading: int) -> None:
        self.size = size
        self.leading = leading
        self.operator = f"/{face.resource} {size} Tf {colour} rg\n"
        self._widths = face.widths
        self._width_of = face.widths.__getitem__
        self._widest = max(face.widths.values())
        self._scale = size / 1000
        self._wrapped: dict[tuple[str, int], list[str]] = {}
        self._measured: dict[str, float] = {}

    def width(self, text: str) -> float:
        """The width of one line of text."""
        width = self._measured.get(text)
        if width is None:
            if len(self._measured) >= _REMEMBERED:
                self._measured.clear()
            width = self._measured[text] = sum(map(self._width_of, text)) * self._scale
        return width

    def wrap(self, text: str, width: int) -> list[str]:
        """The lines of a text: broken at line ends and blanks, a word longer than `width` after a joint or anywhere."""
        key = (text, width)
        lines = self._wrapped.get(key)
        if lines is None:
            if len(self._wrapped) > _REMEMBERED:
                self._wrapped.clear()
            lines = self._wrapped[key] = self._lines(text, width / self._scale)
        return lines

    def _lines(self, text: str, limit: float) -> list[str]:
        if "\n" in text or "\t" in text:
            paragraphs = text.replace("\t", " ").split("\n")
            return [line for paragraph in paragraphs for line in (self._lines(paragraph, limit) or [""])]
        width_of = self._width_of
        if len(text) * self._widest <= limit or sum(map(width_of, text)) <= limit:
            return [text] if text else []
        lines: list[str] = []
        line, used, blank = "", 0.0, width_of(" ")
        for word in text.split(" "):
            wide = sum(map(width_of, word))
            if line and used + blank + wide <= limit:
                line, used = f"{line} {word}", used + blank + wide
                continue
            if line:
                lines.append(line)
            rest = word
            while wide > limit:
                fits = self._fitting(rest, limit)
                lines.append(rest[:fits])
                rest = rest[fits:]
                wide = sum(map(width_of, rest))
            line, used = rest, wide
        return [*lines, line] if line else lines

    def _fitting(self, word: str, limit: float) -> int:
        count, used = 0, 0.0
        while count < len(word) and used + self._widths[word[count]] <= limit:
            used += self._widths[word[count]]
            count += 1
        count = max(count, 1)
        joint = max(word.rfind(character, count // 2, count) for character in _JOINTS) + 1
        return joint or count


class Theme:
    """All styles of a page in one accent colour."""

    def __init__(self, family: Family, accent: str) -> None:
        regular, semibold = family.regular, family.semibold
        red, green, blue = (int(accent[place : place + 2], 16) / 255 for place in (1, 3, 5))
        self.accent = colour = f"{red:.3f} {green:.3f} {blue:.3f}"
        self.title = Style(semibold, 230, colour, 270)
        self.title_second = Style(regular, 130, SOFT, 170)
        self.number = Style(regular, 110, INK, 140)
        self.brand = Style(semibold, 160, INK, 190)
        self.name = Style(semibold, 95, INK, 125)
        self.body = Style(regular, 84, INK, 113)
        self.strong = Style(semibold, 84, INK, 113)
        self.small = Style(regular, 74, INK, 99)
        self.small_strong = Style(semibold, 74, INK, 99)
        self.detail = Style(regular, 72, GREY, 95)
        self.label = Style(regular, 68, GREY, 92)
        self.head = Style(semibold, 70, colour, 92)
        self.total = Style(regular, 86, INK, 140)
        self.total_strong = Style(semibold, 86, INK, 140)
        self.due = Style(semibold, 140, colour, 180)
        self.due_label = Style(semibold, 95, INK, 140)
        self.footer = Style(regular, 64, GREY, 84)
        self.banner = Style(semibold, 64, colour, 84)
        self.mark = Style(semibold, 1120, PALE, 0)


@lru_cache(256)
def theme(family: Family, accent: str) -> Theme:
    """The styles of this family and accent (`#rrggbb`, dark enough to be read), made once."""
    return Theme(family, accent)
