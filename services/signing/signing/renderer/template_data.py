"""What a typst template prints from: the page (`page.py`) with its two pictures beside it."""

from dataclasses import asdict
from typing import Any

from signing.domain.short_code import ungrouped
from signing.renderer.han import han_form
from signing.renderer.ink.qr import codes_for
from signing.renderer.page import Page
from signing.renderer.pdf.picture import Picture


def template_data(page: Page, logo: Picture | None) -> dict[str, Any]:
    """`logo` is a PNG or JPEG, as numbers that typst makes bytes of, empty without one; `qr` an SVG, "" without one.

    `han` says which of the fonts for Chinese characters comes first.
    """
    proof = page.proof
    qr = codes_for(proof.verify_url).svg(ungrouped(proof.code)) if proof and proof.verify_url else ""
    data = asdict(page)
    return data | {"logo": list(logo.file) if logo else [], "qr": qr, "han": han_form(str(data))}
