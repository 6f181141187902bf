"""The lines: one never stands apart from its head, none is split unless it is higher than a page.

Where the table breaks, the running sum is carried over.
"""

from dataclasses import dataclass

from signing.renderer.ink.blocks import Pen
from signing.renderer.ink.canvas import FOOT, LEFT, RIGHT, TOP
from signing.renderer.ink.style import Style
from signing.renderer.page import Adjustment, LineRow, LineTable

X_ITEM, X_QUANTITY, X_PRICE, X_VAT, X_NET = 730, 3500, 4290, 4790, RIGHT
W_ITEM, W_DETAIL = 2390, 2740
"""The name stays left of the quantity; what stands below it may run under the quantity."""
_ROW_GAP = 64
_CARRIED = 170
_A_PAGE = TOP - FOOT - 1000


@dataclass(slots=True)
class _Measured:
    """A row in lines, and its height."""

    row: LineRow
    height: int
    names: list[str]
    details: list[str]
    adjustments: list[tuple[list[str], Adjustment]]


class TableDrawer:
    """Draws the table of one document."""

    def __init__(self, pen: Pen, table: LineTable) -> None:
        self._pen = pen
        self._table = table
        self._has_second = any(head.second for head in table.heads.values())

    def draw(self, y: int) -> int:
        """Draw lines and the document's allowances and charges from y down; returns the baseline below."""
        pen, rows = self._pen, self._table.rows
        needed = self._measured(rows[0]).height if rows else 0
        if y - needed - (315 if self._has_second else 220) < pen.canvas.foot:
            y = pen.turn()
        y = self._head(y)
        for place, row in enumerate(rows):
            measured = self._measured(row)
            is_last = place + 1 == len(rows)
            if y - measured.height < pen.canvas.foot + (0 if is_last else _CARRIED) and (
                measured.height <= _A_PAGE or y < pen.canvas.foot + 900
            ):
                y = self._carry(y, rows[place - 1].running if place else "")
            y = self._row(y, measured, rows[place - 1].running if place else "")
            pen.canvas.rule(y, weight=3)
        for change in self._table.adjustments:
            y = self._document_adjustment(y, change)
        return y

    def _head(self, y: int) -> int:
        canvas, theme = self._pen.canvas, self._pen.theme
        if self._has_second:
            y -= 95
        canvas.rule(y - 50, colour=theme.accent, weight=8)
        columns = [
            ("line", LEFT, canvas.text),
            ("item", X_ITEM, canvas.text),
            ("quantity", X_QUANTITY, canvas.right),
            ("price", X_PRICE, canvas.right),
            ("vat", X_VAT, canvas.right),
            ("net", X_NET, canvas.right),
        ]
        for key, x, put in columns:
            head = self._table.heads[key]
            put(theme.head, x, y, head.first)
            if head.second:
                put(theme.label, x, y + 95, head.second)
        if self._table.has_references:
            canvas.right(theme.label, X_ITEM + W_ITEM, y, self._table.heads["seller_item"].first)
        return y - 50

    def _carry(self, y: int, running: str) -> int:
        """Turn the page inside the table, with the sum so far on both sides of the break."""
        canvas, theme = self._pen.canvas, self._pen.theme
        if running:
            canvas.right(theme.detail, X_VAT, y - 120, self._table.carried)
            canvas.right(theme.strong, X_NET, y - 120, running)
        y = self._head(self._pen.turn())
        if running:
            y -= 120
            canvas.right(theme.detail, X_VAT, y, self._table.brought)
            canvas.right(theme.strong, X_NET, y, running)
            y -= 60
            canvas.rule(y, weight=3)
        return y

    def _measured(self, row: LineRow) -> _Measured:
        theme = self._pen.theme
        room = W_ITEM
        if len(row.quantity) > 6:  # a long quantity takes its room from the name
            room -= 45 * (len(row.quantity) - 5)
        if row.reference:
            room -= int(theme.detail.width(row.reference)) + 100
        wrap, leading = theme.detail.wrap, theme.detail.leading
        names = theme.body.wrap(row.name, room)
        details = [line for text in row.details for line in wrap(text, W_DETAIL)] if row.details else []
        height = _ROW_GAP + len(names) * theme.body.leading + len(details) * leading
        adjustments: list[tuple[list[str], Adjustment]] = []
        if row.adjustments:
            adjustments = [(wrap(change.text, W_DETAIL), change) for change in row.adjustments]
            height += sum(len(lines) * leading + 10 for lines, _ in adjustments)
        if row.price_details:
            height = max(height, _ROW_GAP + theme.body.leading + len(row.price_details) * leading)
        return _Measured(row, height, names, details, adjustments)

    def _row(self, y: int, measured: _Measured, running: str) -> int:
        canvas, theme, row = self._pen.canvas, self._pen.theme, measured.row
        top, y = y, y - 118
        canvas.text(theme.body, LEFT, y, row.identifier)
        self._figures(y, row)
        if row.reference:
            canvas.right(theme.detail, X_ITEM + W_ITEM, y, row.reference)
        for name in measured.names:
            canvas.text(theme.body, X_ITEM, y, name)
            y -= theme.body.leading
        if not measured.details and not measured.adjustments:
            return top - measured.height
        y += theme.body.leading - theme.detail.leading - 12
        is_split = False
        for line in measured.details:
            if y < canvas.foot + _CARRIED:  # only a row higher than a page comes here
                y, is_split = self._carry(y, running) - 90, True
            canvas.text(theme.detail, X_ITEM, y, line)
            y -= theme.detail.leading
        for lines, change in measured.adjustments:
            y -= 10
            if y < canvas.foot:
                y, is_split = self._carry(y, running) - 90, True
            canvas.right(theme.detail, X_NET, y, change.amount)
            for line in lines:
                canvas.text(theme.detail, X_ITEM, y, line)
                y -= theme.detail.leading
        return y + 40 if is_split else top - measured.height

    def _figures(self, y: int, row: LineRow) -> None:
        canvas, theme = self._pen.canvas, self._pen.theme
        self._figure(X_QUANTITY, y, row.quantity, 500, f" {row.unit}" if row.unit else "")
        self._figure(X_PRICE, y, row.price, 560)
        self._figure(X_VAT, y, row.vat, 430)
        self._figure(X_NET, y, row.net, 640)
        below = y - theme.body.leading
        for text in row.price_details:
            canvas.right(theme.detail, X_PRICE, below, text)
            below -= theme.detail.leading

    def _figure(self, x: int, y: int, figure: str, room: int, after: str = "") -> None:
        """A figure that ends at x with its unit hanging after it; one too long for its column is set small."""
        style: Style = self._pen.theme.body
        width = style.width(figure)
        if width > room:
            style = self._pen.theme.detail
            width = style.width(figure)
        self._pen.canvas.text(style, int(x - width), y, figure + after)

    def _document_adjustment(self, y: int, change: Adjustment) -> int:
        canvas, theme = self._pen.canvas, self._pen.theme
        lines = theme.body.wrap(change.text, W_ITEM + 1300)
        height = 75 + len(lines) * theme.body.leading
        y = self._pen.room(y, height)
        at = y - 126
        canvas.right(theme.body, X_VAT, at, change.vat)
        canvas.right(theme.body, X_NET, at, change.amount)
        for line in lines:
            canvas.text(theme.body, X_ITEM, at, line)
            at -= theme.body.leading
        canvas.rule(y - height, weight=3)
        return y - height
