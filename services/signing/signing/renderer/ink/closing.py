"""What follows the sums: payment, notes, attachments; and the proof on the foot of page 1 with the seal's look."""

from dataclasses import dataclass

from signing.domain.short_code import ungrouped
from signing.renderer.ink.blocks import Pen
from signing.renderer.ink.canvas import COLUMNS, FOOT, GUTTER, LEFT, RIGHT, Canvas
from signing.renderer.ink.qr import codes_for
from signing.renderer.ink.style import HAIR, INK
from signing.renderer.page import Page, Proof

_PROOF_HEIGHT = 320
"""Of the seal's box, and so of the proof, at least."""
_SEAL_LEFT = COLUMNS[7] - GUTTER
_SEAL_WIDTH = RIGHT - _SEAL_LEFT - 150
_ABOVE_SEAL_TEXT = 105
_BELOW_SEAL_TEXT = 60
_ABOVE_PROOF = 110
_BESIDE_CODE = 110
_BESIDE_SEAL = 100


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
        y = pen.heading(y, payment.heading, pen.first_row(payment.items, 3))
        y = pen.cells(y, payment.items, 3)
        for paragraph in payment.paragraphs:
            y = pen.flow(theme.small, y, paragraph)
    if notes.paragraphs:
        y = pen.heading(y, notes.heading)
        for paragraph in notes.paragraphs:
            y = pen.flow(theme.small, y, paragraph) - 12
    width = COLUMNS[3] - LEFT - GUTTER
    for number, item in enumerate(attachments.items):
        lines = max(len(theme.small.wrap(item.label, width)), len(theme.small.wrap(item.value, RIGHT - COLUMNS[3])))
        height = (lines - 1) * theme.small.leading
        y = pen.room(y, height) if number else pen.heading(y, attachments.heading, height)
        below = canvas.paragraph(theme.small, LEFT, y, item.label, width)
        y = min(below, canvas.paragraph(theme.small, COLUMNS[3], y, item.value, RIGHT - COLUMNS[3])) - 12
    return y


def proof_height(pen: Pen, proof: Proof) -> int:
    """What the proof takes above the footer of page 1, with the blank above it."""
    return _height(pen, proof) + _ABOVE_PROOF


def draw_proof(pen: Pen, proof: Proof) -> SealBox:
    """Short code with its QR code and what prevails, left, and the box of the seal, right; on the foot of page 1."""
    canvas, theme = pen.canvas, pen.theme
    canvas.go_to(1)
    x, left, bottom = LEFT, _SEAL_LEFT, FOOT - 60
    top = bottom + _height(pen, proof)
    canvas.rule(top + 30)
    y = top - 80
    if proof.code:
        codes = codes_for(proof.verify_url)
        canvas.draw(f"{INK} rg\n{codes.path(ungrouped(proof.code), LEFT, top - 20)}")
        x += codes.side + _BESIDE_CODE
        canvas.text(theme.head, x, y, proof.code_heading)
        y -= 125
        canvas.text(theme.name, x, y, proof.code)
        canvas.text(theme.label, int(x + theme.name.width(proof.code)) + 90, y, proof.address)
        y -= 100
    canvas.paragraph(theme.label, x, y, proof.original, left - x - _BESIDE_SEAL)
    seal = _seal_height(pen, proof)
    return SealBox(left, bottom, RIGHT, bottom + seal, _look(pen, proof, RIGHT - left, seal))


def _height(pen: Pen, proof: Proof) -> int:
    """As much as the code, the seal and the text between them take, whichever is highest."""
    label, width, seal = pen.theme.label, _SEAL_LEFT - LEFT - _BESIDE_SEAL, _seal_height(pen, proof)
    if not proof.code:
        return max(seal, 90 + len(label.wrap(proof.original, width)) * label.leading)
    side = codes_for(proof.verify_url).side
    lines = label.wrap(proof.original, width - side - _BESIDE_CODE)
    return max(seal, side + 40, 225 + len(lines) * label.leading)


def _seal_height(pen: Pen, proof: Proof) -> int:
    """As much as both texts of the seal take: two languages may need a line more of each."""
    strong, label = pen.theme.small_strong, pen.theme.label
    texts = len(strong.wrap(proof.seal, _SEAL_WIDTH)) * strong.leading
    texts += (len(label.wrap(proof.seal_detail, _SEAL_WIDTH)) - 1) * label.leading
    return max(_PROOF_HEIGHT, _ABOVE_SEAL_TEXT + texts + _BELOW_SEAL_TEXT)


def _look(pen: Pen, proof: Proof, width: int, height: int) -> bytes:
    theme, canvas = pen.theme, Canvas()
    y = canvas.paragraph(theme.small_strong, 110, height - _ABOVE_SEAL_TEXT, proof.seal, _SEAL_WIDTH)
    canvas.paragraph(theme.label, 110, y, proof.seal_detail, _SEAL_WIDTH)
    canvas.draw(f"{HAIR} RG 4 w 2 2 {width - 4} {height - 4} re S {theme.accent} rg 2 2 22 {height - 4} re f\n")
    return canvas.operators()[0]
