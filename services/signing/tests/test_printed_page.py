"""Whatever the XML says stands on the page, in the words of its reader."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import segno

from contracts.money import minor_units
from documents.cii.invoice import write_invoice
from documents.invoice import Invoice, Note, PaymentCard
from documents.reading import read_invoice
from signing.domain.policy import SealKind
from signing.domain.rendering import Appearance, EmbeddedFile, OriginalXml, Renderer
from signing.domain.short_code import short_code
from signing.renderer.compose.page import compose
from signing.renderer.words.language import words

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/invoice.cii.xml"))
ADDRESS = "https://navette.example/v/"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
CODED = {
    # printed as a word, a symbol or a grouped figure, or not for people at all
    *("type_code", "currency", "vat_currency", "unit", "base_unit", "code", "country", "origin_country", "scheme"),
    *("reason_code", "exemption_reason_code", "subject", "tax_point_code", "media_type", "content", "version"),
}


def text_leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every free text of an invoice with its place."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key not in CODED:
                yield from text_leaves(member, (*path, key))
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from text_leaves(member, (*path, index))
    elif isinstance(value, str) and value:
        yield path, value


def with_marks(invoice: Invoice) -> tuple[Invoice, dict[tuple[str | int, ...], str]]:
    """The same invoice with a text of its own in each place."""
    content, marks = invoice.model_dump(), dict[tuple[str | int, ...], str]()
    for number, (path, _) in enumerate(text_leaves(content)):
        *way, last = path
        holder: Any = content
        for step in way:
            if isinstance(holder[step], tuple):
                holder[step] = list(holder[step])
            holder = holder[step]
        marks[path] = holder[last] = f"mark{number:03d}"
    return Invoice.model_validate(content), marks


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)
    finally:
        document.close()


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.parent.name)
def example(request: pytest.FixtureRequest) -> Invoice:
    path: Path = request.param
    return read_invoice(path.read_bytes())


@pytest.fixture(params=["typst", "renderer"], ids=["typst", "direct"])
def any_renderer(request: pytest.FixtureRequest) -> Renderer:
    return request.getfixturevalue(request.param)


async def test_every_text_of_a_golden_invoice_is_on_its_page(example: Invoice, any_renderer: Renderer) -> None:
    marked, marks = with_marks(example)
    printed = await any_renderer.render(marked, None, Appearance(languages=("fr", "en")), at=AT)
    text = text_of(printed.content)
    assert {path: mark for path, mark in marks.items() if mark not in text} == {}


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value of an invoice with its place."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, (*path, key))
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from leaves(member, (*path, index))
    elif value is not None:
        yield path, value


def with_another(invoice: Invoice, path: tuple[str | int, ...], value: Any) -> Invoice:
    """The same invoice with another value in one place."""
    content = invoice.model_dump(mode="json")
    holder: Any = content
    for step in path[:-1]:
        holder = holder[step]
    another = {"EUR": "USD", "CHF": "USD", "FR": "DE", "S": "Z"}.get(
        str(value), "ZZ" if len(str(value)) < 4 else f"{value}x"
    )
    if isinstance(value, date):
        another = str(value + timedelta(days=3))
    elif isinstance(value, Decimal):
        another = str(value + 1)
    holder[path[-1]] = another
    return Invoice.model_validate(content)


def rarer(invoice: Invoice) -> Invoice:
    """What no golden invoice holds: VAT due by an event, a card, a reason that only a code says."""
    changed: dict[str, Any] = {"tax_point_date": None, "tax_point_code": "432"}
    if invoice.payment and invoice.payment.means:
        first, *others = invoice.payment.means
        card = first.model_copy(update={"card": PaymentCard(number="1234", holder="J. Rhin"), "credit_transfer": None})
        changed["payment"] = invoice.payment.model_copy(update={"means": (card, *others)})
    charges = tuple(charge.model_copy(update={"reason": None, "reason_code": "DL"}) for charge in invoice.charges)
    return invoice.model_copy(update=changed | {"charges": charges})


def test_no_term_changes_without_the_page_changing(example: Invoice) -> None:
    """Codes, dates, figures and texts: whatever the XML says otherwise, its reader sees otherwise."""
    for invoice in (example, rarer(example)):
        page = compose(invoice, Appearance(), xml_sha256="0" * 64)
        unseen = [
            path
            for path, value in leaves(invoice.model_dump())
            if path[-1] not in ("content", "media_type")  # of a file that travels inside the XML
            and compose(with_another(invoice, path, value), Appearance(), xml_sha256="0" * 64) == page
        ]
        assert unseen == []


async def test_every_amount_of_a_golden_invoice_is_on_its_page(example: Invoice, any_renderer: Renderer) -> None:
    printed = await any_renderer.render(example, None, Appearance(), at=AT)
    text, french, decimals = text_of(printed.content), words(("fr",)), minor_units(example.currency)
    totals = example.totals.model_dump(exclude_none=True).values()
    lines = [amount for line in example.lines for amount in (line.net_amount, line.price.net)]
    breakdown = [amount for row in example.vat_breakdown for amount in (row.taxable_amount, row.tax_amount)]
    shown = [french.figure(abs(amount), decimals).replace("\u00a0", "") for amount in (*totals, *lines, *breakdown)]
    assert [figure for figure in shown if figure not in text] == []


async def test_the_same_invoice_gives_the_same_bytes(invoice: Invoice, any_renderer: Renderer) -> None:
    original = OriginalXml(b"<a/>")
    files = (EmbeddedFile("note.txt", "text/plain", b"note"),)
    first, second = [
        await any_renderer.render(invoice, original, Appearance(), attachments=files, at=AT) for _ in range(2)
    ]
    assert first == second


def test_a_country_outside_the_list_is_marked_as_a_workflow_image(invoice: Invoice) -> None:
    page = compose(invoice, Appearance(languages=("fr", "en"), is_legal_original=False))
    assert "ni pour un contrôle fiscal" in page.banner
    assert "not for VAT refund" in page.banner
    assert compose(invoice, Appearance()).banner == ""


def test_a_draft_says_so_and_shows_no_seal(invoice: Invoice) -> None:
    draft = compose(invoice, Appearance(is_draft=True))
    assert (draft.mark, draft.proof) == ("BROUILLON", None)


def test_a_seal_is_called_what_it_is(invoice: Invoice) -> None:
    technical, qualified = [compose(invoice, Appearance(seal_kind=kind)).proof for kind in SealKind]
    assert technical
    assert qualified
    assert "technique" in technical.seal
    assert "qualifié" in qualified.seal


def test_a_document_type_without_a_word_shows_its_code(invoice: Invoice) -> None:
    page = compose(invoice.model_copy(update={"type_code": "82"}), Appearance())
    assert page.title == "Facture (82)"
    credit = compose(invoice.model_copy(update={"type_code": "532"}), Appearance(languages=("en",)))
    assert credit.title == "Credit note (532)"


def test_an_iban_is_grouped_and_another_account_is_not(invoice: Invoice) -> None:
    items = {item.label: item.value for item in compose(invoice, Appearance()).payment.items}
    assert items["IBAN"].replace("\u00a0", " ") == "FR76 3000 6000 0112 3456 7890 189"


async def test_an_invoice_of_many_pages_repeats_its_head(
    many_lines: Callable[[int], Invoice], any_renderer: Renderer
) -> None:
    printed = await any_renderer.render(many_lines(120), None, Appearance(), at=AT)
    document = pypdfium2.PdfDocument(printed.content)
    pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    assert len(pages) >= 4
    for number, text in enumerate(pages, 1):
        assert f"Page{number}/{len(pages)}" in text
    assert all("FA-2026-000412·20.11.2026" in text for text in pages[1:])
    assert all("Désignation" in text for text in pages[:3])


EASTERN = {
    "SC": "上海精密轴承有限公司",
    "TC": "台灣軸承股份有限公司",
    "JP": "東京ベアリング株式会社",
    "KR": "서울베어링 주식회사",
}


@pytest.mark.parametrize("form", EASTERN)
async def test_chinese_japanese_and_korean_are_printed_in_the_forms_of_their_readers(
    invoice: Invoice, renderer: Renderer, form: str
) -> None:
    name = EASTERN[form]
    seller = invoice.seller.model_copy(update={"name": name})
    changed = invoice.model_copy(update={"seller": seller, "notes": (Note(text=f"{name}，{'漢' * 300}"),)})
    printed = await renderer.render(changed, None, Appearance(languages=("en",)), at=AT)
    text = text_of(printed.content)
    assert text.count("".join(name.split())) == 3
    assert text.count("漢") == 300
    with pikepdf.open(io.BytesIO(printed.content)) as pdf:
        fonts = {str(font.BaseFont).partition("+")[2] for font in pdf.pages[0].Resources.Font.values()}
    assert {font for font in fonts if "CJK" in font} == {f"NotoSansCJK{form.lower()}-Regular-Identity-H"}


async def test_the_sum_so_far_stands_on_both_sides_of_each_page_break(
    many_lines: Callable[[int], Invoice], any_renderer: Renderer
) -> None:
    invoice = many_lines(120)
    appearance = Appearance(languages=("en",), verify_url=ADDRESS)
    printed = await any_renderer.render(invoice, OriginalXml(write_invoice(invoice)), appearance, at=AT)
    document = pypdfium2.PdfDocument(printed.content)
    pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    sums = {
        f"{sum(line.net_amount for line in invoice.lines[:count]):,.2f}": count
        for count in range(1, len(invoice.lines))
    }
    carried = [re.findall(r"Carriedforward([\d,.]+?\.\d\d)", text) for text in pages]
    brought = [re.findall(r"Broughtforward([\d,.]+?\.\d\d)", text) for text in pages]
    assert [len(each) for each in carried] == [1] * 3 + [0] * (len(pages) - 3)
    assert brought == [[], *carried[:-1]]
    assert [sums[each[0]] for each in carried[:3]] == sorted(sums[each[0]] for each in carried[:3])


async def test_the_qr_code_leads_to_the_short_code(invoice: Invoice, any_renderer: Renderer) -> None:
    xml = OriginalXml(write_invoice(invoice))
    printed = await any_renderer.render(invoice, xml, Appearance(verify_url=ADDRESS), at=AT)
    expected = segno.make(
        ADDRESS.upper() + "-" * (len(ADDRESS) % 2) + short_code(hashlib.sha256(xml.content).hexdigest()),
        error="m",
        mode="alphanumeric",
        boost_error=False,
        mask=2,
        micro=False,
    )
    document = pypdfium2.PdfDocument(printed.content)
    foot = document[0].render(scale=8).to_pil().convert("L").crop((8 * 47, 8 * 720, 8 * 96, 8 * 784))
    document.close()
    foot = foot.point([255 if grey < 100 else 0 for grey in range(256)])
    code = foot.crop(foot.getbbox())
    modules = len(expected.matrix)
    middle = [(2 * place + 1) * code.height // (2 * modules) for place in range(modules)]
    found = [[bool(code.getpixel((x, y))) for x in middle] for y in middle]
    assert found == [[bool(dark) for dark in row] for row in expected.matrix]
