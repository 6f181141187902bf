"""The readable original, and the port of what renders it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from documents.invoice import Invoice
from signing.domain.policy import Language, SealKind

FACTUR_X: Final = "factur-x.xml"
XML_NAMES: Final = frozenset({FACTUR_X, "cii-invoice.xml", "ubl-invoice.xml"})
"""What the embedded XML is called: the first is kept for Factur-X profiles, the others travel as what they are."""


class Appearance(BaseModel):
    """How a page looks. One or two languages: the first decides on figures and dates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: tuple[Language, ...] = Field(default=("fr",), min_length=1, max_length=2)
    accent: str = Field(default="#0b5563", pattern=r"^#[0-9a-f]{6}$")
    is_draft: bool = False
    is_legal_original: bool = True
    seal_kind: SealKind = SealKind.TECHNICAL


@dataclass(frozen=True)
class OriginalXml:
    """The bytes that were validated, and the syntax they are in."""

    content: bytes = field(repr=False)
    syntax: Literal["CII", "UBL"] = "CII"


@dataclass(frozen=True)
class EmbeddedFile:
    """A supporting document that travels inside the PDF."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    description: str = ""


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
    ) -> bytes:
        """A PDF/A-3b of the invoice with its XML (Factur-X 1.0) and the attachments inside; `at` is its creation date.

        Without `xml` (a draft) none is embedded. Raises UnprintableCharacter, UnprintableDocument.
        """
        ...
