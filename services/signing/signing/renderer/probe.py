"""A page of marks: each text of it is a word of its own, by which a template shows what it prints."""

import io
from collections.abc import Iterator
from typing import Any, Final

from pypdf import PdfReader

from signing.renderer.page import (
    Adjustment,
    ColumnHead,
    Item,
    LineRow,
    LineTable,
    Page,
    PartyBlock,
    Proof,
    Section,
    Sums,
    VatRow,
)

_MARKS: Final[dict[str, str]] = {}
"""The place of each text in the page, by its mark."""
_COLUMNS: Final = ("line", "item", "seller_item", "quantity", "price", "vat", "net")


def _mark(place: str) -> str:
    mark = f"QX{len(_MARKS):03d}Z"
    _MARKS[mark] = place
    return mark


def _item(place: str) -> Item:
    return Item(_mark(f"{place}.label"), _mark(f"{place}.value"))


def _party(place: str) -> PartyBlock:
    address = (_mark(f"{place}.address"), _mark(f"{place}.address"))
    return PartyBlock(_mark(f"{place}.heading"), _mark(f"{place}.name"), address, (_item(f"{place}.items"),))


def _adjustment(place: str) -> Adjustment:
    return Adjustment(_mark(f"{place}.text"), _mark(f"{place}.amount"), _mark(f"{place}.vat"))


def _row(place: str) -> LineRow:
    names = ("identifier", "name", "quantity", "unit", "price", "vat", "net")
    texts: dict[str, Any] = {name: _mark(f"{place}.{name}") for name in names}
    return LineRow(
        **texts,
        reference=_mark(f"{place}.reference"),
        details=(_mark(f"{place}.details"), _mark(f"{place}.details")),
        price_details=(_mark(f"{place}.price_details"),),
        adjustments=(_adjustment(f"{place}.adjustments"), _adjustment(f"{place}.adjustments")),
    )


def _section(place: str) -> Section:
    items = tuple(_item(f"{place}.items") for _ in range(2))
    return Section(_mark(f"{place}.heading"), items, (_mark(f"{place}.paragraphs"), _mark(f"{place}.paragraphs")))


def _vat_row(place: str) -> VatRow:
    return VatRow(*(_mark(f"{place}.{name}") for name in ("category", "rate", "taxable", "tax", "reason")))


PAGE: Final = Page(
    language="en",
    title=_mark("title"),
    title_second=_mark("title_second"),
    number=_mark("number"),
    date=_mark("date"),
    seller=_party("seller"),
    buyer=_party("buyer"),
    others=(_party("others"), _party("others")),
    summary=tuple(_item("summary") for _ in range(3)),
    references=tuple(_item("references") for _ in range(5)),
    lines=LineTable(
        heads={name: ColumnHead(_mark(f"lines.heads.{name}"), "") for name in _COLUMNS},
        rows=tuple(_row("lines.rows") for _ in range(3)),
        adjustments=tuple(_adjustment("lines.adjustments") for _ in range(2)),
        has_references=True,
    ),
    sums=Sums(
        totals=tuple(_item("sums.totals") for _ in range(4)),
        due=_item("sums.due"),
        due_second=_mark("sums.due_second"),
        vat_heading=_mark("sums.vat_heading"),
        vat_heads=(_mark("sums.vat_heads"), _mark("sums.vat_heads"), _mark("sums.vat_heads"), _mark("sums.vat_heads")),
        vat_rows=tuple(_vat_row("sums.vat_rows") for _ in range(2)),
    ),
    payment=_section("payment"),
    notes=_section("notes"),
    attachments=_section("attachments"),
    proof=Proof(
        *(_mark(f"proof.{name}") for name in ("original", "seal", "seal_detail", "code", "code_heading", "address"))
    ),
    footer=_mark("footer"),
    page_word=_mark("page_word"),
    accent="#0b5563",
    mark=_mark("mark"),
    banner=_mark("banner"),
)

LOGO: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a4944415478da6360000000020001e527defc0000000049454e44ae426082"
)
"""A picture of one pixel, a PNG: a template is tried with a logo and without."""


def missing(printed: bytes, own: bytes) -> list[str]:
    """What stands on our own page and not on another's, by its place in the page's data, each place once."""
    found, expected = _text(printed), _text(own)
    return list(dict.fromkeys(place for mark, place in _MARKS.items() if mark in expected and mark not in found))


def _text(pdf: bytes) -> str:
    return "".join("".join(texts.split()) for texts in _pages(pdf))


def _pages(pdf: bytes) -> Iterator[str]:
    reader: Any = PdfReader(io.BytesIO(pdf))
    for page in reader.pages:
        yield page.extract_text()
