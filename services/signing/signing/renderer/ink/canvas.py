"""Collects the operators of each page: all text of a page in one text object, rules apart from it."""

from itertools import chain
from typing import Final

from signing.renderer.ink.style import HAIR, Style

LEFT: Final = 480
RIGHT: Final = 5473
TOP: Final = 8060
FOOT: Final = 730
"""The lowest baseline of what flows."""
COLUMNS: Final = tuple(LEFT + 426 * number for number in range(13))
GUTTER: Final = 120
_APART: Final = "\ufffe"
"""Between the texts of a page, which are encoded together. No character of the faces begins with f in hexadecimal."""


class _Sheet:
    """One page: each text's operators with the text that follows them, and the rules."""

    __slots__ = ("operators", "rules", "texts")

    def __init__(self) -> None:
        self.operators: list[str] = []
        self.texts: list[str] = []
        self.rules: list[str] = []

    def content(self) -> bytes:
        """The content stream. Codes on the page are UTF-16 units: all texts are brought into them at once."""
        codes = _APART.join(self.texts).encode("utf-16-be").hex().split("fffe") if self.texts else []
        texts = "".join(chain.from_iterable(zip(self.operators, codes, strict=True)))
        end = ">Tj\n" if texts else ""
        return f".1 0 0 .1 0 0 cm\n{''.join(self.rules)}BT\n{texts}{end}ET".encode("ascii")


class Canvas:
    """The pages of one document. `foot` is how deep the current page may be filled."""

    def __init__(self) -> None:
        self.foot = FOOT
        self._pages: list[_Sheet] = []
        self.turn()

    @property
    def page(self) -> int:
        """The number of pages begun."""
        return len(self._pages)

    def turn(self) -> None:
        """Begin a page."""
        self._pages.append(_Sheet())
        self.go_to(len(self._pages))

    def go_to(self, page: int) -> None:
        """Write on page `page` (from 1) again."""
        self._sheet = sheet = self._pages[page - 1]
        self._operator, self._put = sheet.operators.append, sheet.texts.append
        self._style: Style | None = None

    def text(self, style: Style, x: int, y: int, text: str) -> None:
        """One line of text from x."""
        ended = ">Tj\n" if self._sheet.texts else ""
        if style is self._style:
            self._operator(f"{ended}1 0 0 1 {x} {y} Tm<")
        else:
            self._style = style
            self._operator(f"{ended}{style.operator}1 0 0 1 {x} {y} Tm<")
        self._put(text)

    def right(self, style: Style, x: int, y: int, text: str) -> None:
        """One line of text that ends at x."""
        self.text(style, int(x - style.width(text)), y, text)

    def paragraph(self, style: Style, x: int, y: int, text: str, width: int) -> int:
        """A text in as many lines as it takes; returns the baseline below it."""
        for line in style.wrap(text, width):
            self.text(style, x, y, line)
            y -= style.leading
        return y

    def rule(self, y: int, x: int = LEFT, to: int = RIGHT, colour: str = HAIR, weight: int = 4) -> None:
        """A horizontal line."""
        self._sheet.rules.append(f"{colour} RG {weight} w {x} {y} m {to} {y} l S\n")

    def draw(self, operators: str) -> None:
        """Anything else that stands behind the text."""
        self._sheet.rules.append(operators)

    def underlay(self, operators: str) -> None:
        """What stands behind everything, rules and logo too."""
        self._sheet.rules.insert(0, operators)

    def operators(self) -> list[bytes]:
        """The content stream of each page."""
        return [sheet.content() for sheet in self._pages]
