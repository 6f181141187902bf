"""What follows the sums: payment, notes, attachments; and the proof on the foot of page 1 with the seal's look."""

from dataclasses import dataclass

from signing.renderer.ink.blocks import Pen
from signing.renderer.ink.canvas import COLUMNS, FOOT, GUTTER, LEFT, RIGHT, Canvas
from signing.renderer.ink.style import HAIR
from signing.renderer.page import Page, Proof

PROOF_HEIGHT = 430
"""What the proof takes above the footer of page 1."""
_SECTION = 420


@dataclass(frozen=True)
class SealBox:
    """Where the seal stands on page 1 (tenths of a point), and the operators of its look, from its corner."""

    left: int
    bottom: int
    right: int
    top: int
    look: bytes


def draw_closing(pen: Pen, page: Page, y: int) -> int:
    """Draw payment, notes and attachments, those that have something to say."""
    canvas, theme = pen.canvas, pen.theme
    payment, notes, attachments = page.payment, page.notes, page.attachments
    if payment.items or payment.paragraphs:
        y = pen.heading(y, payment.heading, _SECTION)
        y = pen.cells(y, payment.items, 3)
        for paragraph in payment.paragraphs:
            y = pen.flow(theme.small, y, paragraph)
    if notes.paragraphs:
        y = pen.heading(y, notes.heading, 330)
        for paragraph in notes.paragraphs:
            y = pen.flow(theme.small, y, paragraph) - 12
    if attachments.items:
        y = pen.heading(y, attachments.heading, 330)
        width = COLUMNS[3] - LEFT - GUTTER
        for item in attachments.items:
            lines = max(len(theme.small.wrap(item.label, width)), len(theme.small.wrap(item.value, RIGHT - COLUMNS[3])))
            y = pen.room(y, (lines - 1) * theme.small.leading)
            below = canvas.paragraph(theme.small, LEFT, y, item.label, width)
            y = min(below, canvas.paragraph(theme.small, COLUMNS[3], y, item.value, RIGHT - COLUMNS[3])) - 12
    return y


def draw_proof(pen: Pen, proof: Proof) -> SealBox:
    """What prevails, left, and the box of the seal, right; on the foot of page 1."""
    canvas, theme = pen.canvas, pen.theme
    canvas.go_to(1)
    left, bottom, top = COLUMNS[7] - GUTTER, FOOT - 60, FOOT - 60 + PROOF_HEIGHT - 110
    canvas.rule(top + 30)
    canvas.paragraph(theme.label, LEFT, top - 90, proof.original, left - LEFT - 200)
    return SealBox(left, bottom, RIGHT, top, _look(pen, proof, RIGHT - left, top - bottom))


def _look(pen: Pen, proof: Proof, width: int, height: int) -> bytes:
    theme, canvas = pen.theme, Canvas()
    y = canvas.paragraph(theme.small_strong, 110, height - 105, proof.seal, width - 150)
    canvas.paragraph(theme.label, 110, y, proof.seal_detail, width - 150)
    canvas.draw(f"{HAIR} RG 4 w 2 2 {width - 4} {height - 4} re S {theme.accent} rg 2 2 22 {height - 4} re f\n")
    return canvas.operators()[0]
