"""What several parts of the page are made of: parties, labelled items, headings of sections."""

from collections.abc import Sequence

from signing.renderer.ink.canvas import COLUMNS, FOOT, GUTTER, LEFT, RIGHT, TOP, Canvas
from signing.renderer.ink.style import Style, Theme
from signing.renderer.page import Item, Page, PartyBlock

_CELL_GAP = 60
_HANGING = 45
_HEADING = 275
"""From where a section begins to the first baseline below its heading."""


_Cell = tuple[list[str], list[str], Style]
"""Lines of a label, lines of its value, and the value's style."""


class Pen:
    """A canvas with the styles of one document, and where its next page begins."""

    def __init__(self, canvas: Canvas, theme: Theme, page: Page) -> None:
        self.canvas = canvas
        self.theme = theme
        self.page = page

    def room(self, y: int, height: int) -> int:
        """Where a block of this height can begin: here, or on a new page."""
        return y if y - height >= self.canvas.foot else self.turn()

    def turn(self) -> int:
        """Begin a page with its short head: who, which document, when."""
        canvas, theme, page = self.canvas, self.theme, self.page
        canvas.turn()
        canvas.foot = FOOT
        y = TOP - 30
        canvas.text(theme.small, LEFT, y, theme.small.wrap(page.seller.name, COLUMNS[6] - LEFT)[0])
        number = theme.small.wrap(page.number, RIGHT - COLUMNS[7])[0]
        canvas.right(theme.small, RIGHT, y, f"{number} · {page.date}")
        canvas.rule(y - 70)
        return y - 230

    def party(self, x: int, y: int, width: int, block: PartyBlock, *, leads: bool = False) -> int:
        """Heading, name, address and identifiers; the two main parties `lead` in a larger size."""
        canvas, theme = self.canvas, self.theme
        canvas.text(theme.head, x, y, block.heading)
        y -= 145 if leads else 130
        y = canvas.paragraph(theme.name if leads else theme.strong, x, y, block.name, width)
        for line in block.address:
            y = canvas.paragraph(theme.body if leads else theme.small, x, y, line, width)
        y -= 30
        for item in block.items:
            y = self.pair(x, y, width, item)
        return y

    def pair(self, x: int, y: int, width: int, item: Item) -> int:
        """A label, and its value beside it; below it where the label is long."""
        canvas, theme = self.canvas, self.theme
        taken = int(theme.label.width(item.label)) + _HANGING
        if taken >= width * 0.55:
            y = canvas.paragraph(theme.label, x, y, item.label, width)
            return canvas.paragraph(theme.small, x, y, item.value, width)
        canvas.text(theme.label, x, y, item.label)
        return canvas.paragraph(theme.small, x + taken, y, item.value, width - taken)

    def cells(self, y: int, items: Sequence[Item], per_row: int) -> int:
        """Labels above values in a grid; a row stays together, and short labels stand next to their value."""
        span = 12 // per_row
        for start in range(0, len(items), per_row):
            row = self._row(items[start : start + per_row], span)
            y = self.room(y, self._height(row))
            labels = max(len(label) for label, _, _ in row)
            for place, cell in enumerate(row):
                self._cell(COLUMNS[place * span], y, labels, cell)
            y -= self._height(row)
        return y

    def first_row(self, items: Sequence[Item], per_row: int) -> int:
        """The height of the first row of such a grid, what must not part from a heading above it."""
        return self._height(self._row(items[:per_row], 12 // per_row)) if items else 0

    def _row(self, items: Sequence[Item], span: int) -> list[_Cell]:
        theme, width = self.theme, span * 426 - GUTTER
        return [
            (theme.label.wrap(item.label, width), value_style.wrap(item.value, width), value_style)
            for item in items
            for value_style in (theme.strong if item.strong else theme.small,)
        ]

    def _height(self, row: list[_Cell]) -> int:
        labels = max(len(label) for label, _, _ in row) * self.theme.label.leading
        return labels + max(len(value) * style.leading for _, value, style in row) + _CELL_GAP

    def _cell(self, x: int, y: int, labels: int, cell: _Cell) -> None:
        label, value, style = cell
        leading = self.theme.label.leading
        at = y - (labels - len(label)) * leading
        for line in label:
            self.canvas.text(self.theme.label, x, at, line)
            at -= leading
        at = y - labels * leading - (style.size - self.theme.small.size) // 2
        for line in value:
            self.canvas.text(style, x, at, line)
            at -= style.leading

    def heading(self, y: int, text: str, first: int = 0) -> int:
        """A section's heading with its rule, on one page with the `first` height below it."""
        y = self.room(y, _HEADING + first)
        self.canvas.text(self.theme.head, LEFT, y - 120, text)
        self.canvas.rule(y - 170)
        return y - _HEADING

    def flow(self, style: Style, y: int, text: str) -> int:
        """A text over the whole width and as many pages as it takes."""
        for line in style.wrap(text, RIGHT - LEFT):
            y = self.room(y, 0)
            self.canvas.text(style, LEFT, y, line)
            y -= style.leading
        return y
