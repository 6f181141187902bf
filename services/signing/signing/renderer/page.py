"""What stands on the printed invoice, ready to be typeset: every text, figure and date is already a string.

The template only places these; it knows nothing of invoices. A block without content is empty and is left out.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Item:
    """A label and its value; `strong` values are what a reader looks for first."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class PartyBlock:
    """One party: heading, name, address lines, and labelled identifiers."""

    heading: str
    name: str
    address: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class ColumnHead:
    """A table heading; `second` is the other language, in small above it."""

    first: str
    second: str


@dataclass(frozen=True)
class Adjustment:
    """An allowance or charge: what it is, its VAT where it is the document's, and its signed amount."""

    text: str
    amount: str
    vat: str = ""


@dataclass(slots=True)
class LineRow:
    """One invoice line. `details` stand in grey under the name, `price_details` under the price.

    Made by the hundred: not frozen, which would triple what making one costs. Nobody changes it.
    """

    identifier: str
    name: str
    quantity: str
    unit: str
    price: str
    vat: str
    net: str
    reference: str = ""
    details: tuple[str, ...] = ()
    price_details: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    running: str = ""
    """The sum of net amounts down to this line, for where the table breaks."""
    is_tall: bool = False
    """It may be higher than a page, so it may be broken."""


@dataclass(frozen=True)
class LineTable:
    """The lines; the reference column exists only where a line has a short reference of its own."""

    heads: dict[str, ColumnHead]
    rows: tuple[LineRow, ...]
    adjustments: tuple[Adjustment, ...]
    has_references: bool
    carried: str = ""
    brought: str = ""


@dataclass(frozen=True)
class VatRow:
    """One VAT category and rate; `reason` says why there is no VAT."""

    category: str
    rate: str
    taxable: str
    tax: str
    reason: str = ""


@dataclass(frozen=True)
class Sums:
    """Totals on the right, VAT breakdown on the left of them, the amount due under the totals."""

    totals: tuple[Item, ...]
    due: Item
    due_second: str
    vat_heading: str
    vat_heads: tuple[str, str, str, str]
    vat_rows: tuple[VatRow, ...]


@dataclass(frozen=True)
class Section:
    """A heading with labelled items and free text below them."""

    heading: str
    items: tuple[Item, ...] = ()
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """The foot of page 1: what the original is, where it can be checked by its short code, and how it is sealed.

    `code` is empty where there is nothing to look it up in; `address` is that place, as people type it.
    """

    original: str
    seal: str
    seal_detail: str
    code: str = ""
    code_heading: str = ""
    address: str = ""
    verify_url: str = ""


@dataclass(frozen=True)
class Page:
    """The whole invoice. `mark` is a big light word behind the text, `banner` a line above everything on each page."""

    language: str
    title: str
    title_second: str
    number: str
    date: str
    seller: PartyBlock
    buyer: PartyBlock
    others: tuple[PartyBlock, ...]
    summary: tuple[Item, ...]
    references: tuple[Item, ...]
    lines: LineTable
    sums: Sums
    payment: Section
    notes: Section
    attachments: Section
    proof: Proof | None
    footer: str
    page_word: str
    accent: str
    mark: str = ""
    banner: str = ""
    metadata: dict[str, str] = field(default_factory=dict[str, str])
