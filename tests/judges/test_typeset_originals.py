"""veraPDF, Mustang and EU DSS accept what typst prints: a company's own template, and scripts of Asia."""

import hashlib
import io
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from PIL import Image

from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from documents.reading import read_invoice
from signing import renderer as renderers
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, OriginalXml, Renderer
from signing.renderer.direct import DirectRenderer
from signing.renderer.templates import TemplateRenderer
from signing.renderer.typeset import TypstRenderer
from signing.sealer.direct import DirectSealer

pytestmark = [pytest.mark.judge, pytest.mark.timeout(900)]
AT: Final = datetime(2026, 11, 20, 9, tzinfo=UTC)
OWNER: Final = UUID(int=7)
OURS: Final = Path(renderers.__file__).parent
ADDRESS: Final = "https://navette.example/v/"
NAMES: Final = {
    "Hebrew": "חברת דוגמה בע״מ",
    "Arabic": "شركة المثال للتجارة",
    "Chinese": "上海精密轴承有限公司",
    "Chinese of Taiwan": "台灣軸承股份有限公司",
    "Japanese": "東京ベアリング株式会社",
    "Korean": "서울베어링 주식회사",
}


async def all_accept(judges: Any, sealer: DirectSealer, renderer: Renderer, invoice: Invoice, look: Appearance) -> None:
    xml = write_invoice(invoice)
    printed = await renderer.render(invoice, OriginalXml(xml), look, at=AT)
    sealed = await sealer.seal(printed, xml_sha256=hashlib.sha256(xml).hexdigest(), level=SealLevel.B_LTA)
    for judge in ("verapdf", "mustang", "dss"):
        verdict = judges.ask(judge, sealed.content)
        assert verdict["ok"], (judge, verdict)
    assert [found["format"] for found in verdict["signatures"]] == ["PAdES-BASELINE-LTA"]


@pytest.mark.parametrize("script", NAMES)
async def test_a_script_that_typst_prints_is_accepted(
    one_example: bytes, judges: Any, sealer: DirectSealer, typst: TypstRenderer, script: str
) -> None:
    invoice = read_invoice(one_example)
    seller = invoice.seller.model_copy(update={"name": NAMES[script]})
    lines = [
        line.model_copy(update={"item": line.item.model_copy(update={"name": f"{NAMES[script]} 6208"})})
        for line in invoice.lines
    ]
    foreign = invoice.model_copy(update={"seller": seller, "lines": tuple(lines)})
    renderer = DirectRenderer(typst, lambda: sealer.room)
    look = Appearance(languages=("en", "fr"), verify_url=ADDRESS)
    await all_accept(judges, sealer, renderer, foreign, look)


@pytest.mark.parametrize("kind", ["", "PNG", "JPEG"])
async def test_a_companys_own_template_is_accepted_with_its_logo(
    one_example: bytes, judges: Any, sealer: DirectSealer, typst: TypstRenderer, tmp_path: Path, kind: str
) -> None:
    template = tmp_path / str(OWNER)
    template.mkdir()
    for name in ("invoice.typ", "fonts.typ"):
        shutil.copy(OURS / name, template)
    logo = io.BytesIO()
    if kind:
        Image.new("RGBA" if kind == "PNG" else "CMYK", (300, 60), (200, 30, 30, 90)).save(logo, kind)
    look = Appearance(languages=("fr", "de"), owner=OWNER, logo=logo.getvalue(), verify_url=ADDRESS)
    renderer = TemplateRenderer(DirectRenderer(typst, lambda: sealer.room), tmp_path)
    await all_accept(judges, sealer, renderer, read_invoice(one_example), look)
