"""The one-pass page: nothing is lost, nothing overlaps, nothing leaves the margins, whatever the invoice holds."""

import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, get_args

import pikepdf
import pypdfium2
import pytest

from documents.cii.invoice import write_invoice
from documents.invoice import Invoice, Note, ProcessControl
from documents.invoice.codes import CTC_FR_EXTENDED, EN_16931, FACTUR_X_EXTENDED, PEPPOL_BILLING
from documents.references import SupportingDocument
from signing.domain.policy import Language
from signing.domain.rendering import Appearance, OriginalXml, Renderer
from signing.renderer.direct import print_invoice
from signing.renderer.ink.clean import BeyondFaces
from signing.renderer.ink.faces import LATIN, family_for
from signing.renderer.words import codes, labels
from signing.renderer.words.language import abroad, letters, words

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
MakeInvoice = Callable[..., Invoice]
Box = tuple[float, float, float, float]


def printed(invoice: Invoice, **appearance: Any) -> bytes:
    xml = OriginalXml(write_invoice(invoice))
    return print_invoice(invoice, xml, Appearance(**appearance), at=AT, room=9_000).content


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)
    finally:
        document.close()


def boxes_of(pdf: bytes) -> Iterator[list[Box]]:
    """The text boxes of each page, from left to right, in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            text = page.get_textpage()
            yield sorted(text.get_rect(number) for number in range(text.count_rects()))
    finally:
        document.close()


def faults(boxes: list[Box]) -> list[str]:
    """Boxes beyond the margins, and those that cross another by more than their antialiased edge."""
    found: list[str] = []
    for place, (left, bottom, right, top) in enumerate(boxes):
        if left < 46 or right > 549 or bottom < 26 or top > 842 - 20:
            found.append(f"beyond the margin: {left:.0f} {bottom:.0f} {right:.0f} {top:.0f}")
        for other_left, other_bottom, other_right, other_top in boxes[place + 1 :]:
            if other_left > right - 1.5:
                break
            if min(top, other_top) - max(bottom, other_bottom) > 1.8 and min(right, other_right) - other_left > 1.5:
                found.append(f"crossing at {other_left:.0f} {other_bottom:.0f}")
    return found


def with_lines(invoice: Invoice, *changes: dict[str, Any]) -> Invoice:
    """The invoice with its first lines changed."""
    lines = [
        line.model_copy(
            update=change | ({"item": line.item.model_copy(update=change["item"])} if "item" in change else {})
        )
        for line, change in zip(invoice.lines, changes, strict=False)
    ]
    return invoice.model_copy(update={"lines": (*lines, *invoice.lines[len(lines) :])})


def hard_invoices(make: MakeInvoice) -> Iterator[tuple[str, Invoice]]:
    yield "a name of 400 letters", with_lines(make(4), {"item": {"name": "X" * 400}})
    yield "long words", with_lines(make(4), {"item": {"name": " ".join([LONG_WORD] * 12)}})
    yield "a line over pages", with_lines(make(3), {"item": {"description": " ".join(f"mot{n}" for n in range(4000))}})
    yield "long notes", make(5, notes=tuple(Note(text=" ".join(f"note{n}" for n in range(3000))) for _ in range(2)))
    yield "a long number", make(2, number="N" * 60)
    parties = make(2)
    seller = parties.seller.model_copy(update={"name": " ".join([LONG_WORD] * 3), "legal_information": "Clause " * 200})
    buyer = parties.buyer.model_copy(update={"name": "B" * 120})
    yield "long parties", parties.model_copy(update={"seller": seller, "buyer": buyer})
    rng = random.Random(7)  # noqa: S311 - layouts, not secrets
    for number in range(8, 40, 3):
        yield f"{number} lines", make(number)
    for number in range(8):
        invoice = make(rng.randrange(1, 90))
        changes = [
            {"item": {"description": " ".join(LONG_WORD[: rng.randrange(1, 60)] for _ in range(rng.randrange(1, 60)))}}
            if rng.random() < 0.3
            else {"item": {}}
            for _ in invoice.lines
        ]
        yield f"random {number}", with_lines(invoice, *changes)


@pytest.mark.parametrize("languages", [("fr",), ("en", "fr"), ("fr", "de"), ("it", "es")], ids="-".join)
def test_nothing_overlaps_or_leaves_the_page(many_lines: MakeInvoice, languages: tuple[str, ...]) -> None:
    bad = {
        name: found
        for name, invoice in hard_invoices(many_lines)
        if (found := [fault for boxes in boxes_of(printed(invoice, languages=languages)) for fault in faults(boxes)])
    }
    assert bad == {}


def test_long_texts_are_printed_to_their_last_word(many_lines: MakeInvoice) -> None:
    for name, invoice in hard_invoices(many_lines):
        text = text_of(printed(invoice))
        wanted = [line.item.description or line.item.name for line in invoice.lines]
        wanted += [note.text for note in invoice.notes] + [invoice.seller.legal_information or "", invoice.number]
        lost = [each[:40] for each in wanted if "".join(each.split())[-20:] not in text]
        assert lost == [], name


def test_no_heading_stands_without_what_it_is_over(many_lines: MakeInvoice) -> None:
    headings = {"Règlement": "Moyen", "Mentions": "note0", "Piècesjointes": "BL-2026"}
    named = SupportingDocument(reference="BL-2026", description="bon de livraison " * 30)
    for count in range(1, 24):
        made = many_lines(
            count, notes=tuple(Note(text=f"note{n}") for n in range(count)), supporting_documents=(named,)
        )
        document = pypdfium2.PdfDocument(printed(made))
        pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
        document.close()
        for heading, first in headings.items():
            assert [page for page in pages if heading in page and first not in page] == [], f"{heading} at {count}"


@pytest.mark.parametrize("profile", [EN_16931, PEPPOL_BILLING, FACTUR_X_EXTENDED, CTC_FR_EXTENDED])
@pytest.mark.parametrize("url", ["", "https://navette.example/v/"])
def test_what_prevails_stands_above_the_footer_however_long_the_profile(
    many_lines: MakeInvoice, profile: str, url: str
) -> None:
    made = many_lines(2, process=ProcessControl(specification=profile))
    for is_legal in (True, False):
        (boxes,) = boxes_of(printed(made, languages=("fr", "de"), verify_url=url, is_legal_original=is_legal))
        assert faults(boxes) == []
        # below the rule: the seller's line and the page's number; the other is an image, and says so on two lines more
        assert len({round(bottom) for _, bottom, _, _ in boxes if bottom < 56}) == (1 if is_legal else 3)


def test_the_mark_of_a_draft_stands_behind_text_rules_and_logo(invoice: Invoice) -> None:
    draft = print_invoice(invoice, None, Appearance(is_draft=True), at=AT)
    with pikepdf.open(io.BytesIO(draft.content)) as document:
        content = document.pages[0].Contents.read_bytes()
    assert 0 < content.index(b".643 .766 -.766 .643") < content.index(b" l S")


@pytest.mark.parametrize("language", get_args(Language))
def test_the_box_of_the_seal_holds_all_that_is_said_in_it(invoice: Invoice, language: Language) -> None:
    url = "https://navette.example/v/"
    for languages in {(language,), (language, "fr"), ("en", language)} - {("fr", "fr"), ("en", "en")}:
        with pikepdf.open(io.BytesIO(printed(invoice, languages=languages, verify_url=url))) as document:
            look: Any = document.pages[0].Annots[0].AP.N
            baselines = [int(y) for y in re.findall(rb"1 0 0 1 -?\d+ (-?\d+) Tm", look.read_bytes())]
            height = 10 * float(look.BBox[3])
        assert len(baselines) >= 1 + len(languages)
        assert min(baselines) >= 30, languages
        assert max(baselines) <= height - 70


def test_every_word_of_the_product_can_be_printed() -> None:
    texts = [text for pair in labels.LABELS.values() for text in pair]
    tables = [value for name, value in vars(codes).items() if name.isupper() and isinstance(value, dict)]
    for table in tables:
        texts += [text for value in table.values() for text in ([value] if isinstance(value, str) else value)]
    beyond = {character for text in texts for character in text} - {chr(code) for code in LATIN}
    assert beyond == set()


def glyphless(pdf: bytes) -> set[str]:
    """Characters on the pages that lead to the glyph of nothing (.notdef) in one of the embedded faces."""
    said, found = set("".join(text_of(pdf).split())), set[str]()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for font in document.pages[0].Resources.Font.values():
            glyphs = font.DescendantFonts[0].CIDToGIDMap.read_bytes()
            found |= {each for each in said if not any(glyphs[2 * ord(each) : 2 * ord(each) + 2])}
    return found


@pytest.mark.parametrize("language", get_args(Language))
def test_every_language_prints_every_word_of_its_own_without_an_empty_box(
    many_lines: MakeInvoice, language: Language
) -> None:
    """The XML of these invoices has Latin letters alone: what the page says in Greek comes from the labels."""
    family = family_for(letters((language,)))
    assert {each for word in abroad().get(language, {}).values() for each in word} <= family.characters
    for languages in {(language,), ("fr", language)} - {("fr", "fr")}:
        pdf = printed(many_lines(2), languages=languages)
        assert glyphless(pdf) == set()
        assert [faults(boxes) for boxes in boxes_of(pdf)] == [[]]
        text = text_of(pdf)
        for key in ("due_date", "buyer", "total_gross", "original"):
            assert "".join(words((language,)).short(key).split()) in text, f"{key} in {languages}"


@pytest.mark.parametrize("name", ["Ελληνική Εταιρεία ΑΕ", "Българско дружество ЕООД", "Łódź Sp. z o.o. Þórður ß Ĳ"])
async def test_the_alphabets_of_the_union_are_printed(invoice: Invoice, renderer: Renderer, name: str) -> None:
    seller = invoice.seller.model_copy(update={"name": name})
    pdf = await renderer.render(invoice.model_copy(update={"seller": seller}), None, Appearance(), at=AT)
    text = text_of(pdf.content)
    assert "".join(name.split()) in text
    assert "\ufffd" not in text


def test_a_combined_letter_is_printed_as_one(invoice: Invoice) -> None:
    seller = invoice.seller.model_copy(update={"name": "Cafe\u0301 ﬁn\u00ad"})
    assert "Caféfin" in text_of(printed(invoice.model_copy(update={"seller": seller})))


def test_a_character_without_a_glyph_is_never_drawn_as_a_box(invoice: Invoice) -> None:
    with pytest.raises(BeyondFaces, match="漢"):
        printed(invoice.model_copy(update={"notes": (Note(text="Merci 漢"),)}))


def test_a_character_reference_in_the_xml_is_seen(invoice: Invoice) -> None:
    changed = invoice.model_copy(update={"notes": (Note(text="Ευχαριστώ"),)})
    content = write_invoice(changed).decode().encode("ascii", "xmlcharrefreplace")
    pdf = print_invoice(changed, OriginalXml(content), Appearance(), at=AT, room=9_000)
    assert "Ευχαριστώ" in text_of(pdf.content)


def test_faces_hold_what_they_say() -> None:
    family = family_for("Ωж")
    for face in (family.regular, family.semibold):
        assert {"é", "€", "Ω", "ж", "\u2212"} <= face.widths.keys()
        assert len({face.widths[figure] for figure in "0123456789"}) == 1
