"""The supplier's picture and colour, and the code by which an original is found again."""

import hashlib
import io
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from signing.domain.rendering import Appearance, OriginalXml, Renderer
from signing.domain.short_code import digest_prefix, grouped, short_code
from signing.renderer.direct import print_invoice
from signing.renderer.ink.qr import MODULE, Codes
from signing.renderer.pdf.picture import BOX, UnusablePicture, picture
from signing.renderer.typeset import TypstRenderer

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
ADDRESS = "https://navette.example/v/"


def drawn(mode: str, kind: str = "PNG", size: tuple[int, int] = (60, 20), **saving: object) -> bytes:
    image = Image.new(mode, size)
    image.paste(image.getpixel((0, 0)) or 0, (0, 0, *size))
    out = io.BytesIO()
    image.save(out, kind, **saving)
    return out.getvalue()


PICTURES = {
    "PNG with holes": drawn("RGBA"),
    "PNG of a palette": drawn("P"),
    "grey PNG": drawn("L"),
    "a huge PNG": drawn("RGB", size=(1900, 1500)),
    "JPEG": drawn("RGB", "JPEG"),
    "JPEG in inks": drawn("CMYK", "JPEG"),
    "JPEG with a profile": drawn("RGB", "JPEG", icc_profile=b"\0" * 200),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_logo_fits_its_box_and_keeps_its_colours_within_what_pdf_a_allows(name: str) -> None:
    made = picture(PICTURES[name])
    assert max(made.width / BOX[0], made.height / BOX[1]) == pytest.approx(1, abs=0.01)
    for entries, data in made.objects:
        assert b"/DeviceRGB" in entries or b"/DeviceGray" in entries
        assert data


@pytest.mark.parametrize("content", [b"", b"GIF89a", drawn("RGBA")[:60]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnusablePicture):
        picture(content)


@pytest.mark.parametrize("way", ["direct", "typst"])
async def test_the_logo_stands_on_the_page_and_the_name_in_its_place_only_without(
    invoice: Invoice, typst: TypstRenderer, renderer: Renderer, way: str
) -> None:
    xml, ways = OriginalXml(write_invoice(invoice)), {"direct": renderer, "typst": typst}
    for logo, expected in ((PICTURES["PNG with holes"], 1), (b"broken", 0), (b"", 0)):
        made = await ways[way].render(invoice, xml, Appearance(logo=logo, verify_url=ADDRESS), at=AT)
        with pikepdf.open(io.BytesIO(made.content)) as pdf:
            assert len(pdf.pages[0].get_images()) == expected
        document = pypdfium2.PdfDocument(made.content)
        text = "".join(document[0].get_textpage().get_text_bounded().split())
        document.close()
        assert text.count("".join(invoice.seller.name.split())) == 2 - expected
        assert grouped(short_code(hashlib.sha256(xml.content).hexdigest())) in text


def matrix(path: str, modules: int) -> list[list[bool]]:
    """The modules that a path fills."""
    rows = [[False] * modules for _ in range(modules)]
    for x, y, width, height in re.findall(r"(-?\d+) (-?\d+) (-?\d+) (-?\d+) re", path):
        assert int(height) == -MODULE
        for place in range(int(width) // MODULE):
            rows[-int(y) // MODULE][int(x) // MODULE + place] = True
    return rows


@pytest.mark.parametrize("address", [ADDRESS, "https://demo.navette.localhost:8443/v/"])
def test_a_qr_code_is_the_one_that_a_library_draws(address: str) -> None:
    codes, rng = Codes(address), random.Random(3)  # noqa: S311 - samples
    prefix = address.upper() if len(address) % 2 == 0 else address.upper() + "-"
    for _ in range(40):
        code = short_code(f"{rng.getrandbits(256):064x}")
        theirs = segno.make(prefix + code, error="m", mode="alphanumeric", micro=False, boost_error=False, mask=2)
        assert matrix(codes.path(code, 0, 0), codes.modules) == [[bool(dark) for dark in row] for row in theirs.matrix]


def test_an_address_that_no_qr_code_could_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="alphanumeric"):
        Codes("https://navette_test.example/v/")


@given(st.binary(min_size=32, max_size=32))
def test_a_code_leads_back_to_the_digest_however_it_is_typed(digest: bytes) -> None:
    code = grouped(short_code(digest.hex()))
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("1", "l").replace("0", "o")):
        assert digest_prefix(typed) == digest.hex()[:15]


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM-3XRD-9TWU", "K7QM3XRD9TWFK"])
def test_what_is_no_code_is_known_as_such(typed: str) -> None:
    assert digest_prefix(typed) is None


def test_pages_with_one_logo_begin_with_the_same_bytes(many_lines: Callable[[int], Invoice]) -> None:
    logo = PICTURES["JPEG"]
    one, other = (
        print_invoice(invoice, OriginalXml(write_invoice(invoice)), Appearance(logo=logo), at=AT, room=9_000).content
        for invoice in (many_lines(1), many_lines(2))
    )
    assert one[: len(logo)] == other[: len(logo)]
    assert logo in one
