"""The first page down to the lines: mark, title, parties, what a reader asks first, references."""

from signing.renderer.ink.blocks import Pen
from signing.renderer.ink.canvas import COLUMNS, LEFT, RIGHT, TOP
from signing.renderer.page import Page

_SELLER_WIDTH = 2300
_BRAND_LINES = 3


def draw_head(pen: Pen, page: Page, logo: tuple[int, int] | None = None) -> int:
    """Draw it and return the baseline below; `logo` is the size of the picture `/Logo`, when there is one."""
    canvas, theme = pen.canvas, pen.theme
    if page.banner:
        canvas.paragraph(theme.banner, LEFT, TOP + 90, page.banner, RIGHT - LEFT)
    if logo:
        canvas.draw(f"q {logo[0]} 0 0 {logo[1]} {LEFT} {TOP - logo[1]} cm /Logo Do Q\n")
    else:
        y = TOP - 140
        for line in theme.brand.wrap(page.seller.name, _SELLER_WIDTH)[:_BRAND_LINES]:
            canvas.text(theme.brand, LEFT, y, line)
            y -= theme.brand.leading
    y = _title(pen, page)
    y = _parties(pen, page, y)
    canvas.rule(y, colour=theme.accent, weight=8)
    y = pen.cells(y - 125, page.summary, min(len(page.summary), 4)) + 40
    canvas.rule(y + 30)
    y -= 85
    if page.others:
        y = _others(pen, page, y)
    if page.references:
        y = pen.cells(y, page.references, 4)
    return y - 60


def _title(pen: Pen, page: Page) -> int:
    """Document and number; returns where the parties begin: the buyer stands in the window of a French DL envelope."""
    canvas, theme = pen.canvas, pen.theme
    x, y = COLUMNS[6], TOP - 175
    width = RIGHT - x
    lines = theme.title.wrap(page.title, width)
    for line in lines:
        canvas.text(theme.title, x, y, line)
        y -= theme.title.leading
    if page.title_second:
        after = int(x + theme.title.width(lines[-1]) + 90)
        if after + theme.title_second.width(page.title_second) <= RIGHT:
            canvas.text(theme.title_second, after, y + theme.title.leading, page.title_second)
        else:
            y = canvas.paragraph(theme.title_second, x, y + 80, page.title_second, width) - 40
    y = canvas.paragraph(theme.number, x, y + 80, page.number, width)
    return min(y - 100, TOP - 740)


def _parties(pen: Pen, page: Page, y: int) -> int:
    x = COLUMNS[6]
    seller = pen.party(LEFT, y, _SELLER_WIDTH, page.seller, leads=True)
    buyer = pen.party(x, y, RIGHT - x, page.buyer, leads=True)
    return min(seller, buyer) - 20


def _others(pen: Pen, page: Page, y: int) -> int:
    width = 4 * 426 - 120
    y = min(pen.party(COLUMNS[place * 4], y, width, block) for place, block in enumerate(page.others[:3])) - 15
    pen.canvas.rule(y + 30)
    return y - 90
