"""A company's own template prints its originals, all of them or none, and reads nothing but its own folder."""

import io
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from mesh.errors import ResourceDown
from signing import renderer as renderers
from signing.domain.rendering import Appearance, OriginalXml, Renderer
from signing.errors import TemplateRefused, UnprintableDocument
from signing.renderer.templates import TemplateRenderer
from signing.sealing import make_original

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
OWNER, OTHER = UUID(int=7), UUID(int=8)
OURS = Path(renderers.__file__).parent


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The folder of one company's template: ours, in its own words at the foot of each page."""
    folder = tmp_path / "templates" / str(OWNER)
    folder.mkdir(parents=True)
    shutil.copy(OURS / "fonts.typ", folder)
    own = (
        (OURS / "invoice.typ").read_text().replace("lines-of(page-data.footer)", "lines-of(page-data.footer + slogan)")
    )
    (folder / "invoice.typ").write_text('#let slogan = read("slogan.txt")\n' + own)
    (folder / "slogan.txt").write_text(" Seit 1904 in Strasbourg")
    return folder


@pytest.fixture
def renderer_of_templates(template: Path, renderer: Renderer) -> TemplateRenderer:
    return TemplateRenderer(renderer, template.parent)


Render = Callable[[], Any]


@pytest.fixture
def render(renderer_of_templates: TemplateRenderer, invoice: Invoice) -> Render:
    """Prints an ordinary invoice of the company with the template."""
    return lambda: renderer_of_templates.render(invoice, None, Appearance(owner=OWNER), at=AT)


async def test_a_company_with_a_template_prints_by_it_and_others_as_before(
    renderer_of_templates: TemplateRenderer, renderer: Renderer, invoice: Invoice
) -> None:
    xml = OriginalXml(write_invoice(invoice))
    own = await renderer_of_templates.render(invoice, xml, Appearance(owner=OWNER), at=AT)
    assert "Seit 1904" in text_of(own.content)
    with pikepdf.open(io.BytesIO(own.content)) as pdf:
        assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == xml.content
        assert [str(pdf.Root.AF[0].AFRelationship), pdf.Root.Metadata is not None] == ["/Alternative", True]
    other = await renderer_of_templates.render(invoice, xml, Appearance(owner=OTHER), at=AT)
    assert other.content == (await renderer.render(invoice, xml, Appearance(), at=AT)).content


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_a_template_has_the_companys_logo(
    renderer_of_templates: TemplateRenderer, invoice: Invoice, kind: str
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 60), (200, 30, 30)).save(picture, kind)
    name = invoice.seller.name
    for logo, expected in ((picture.getvalue(), 1), (b"broken", 0)):
        made = await renderer_of_templates.render(invoice, None, Appearance(owner=OWNER, logo=logo), at=AT)
        assert text_of(made.content).count(name) == 2 - expected
        document = pypdfium2.PdfDocument(made.content)
        red, green, blue = document[0].render().to_pil().getpixel((100, 50))
        document.close()
        assert (red > 150 and green < 60 and blue < 60) is bool(expected)


async def test_a_template_that_fails_over_a_logo_is_refused_before_it_prints(template: Path, render: Render) -> None:
    file = template / "invoice.typ"
    file.write_text(file.read_text().replace("image(bytes(page-data.logo))", 'image(bytes(page-data.logo + (1, "x")))'))
    with pytest.raises(TemplateRefused):
        await render()


async def test_the_networks_template_prints_for_who_has_none(
    template: Path, renderer_of_templates: TemplateRenderer, invoice: Invoice
) -> None:
    shutil.copytree(template, template.parent / "network")
    printed = await renderer_of_templates.render(invoice, None, Appearance(owner=OTHER), at=AT)
    assert "Seit 1904" in text_of(printed.content)


async def test_a_template_that_leaves_something_out_is_refused_by_name_until_it_is_mended(
    template: Path, render: Render
) -> None:
    file = template / "invoice.typ"
    whole = file.read_text()
    file.write_text(
        whole.replace("for paragraph in row.details {", "for paragraph in () {").replace("row.vat", "[]", 1)
    )
    with pytest.raises(TemplateRefused, match=r"leaves out lines\.rows\.vat, lines\.rows\.details$"):
        await render()
    file.write_text(whole)
    os.utime(file, ns=(1, 1))
    assert "Seit 1904" in text_of((await render()).content)


@pytest.mark.parametrize(
    "reaching",
    [
        '#read("/etc/passwd")',
        '#read("../secret.txt")',
        '#read("/../secret.txt")',
        '#import "../secret.txt"',
        '#import "@preview/cetz:0.3.1"',
        '#import "@local/own:1.0.0"',
        '#image("/proc/self/environ")',
    ],
)
async def test_a_template_reads_nothing_but_its_own_folder(template: Path, render: Render, reaching: str) -> None:
    (template.parent / "secret.txt").write_text("#let secret = 1")
    file = template / "invoice.typ"
    file.write_text(f"{reaching}\n{file.read_text()}")
    with pytest.raises(TemplateRefused):
        await render()


async def test_a_link_out_of_its_folder_is_refused(template: Path, render: Render) -> None:
    (template / "slogan.txt").unlink()
    (template / "slogan.txt").symlink_to("/etc/hostname")
    with pytest.raises(TemplateRefused, match="symbolic link"):
        await render()


async def test_a_template_that_never_ends_is_ended(
    template: Path, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = template / "invoice.typ"
    endless = "#for a in range(100000) { for b in range(100000) { for c in range(100000) { let d = a * b * c } } }"
    file.write_text(f"{endless}\n{file.read_text()}")
    monkeypatch.setattr("signing.renderer.sandbox._SECONDS", 1)
    with pytest.raises(TemplateRefused, match="takes"):
        await render()


async def test_what_no_font_of_the_template_has_is_no_empty_box(
    renderer_of_templates: TemplateRenderer, invoice: Invoice
) -> None:
    foreign = invoice.model_copy(update={"number": "😀"})
    with pytest.raises(UnprintableDocument):
        await renderer_of_templates.render(foreign, None, Appearance(owner=OWNER), at=AT)


async def test_an_original_by_a_template_is_sealed_and_verified_and_waits_while_the_template_is_refused(
    template: Path, renderer_of_templates: TemplateRenderer, invoice: Invoice, make_env: Any, make_fact: Any
) -> None:
    env = replace(await make_env(), renderer=renderer_of_templates)
    fact = (await make_fact(env, write_invoice(invoice))).model_copy(update={"supplier_id": OWNER})
    file = template / "invoice.typ"
    whole = file.read_text()
    file.write_text("Invoice")
    with pytest.raises(ResourceDown, match="leaves out title") as waits:
        await make_original(fact, env)
    assert waits.value.resource == f"template:{OWNER}"
    file.write_text(whole)
    made = await make_original(fact, env)
    assert {check.indication for check in made.checks} == {"TOTAL_PASSED"}
    assert "Seit 1904" in text_of(made.sealed.content)
