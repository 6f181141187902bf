"""Lays a whole document out on its pages."""

from dataclasses import dataclass

from signing.renderer.ink.blocks import Pen
from signing.renderer.ink.canvas import FOOT, LEFT, RIGHT, Canvas
from signing.renderer.ink.closing import SealBox, draw_closing, draw_proof, proof_height
from signing.renderer.ink.faces import Family
from signing.renderer.ink.head import draw_head
from signing.renderer.ink.style import theme
from signing.renderer.ink.sums import draw_sums
from signing.renderer.ink.table import TableDrawer
from signing.renderer.page import Page

_FOOTER_WIDTH = 3900
_FOOTER_LINES = 2
_MIDDLE = (2976, 4209)


@dataclass(frozen=True)
class Drawn:
    """The content streams of all pages, and the box of the seal on the first (None for a draft)."""

    pages: list[bytes]
    seal: SealBox | None


def draw(page: Page, family: Family, logo: tuple[int, int] | None = None) -> Drawn:
    """Draw the page, whose texts the family must be able to print."""
    canvas, styles = Canvas(), theme(family, page.accent)
    pen = Pen(canvas, styles, page)
    if page.proof:
        canvas.foot = FOOT + proof_height(pen, page.proof)
    y = draw_head(pen, page, logo)
    y = TableDrawer(pen, page.lines).draw(y)
    y = draw_sums(pen, page.sums, y)
    footer = styles.footer.wrap(page.footer, _FOOTER_WIDTH)
    if len(footer) > _FOOTER_LINES:
        # what the foot of a page can't hold is told in full once, at the end
        y = draw_closing(pen, page, y)
        pen.flow(styles.small, y - 60, page.footer)
    else:
        draw_closing(pen, page, y)
    seal = draw_proof(pen, page.proof) if page.proof else None
    for number in range(1, canvas.page + 1):
        canvas.go_to(number)
        canvas.rule(560)
        y = 460
        if page.banner:
            y = canvas.paragraph(styles.banner, LEFT, y, page.banner, _FOOTER_WIDTH)
        for line in footer[:_FOOTER_LINES]:
            canvas.text(styles.footer, LEFT, y, line)
            y -= styles.footer.leading
        canvas.right(styles.footer, RIGHT, 460, f"{page.page_word} {number} / {canvas.page}")
        if page.mark:
            canvas.underlay(_mark(page.mark, styles.mark.operator, styles.mark.width(page.mark)))
    return Drawn(canvas.operators(), seal)


def _mark(word: str, operator: str, width: float) -> str:
    """A big light word across the page, behind everything."""
    x, y = int(_MIDDLE[0] - 0.643 * width / 2 + 300), int(_MIDDLE[1] - 0.766 * width / 2 - 260)
    return f"BT {operator}.643 .766 -.766 .643 {x} {y} Tm<{word.encode('utf-16-be').hex()}>Tj ET\n"
