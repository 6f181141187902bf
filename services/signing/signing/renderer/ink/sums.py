"""Totals on the right, the VAT breakdown on the left of them."""

from signing.renderer.ink.blocks import Pen
from signing.renderer.ink.canvas import COLUMNS, LEFT, RIGHT
from signing.renderer.page import Sums

_X_TOTALS = COLUMNS[7]
_X_VAT = (LEFT, 1950, 2680, COLUMNS[7] - 150)
_W_CATEGORY = 1230
_TALLEST = 5000
_LONG_AMOUNT = 18


def draw_sums(pen: Pen, sums: Sums, y: int) -> int:
    """Draw both from y down; they stay together unless the breakdown is very long."""
    theme = pen.theme
    rows = [
        (
            theme.small.wrap(row.category, _W_CATEGORY),
            theme.detail.wrap(row.reason, _X_VAT[3] - LEFT) if row.reason else [],
            row,
        )
        for row in sums.vat_rows
    ]
    leading = theme.detail.leading
    breakdown = 180 + sum(32 + 98 * len(names) + len(reasons) * leading for names, reasons, _ in rows)
    totals = len(sums.totals) * 140 + 330
    y = pen.room(y, max(min(breakdown, _TALLEST), totals) + 100) - 160
    top, page = y, pen.canvas.page
    bottom = _totals(pen, sums, y)
    canvas = pen.canvas
    y = top
    canvas.text(theme.head, LEFT, y, sums.vat_heading)
    y -= 50
    canvas.rule(y, LEFT, _X_VAT[3])
    y -= 105
    canvas.text(theme.label, LEFT, y, sums.vat_heads[0])
    for x, head in zip(_X_VAT[1:], sums.vat_heads[1:], strict=True):
        canvas.right(theme.label, x, y, head)
    y -= 120
    for names, reasons, row in rows:
        if y - 98 * (len(names) - 1) - len(reasons) * leading < canvas.foot:
            y = pen.turn()
        for x, figure in zip(_X_VAT[1:], (row.rate, row.taxable, row.tax), strict=True):
            canvas.right(theme.small, x, y, figure)
        for line in names:
            canvas.text(theme.small, LEFT, y, line)
            y -= 98
        for line in reasons:
            canvas.text(theme.detail, LEFT, y, line)
            y -= leading
        y -= 32
    return min(bottom, y) if canvas.page == page else y


def _totals(pen: Pen, sums: Sums, y: int) -> int:
    canvas, theme = pen.canvas, pen.theme
    for item in sums.totals:
        style = theme.total_strong if item.strong else theme.total
        canvas.text(style, _X_TOTALS, y, item.label)
        canvas.right(style, RIGHT, y, item.value)
        y -= 140
    y += 40
    canvas.rule(y, _X_TOTALS, colour=theme.accent, weight=8)
    y -= 165
    canvas.text(theme.due_label, _X_TOTALS, y, sums.due.label)
    if sums.due_second:
        canvas.text(theme.label, _X_TOTALS, y - 100, sums.due_second)
    is_long = len(sums.due.value) > _LONG_AMOUNT
    canvas.right(theme.due_label if is_long else theme.due, RIGHT, y, sums.due.value)
    return y - 120
