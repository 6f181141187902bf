"""Prints by a company's own typst template, where it has one and that leaves nothing out."""

import asyncio
import hashlib
import io
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pikepdf
import pikepdf.pdfa

from documents.invoice import Invoice
from signing.domain.rendering import Appearance, EmbeddedFile, OriginalXml, Printed, Renderer
from signing.errors import TemplateRefused, UnprintableDocument
from signing.renderer import probe
from signing.renderer.compose.page import compose
from signing.renderer.facturx import finish
from signing.renderer.logo import logo_of
from signing.renderer.pdf.picture import picture
from signing.renderer.sandbox import NAME, typeset
from signing.renderer.template_data import template_data

NETWORK: Final = "network"
"""The folder of the template that prints for companies without one of their own."""
Print = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of each file of a template."""


class TemplateRenderer:
    """`folder` holds a folder a company, named by its id, or `network`, each with `invoice.typ` and what it reads.

    A template is tried with a page of marks before it prints anything, and anew when one of its files is another one:
    it must print all that the network's own layout prints (`invoice.typ` beside this file). `other` prints for
    companies without a template.
    """

    def __init__(self, other: Renderer, folder: Path) -> None:
        self._other = other
        self._folder = folder.resolve()
        self._tried: dict[Path, tuple[Print, str]] = {}

    async def render(
        self,
        invoice: Invoice,
        xml: OriginalXml | None,
        appearance: Appearance,
        *,
        attachments: Sequence[EmbeddedFile] = (),
        at: datetime,
    ) -> Printed:
        template = self._of(appearance.owner)
        if template is None:
            return await self._other.render(invoice, xml, appearance, attachments=attachments, at=at)
        await self._must_print_everything(template, at)
        digest = hashlib.sha256(xml.content).hexdigest() if xml else ""
        logo = await asyncio.to_thread(logo_of, appearance)
        page = compose(invoice, appearance, tuple(file.name for file in attachments), digest)
        typeset_page = await typeset(template, _json(template_data(page, logo)), at)
        await asyncio.to_thread(_must_be_pdf_a, typeset_page)
        content = await asyncio.to_thread(
            finish,
            typeset_page,
            title=unicodedata.normalize("NFC", f"{page.title} {page.number}"),
            author=page.seller.name,
            language=page.language,
            specification=invoice.process.specification,
            xml=xml,
            attachments=attachments,
            at=at.astimezone(UTC),
        )
        await asyncio.to_thread(_must_be_pdf_a, content)
        return Printed(content)

    def _of(self, owner: UUID | None) -> Path | None:
        """The folder of the template that prints for a company; None without one."""
        folders = [self._folder / name for name in (str(owner) if owner else NETWORK, NETWORK)]
        return next((folder for folder in folders if (folder / NAME).is_file()), None)

    async def _must_print_everything(self, template: Path, at: datetime) -> None:
        """Raise TemplateRefused with what is wrong with a template, until its files change."""
        seen = _seen(template)
        known = self._tried.get(template)
        if known is None or known[0] != seen:
            known = self._tried[template] = (seen, await self._fault(template, at))
        if known[1]:
            raise TemplateRefused(f"template {template.name}: {known[1]}")

    async def _fault(self, template: Path, at: datetime) -> str:
        """What is wrong with a template; "" when it may print."""
        if _leads_out(template):
            return "a symbolic link leads out of its folder"
        own = Path(__file__).parent
        missing: list[str] = []
        try:
            for logo in (None, picture(probe.LOGO)):
                marked = _json(template_data(probe.PAGE, logo))
                printed, ours = [await typeset(folder, marked, at) for folder in (template, own)]
                await asyncio.to_thread(_must_be_pdf_a, printed)
                missing += await asyncio.to_thread(probe.missing, printed, ours)
        except (TemplateRefused, UnprintableDocument) as error:
            return str(error)
        return f"it leaves out {', '.join(dict.fromkeys(missing))}" if missing else ""


def _seen(template: Path) -> Print:
    found = [(path, path.lstat()) for path in sorted(template.rglob("*"))]
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


def _leads_out(template: Path) -> bool:
    return any(path.is_symlink() for path in (template, *template.rglob("*")))


def _must_be_pdf_a(content: bytes) -> None:
    """Raises UnprintableDocument with the first rule of ISO 19005-3 that a typeset page breaks.

    Its metadata (6.6.2) are replaced by ours. What the check merely does not know (`pikepdf:schema-…`, as an indirect
    destination of an outline) is left to typst, which writes PDF/A-3b or nothing.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = pikepdf.pdfa.check(pdf, "3b").violations
    broken = [each for each in found if each.rule.startswith("ISO_19005") and ":6.6.2" not in each.rule]
    if broken:
        raise UnprintableDocument(f"the page is no PDF/A-3b: {broken[0]}"[:500])


def _json(page: Mapping[str, Any]) -> bytes:
    return unicodedata.normalize("NFC", json.dumps(page, ensure_ascii=False)).encode()
