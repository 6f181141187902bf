"""Collects the operators of each page: all text of a page in one text object, rules apart from it."""

from typing import Final

from signing.renderer.ink.style import HAIR, Style

LEFT: Final = 480
RIGHT: Final = 5473
TOP: Final = 8060
FOOT: Final = 730
"""The lowest baseline of what flows."""
COLUMNS: Final = tuple(LEFT + 426 * number for number in range(13))
GUTTER: Final = 120


class Canvas:
    """The pages of one document. `foot` is how deep the current page may be filled."""

    def __init__(self) -> None:
        self.foot = FOOT
        self._pages: list[tuple[list[str], list[str]]] = []
        self._texts: list[str] = []
        self._rules: list[str] = []
        self._style: Style | None = None
        self.turn()

    @property
    def page(self) -> int:
        """The number of pages begun."""
        return len(self._pages)

    def turn(self) -> None:
        """Begin a page."""
        self._texts, self._rules, self._style = [], [], None
        self._pages.append((self._texts, self._rules))

    def go_to(self, page: int) -> None:
        """Write on page `page` (from 1) again."""
        (self._texts, self._rules), self._style = self._pages[page - 1], None

    def text(self, style: Style, x: int, y: int, text: str) -> None:
        """One line of text from x."""
        if style is not self._style:
            self._style = style
            self._texts.append(style.operator)
        self._texts.append(f"1 0 0 1 {x} {y} Tm<{text.encode('utf-16-be').hex()}>Tj\n")

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
        self._rules.append(f"{colour} RG {weight} w {x} {y} m {to} {y} l S\n")

    def draw(self, operators: str) -> None:
        """Anything else that stands behind the text."""
        self._rules.append(operators)

    def operators(self) -> list[bytes]:
        """The content stream of each page."""
        return [
            f".1 0 0 .1 0 0 cm\n{''.join(rules)}BT\n{''.join(texts)}ET".encode("ascii") for texts, rules in self._pages
        ]
