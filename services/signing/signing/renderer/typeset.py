"""Renders with typst: about ten milliseconds a page, in threads, one compiler each (two threads can't share one)."""

import asyncio
import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

from documents.invoice import Invoice
from signing.domain.rendering import Appearance, EmbeddedFile, OriginalXml, Printed
from signing.errors import UnprintableDocument
from signing.renderer.compose.page import compose
from signing.renderer.facturx import finish
from signing.renderer.glyphs import page_fonts, printed
from signing.renderer.logo import logo_of
from signing.renderer.template_data import template_data

_TEMPLATE: Final = Path(__file__).parent / "invoice.typ"


class TypstRenderer:
    """The layout for every script that a font here can print; the seal is added to its files afterwards."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="render")
        self._local = threading.local()

    def close(self) -> None:
        """Let the running renderings end and stop."""
        self._threads.shutdown(wait=True)

    async def render(
        self,
        invoice: Invoice,
        xml: OriginalXml | None,
        appearance: Appearance,
        *,
        attachments: Sequence[EmbeddedFile] = (),
        at: datetime,
    ) -> Printed:
        loop = asyncio.get_running_loop()
        content = await loop.run_in_executor(
            self._threads, self._render, invoice, xml, appearance, tuple(attachments), at.astimezone(UTC)
        )
        return Printed(content)

    def _render(
        self,
        invoice: Invoice,
        xml: OriginalXml | None,
        appearance: Appearance,
        attachments: tuple[EmbeddedFile, ...],
        at: datetime,
    ) -> bytes:
        logo = logo_of(appearance)
        digest = hashlib.sha256(xml.content).hexdigest() if xml else ""
        page = compose(invoice, appearance, tuple(file.name for file in attachments), digest)
        return finish(
            self._typeset(template_data(page, logo), at),
            title=printed(f"{page.title} {page.number}"),
            author=page.seller.name,
            language=page.language,
            specification=invoice.process.specification,
            xml=xml,
            attachments=attachments,
            at=at,
        )

    def _typeset(self, data: dict[str, Any], at: datetime) -> bytes:
        content = json.dumps(_printable(data), ensure_ascii=False)
        try:
            pdf = self._compiler().compile(
                format="pdf",
                sys_inputs={"page": content},
                pdf_standards=["a-3b"],
                timestamp=at.replace(microsecond=0),  # typst takes whole seconds
            )
        except typst.TypstError as error:
            # single characters were tried before; a cluster of marks may still have no glyph
            raise UnprintableDocument(error.message) from error
        assert isinstance(pdf, bytes)
        return pdf

    def _compiler(self) -> typst.Compiler:
        compiler: typst.Compiler | None = getattr(self._local, "compiler", None)
        if compiler is None:
            compiler = self._local.compiler = typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, font_paths=page_fonts())
        return compiler


def _printable(value: Any) -> Any:
    """The same tree with every text as it can be printed; raises UnprintableCharacter."""
    if isinstance(value, str):
        return printed(value)
    if isinstance(value, Mapping):
        return {key: _printable(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(member) for member in value]
    return value
