"""The fast verifier finds every change, and is not taken in by what fits mathematically."""

import asyncio
import hashlib
import io
import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, EmbeddedFile, OriginalXml
from signing.domain.report import Indication
from signing.domain.sealing import SealedDocument
from signing.errors import SealNotVerified
from signing.hand_over import HandOver
from signing.renderer.direct import print_invoice
from signing.sealer import revision
from signing.sealer.direct import DirectSealer
from signing.sealer.inspection import inspect
from signing.verifier.faults import SealFault
from signing.verifier.original import verify_original
from signing.verifier.pdf_values import read_value

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
FLIPS = int(os.environ.get("FLIPS", "300"))
MakeSealer = Callable[..., Awaitable[DirectSealer]]


@dataclass(frozen=True)
class Case:
    """A sealed file, its XML's digest, and the roots."""

    content: bytes
    xml_sha256: str
    trusted: list[bytes]

    def verify(self, content: bytes) -> Any:
        return verify_original(content, xml_sha256=self.xml_sha256, trusted=self.trusted)


@pytest.fixture
async def case(invoice: Invoice, make_sealer: MakeSealer, pki: Any) -> Case:
    sealed = await seal(invoice, await make_sealer(pki), SealLevel.B_LTA)
    return Case(sealed.content, sealed.xml_sha256, pki.trusted())


async def seal(invoice: Invoice, sealer: DirectSealer, level: SealLevel) -> SealedDocument:
    xml = write_invoice(invoice)
    files = [EmbeddedFile("plan (1).txt", "text/plain", b"x" * 500), EmbeddedFile("Ωmega.csv", "text/csv", b"1;2")]
    printed = print_invoice(invoice, OriginalXml(xml), Appearance(), at=AT, room=9_000, attachments=files)
    return await sealer.seal(printed, xml_sha256=hashlib.sha256(xml).hexdigest(), level=level)


@pytest.mark.parametrize("level", list(SealLevel))
async def test_every_level_is_told_as_what_it_is(
    invoice: Invoice, make_sealer: MakeSealer, pki: Any, level: SealLevel
) -> None:
    sealed = await seal(invoice, await make_sealer(pki), level)
    report = verify_original(sealed.content, xml_sha256=sealed.xml_sha256, trusted=pki.trusted())
    (found,) = report.signatures
    assert (found.level, found.certificate_sha256) == (level, sealed.certificate_sha256)
    passes = Indication.TOTAL_PASSED if level.has_validation_data else Indication.INDETERMINATE
    assert report.indication is passes
    both = await HandOver(pki.trusted(), seconds=0).verified(sealed, one_pass=True, at=AT)
    assert {(check.by, check.level) for check in both} == {("navette", level.value), ("pyhanko", level.value)}


async def test_another_program_looks_at_the_first_seal_and_at_one_every_so_many_seconds(
    invoice: Invoice, make_sealer: MakeSealer, pki: Any
) -> None:
    sealed = await seal(invoice, await make_sealer(pki), SealLevel.B_LTA)
    hand_over = HandOver(pki.trusted(), seconds=3600)
    seen = [await hand_over.verified(sealed, one_pass=True, at=AT) for _ in range(2)]
    assert [[check.by for check in checks] for checks in seen] == [["navette", "pyhanko"], ["navette"]]


async def test_any_byte_that_is_changed_added_or_taken_away_is_found(case: Case) -> None:
    rng, size = random.Random(11), len(case.content)  # noqa: S311 - a sample
    places = range(size) if size <= FLIPS else sorted(rng.sample(range(size), FLIPS))
    unseen: list[str] = []
    for place in places:
        other = bytes([case.content[place] ^ 1 << rng.randrange(8)])
        before, after = case.content[:place], case.content[place + 1 :]
        for name, changed in (("changed", before + other + after), ("taken", before + after)):
            try:
                case.verify(changed)
            except SealFault:
                continue
            unseen.append(f"{place} {name}")
    assert unseen == []


async def test_padding_and_case_of_a_hole_are_demanded(case: Case) -> None:
    """Nothing covers a signature's own string, so what stands in it must have one form only."""
    content = case.content
    begin = content.index(b"/Contents <") + len(b"/Contents <")
    end = content.index(b">", begin)
    upper = content[:begin] + content[begin:end].upper() + content[end:]
    for forged in (upper, content[: end - 2] + b"41" + content[end:], content[: end - 1] + b" " + content[end:]):
        with pytest.raises(SealFault, match=r"HOLE_FORM|FILE_FORM"):
            case.verify(forged)


@pytest.mark.parametrize("tail", [b"\n", b"%", b"\0", b"%%EOF\n"])
async def test_nothing_may_follow_the_end(case: Case, tail: bytes) -> None:
    with pytest.raises(SealFault, match="END_OF_FILE"):
        case.verify(case.content + tail)


async def test_an_object_in_use_that_a_later_entry_frees_is_found(case: Case) -> None:
    """One reader would take the object, another would miss it."""
    sealed = case.content
    table = sealed.rindex(b"\ntrailer\n") + 1
    freed = int(sealed[sealed.rindex(b"xref\n", 0, table) :].split(maxsplit=2)[1]), b"0000000000 65535 f \n"
    with pytest.raises(SealFault, match="there twice"):
        case.verify(sealed[:table] + b"%d 1\n%b" % freed + sealed[table:])


async def test_a_swapped_xml_or_page_in_a_later_revision_is_found(case: Case) -> None:
    def xml(writer: IncrementalPdfFileWriter) -> None:
        specification: Any = writer.root["/AF"][0]
        stream = StreamObject(DictionaryObject({NameObject("/Type"): NameObject("/EmbeddedFile")}), stream_data=b"<x/>")
        reference = writer.add_object(stream)
        specification["/EF"] = DictionaryObject({NameObject("/F"): reference, NameObject("/UF"): reference})
        writer.update_container(specification)

    def page(writer: IncrementalPdfFileWriter) -> None:
        first: Any = writer.root["/Pages"]["/Kids"][0]
        first["/Contents"] = writer.add_object(StreamObject(stream_data=b"BT ET"))
        writer.update_container(first)

    for change in (xml, page):
        writer, out = IncrementalPdfFileWriter(io.BytesIO(case.content)), io.BytesIO()
        change(writer)
        writer.write(out)
        with pytest.raises(SealFault):
            case.verify(out.getvalue())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/DSS ", b"/Dss "),
        (b"/Subtype /Widget /FT /Sig /T (Archive)", b"/Subtype /Widget /FT /Sig /U (Archive)"),
        (b"/Rect [0 0 0 0] /P", b"/Rect [0 0 9 9] /P"),
        (b"/ExtensionLevel 5", b"/ExtensionLevel 4"),
    ],
)
async def test_the_revision_of_the_archive_stamp_may_hold_nothing_else(
    invoice: Invoice, make_sealer: MakeSealer, pki: Any, old: bytes, new: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An authority stamps whatever it is given, so a stamp over a forged revision fits mathematically."""

    def forging(self: Any, form: Any) -> bytes:
        return genuine(self, form).replace(old, new)

    genuine = revision._RevisionWriter.finished  # pyright: ignore[reportPrivateUsage] - the forger
    monkeypatch.setattr(revision._RevisionWriter, "finished", forging)  # pyright: ignore[reportPrivateUsage] - the forger
    sealed = await seal(invoice, await make_sealer(pki), SealLevel.B_LTA)
    with pytest.raises(SealFault, match=r"LATER_CHANGE|FILE_FORM"):
        verify_original(sealed.content, xml_sha256=sealed.xml_sha256, trusted=pki.trusted())


async def test_another_xml_another_root_and_another_time_are_refused(case: Case) -> None:
    with pytest.raises(SealFault, match="XML_MISMATCH"):
        verify_original(case.content, xml_sha256="0" * 64, trusted=case.trusted)
    with pytest.raises(SealFault, match="UNTRUSTED"):
        verify_original(case.content, xml_sha256=case.xml_sha256, trusted=[])
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with pytest.raises(SealFault, match="future"):
        verify_original(case.content, xml_sha256=case.xml_sha256, trusted=case.trusted, now=yesterday)


async def test_a_file_that_does_not_stand_is_handed_to_nobody(case: Case) -> None:
    sealed = SealedDocument(case.content[:-1], "f" * 64, case.xml_sha256, SealLevel.B_LTA, "0" * 64, AT)
    for one_pass in (True, False):
        with pytest.raises(SealNotVerified):
            await HandOver(case.trusted).verified(sealed, one_pass=one_pass, at=AT)


@given(st.binary(max_size=300), st.integers(0, 2**16))
@settings(max_examples=60)
def test_any_bytes_are_refused_and_never_break_the_verifier(noise: bytes, place: int) -> None:
    for content in (noise, b"%PDF-1.7\n" + noise + b"startxref\n%d\n%%%%EOF\n" % place):
        with pytest.raises(SealFault):
            verify_original(content, xml_sha256="0" * 64, trusted=[])


@pytest.mark.parametrize(
    "text", [b"<< /Key12 >>", b"<</Keytrue>>", b"<< /A 1 0 R 2 >>", b"<< /A /B /A 1 >>", b"[" * 40]
)
def test_what_could_be_read_in_two_ways_is_read_in_none(text: bytes) -> None:
    with pytest.raises(SealFault, match="FILE_FORM"):
        read_value(text, 0)


async def test_both_verifiers_agree_on_what_stands(case: Case) -> None:
    theirs = (await asyncio.to_thread(inspect, case.content, case.trusted)).signatures[0]
    ours = case.verify(case.content).signatures[0]
    assert (ours.level, ours.certificate_sha256, ours.stamped_at, ours.indication) == (
        theirs.level,
        theirs.certificate_sha256,
        theirs.stamped_at,
        theirs.indication,
    )
