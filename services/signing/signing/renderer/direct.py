"""Prints in one pass what the cut faces can print, about half a millisecond a page; typst prints the rest."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final, cast

from documents.invoice import Invoice
from signing.domain.rendering import Appearance, EmbeddedFile, OriginalXml, Printed, Renderer
from signing.renderer.compose.page import compose
from signing.renderer.ink.clean import BeyondFaces, cleaned
from signing.renderer.ink.faces import family_for
from signing.renderer.ink.layout import draw
from signing.renderer.logo import logo_of
from signing.renderer.page import Page
from signing.renderer.pdf.document import About, DocumentWriter
from signing.renderer.pdf.prefix import prefix_for
from signing.renderer.words.language import letters

_ASCII: Final = bytes(range(128))
_CONTROLS: Final = frozenset("\n\t")


class DirectRenderer:
    """The usual renderer. `other` prints documents with characters beyond Latin, Greek and Cyrillic.

    `room` tells how many bytes the seal will take.
    """

    def __init__(self, other: Renderer, room: Callable[[], int]) -> None:
        self._other = other
        self._room = room

    async def render(
        self,
        invoice: Invoice,
        xml: OriginalXml | None,
        appearance: Appearance,
        *,
        attachments: Sequence[EmbeddedFile] = (),
        at: datetime,
    ) -> Printed:
        try:
            room = self._room() if xml else 0
            return print_invoice(invoice, xml, appearance, attachments=attachments, at=at, room=room)
        except BeyondFaces:
            return await self._other.render(invoice, xml, appearance, attachments=attachments, at=at)


def print_invoice(
    invoice: Invoice,
    xml: OriginalXml | None,
    appearance: Appearance,
    *,
    attachments: Sequence[EmbeddedFile] = (),
    at: datetime,
    room: int = 0,
) -> Printed:
    """The PDF/A-3b of an invoice, with `room` bytes for a seal unless that is 0.

    Raises BeyondFaces when its characters need another renderer.
    """
    logo = logo_of(appearance)
    digest = hashlib.sha256(xml.content).hexdigest() if xml else ""
    page = compose(invoice, appearance, tuple(file.name for file in attachments), digest)
    characters = _characters(xml, page, attachments)
    family = family_for(characters.union(letters(appearance.languages)))
    page = cleaned(page, characters, family)
    drawn = draw(page, family, (logo.width, logo.height) if logo else None)
    about = About(
        title=f"{page.title} {page.number}",
        author=page.seller.name,
        language=page.language,
        specification=invoice.process.specification,
        at=at.astimezone(UTC),
    )
    writer = DocumentWriter(prefix_for(family, logo), about)
    return writer.write(drawn.pages, xml=xml, attachments=attachments, seal=drawn.seal, room=room, xml_sha256=digest)


def _characters(xml: OriginalXml | None, page: Page, attachments: Sequence[EmbeddedFile]) -> frozenset[str]:
    """The document's characters, ASCII but for controls left out; the XML holds all that the page prints.

    One pass in C over its bytes finds them; a draft, or an XML in another encoding or with character references, is
    looked through text by text.
    """
    if xml is not None and b"&#" not in xml.content:
        names = "".join(file.name for file in attachments)
        try:
            return frozenset(xml.content.translate(None, _ASCII).decode("utf-8") + names)
        except UnicodeDecodeError:
            pass
    return frozenset("".join(_texts(asdict(page)))) - _CONTROLS


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in cast(Mapping[str, object], value).values():
            yield from _texts(member)
    elif isinstance(value, Iterable):
        for member in cast(Iterable[object], value):
            yield from _texts(member)
