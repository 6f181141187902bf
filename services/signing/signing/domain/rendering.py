"""The readable original, and the port of what renders it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from documents.invoice import Invoice
from signing.domain.policy import Language, SealKind

FACTUR_X: Final = "factur-x.xml"
XML_NAMES: Final = frozenset({FACTUR_X, "cii-invoice.xml", "ubl-invoice.xml"})
"""What the embedded XML is called: the first is kept for Factur-X profiles, the others travel as what they are."""


DEFAULT_ACCENT: Final = "#0b5563"


class Appearance(BaseModel):
    """How a page looks. One or two languages: the first decides on figures and dates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: tuple[Language, ...] = Field(default=("fr",), min_length=1, max_length=2)
    accent: str = Field(default=DEFAULT_ACCENT, pattern=r"^#[0-9a-f]{6}$")
    owner: UUID | None = None
    """Whose page it is: a company may have a template of its own."""
    logo: bytes = Field(default=b"", repr=False)
    """PNG or JPEG; empty: the supplier's name stands in its place."""
    verify_url: str = ""
    """Where the original's short code can be looked up, as far as the code itself; empty: none is printed."""
    is_draft: bool = False
    is_legal_original: bool = True
    seal_kind: SealKind = SealKind.TECHNICAL


@dataclass(frozen=True)
class OriginalXml:
    """The bytes that were validated, and the syntax they are in."""

    content: bytes = field(repr=False)
    syntax: Literal["CII", "UBL"] = "CII"


Relationship = Literal["Supplement", "Source"]


@dataclass(frozen=True)
class EmbeddedFile:
    """A supporting document that travels inside the PDF, or the source: what the invoice came in (ISO 19005-3, 6.8)."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    description: str = ""
    relationship: Relationship = "Supplement"


class Hashed(Protocol):
    """A SHA-256 under way (as of hashlib)."""

    def copy(self) -> "Hashed":
        """Another one that goes on from here."""
        ...

    def update(self, data: bytes | memoryview, /) -> None:
        """Go on over these bytes."""
        ...

    def digest(self) -> bytes:
        """The digest of everything so far."""
        ...

    def hexdigest(self) -> str:
        """The same in hexadecimal."""
        ...


@dataclass(frozen=True)
class SealForm:
    """The room a one-pass writer left for the seal, and what a later revision must repeat.

    Offsets are in bytes: `signing_time` is where the claimed time stands (a PDF date of 23 bytes), `hole` the value of
    the signature's `Contents` with its delimiters (end exclusive), `cross_reference` the table. `catalog` and `page`
    are the bodies of objects 1 and `page_object`. `started` is the SHA-256 over the first `started_at` bytes, all of
    which come before these.
    """

    started: Hashed = field(repr=False)
    started_at: int
    signing_time: int
    hole: tuple[int, int]
    catalog: bytes = field(repr=False)
    page: bytes = field(repr=False)
    page_object: int
    seal_field: int
    next_object: int
    cross_reference: int
    identifier: bytes
    xml_sha256: str


@dataclass(frozen=True)
class Printed:
    """A PDF/A-3b. `form` is None for a draft, and where the seal must be added by an incremental update."""

    content: bytes = field(repr=False)
    form: SealForm | None = field(default=None, repr=False)


class Renderer(Protocol):
    """Makes the readable original."""

    async def render(
        self,
        invoice: Invoice,
        xml: OriginalXml | None,
        appearance: Appearance,
        *,
        attachments: Sequence[EmbeddedFile] = (),
        at: datetime,
    ) -> Printed:
        """A PDF/A-3b of the invoice with its XML (Factur-X 1.0) and the attachments inside; `at` is its creation date.

        Without `xml` (a draft) none is embedded. Raises UnprintableCharacter, UnprintableDocument.
        """
        ...
