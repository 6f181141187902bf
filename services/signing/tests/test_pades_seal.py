"""A seal reaches the level it states, and nothing but the validated bytes is ever sealed."""

import asyncio
import gc
import hashlib
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto.core import Asn1Value
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from local_stack.pki.layout import Name
from local_stack.pki.revocation import revoke
from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed
from signing.domain.report import Changes, Indication, SignatureReport
from signing.errors import CredentialProblem, EmbeddedXmlMismatch, RevocationUnavailable, TsaUnavailable, UnreadablePdf
from signing.sealer.attachments import embedded_xml
from signing.sealer.direct import DirectSealer
from signing.sealer.inspection import inspect

MakeSealer = Callable[..., Awaitable[DirectSealer]]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def report_on(pdf: bytes, pki: Any) -> SignatureReport:
    return await asyncio.to_thread(inspect, pdf, pki.trusted())


@pytest.mark.parametrize("level", list(SealLevel))
async def test_a_seal_holds_what_its_level_promises(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any, level: SealLevel
) -> None:
    pdf, xml = rendered
    sealed = await (await make_sealer(pki)).seal(pdf, xml_sha256=sha256(xml), level=level)
    report = await report_on(sealed.content, pki)
    found = report.signatures[0]
    assert (found.level, sealed.level) == (level, level)
    assert found.is_intact
    assert found.is_certification
    assert found.certificate_sha256 == sealed.certificate_sha256
    # below B-LT the file brings no revocation data, so nobody can decide from the file alone
    expected = Indication.TOTAL_PASSED if level.has_validation_data else Indication.INDETERMINATE
    assert report.indication is expected, found.reason


async def test_the_sealed_file_is_the_rendered_file_with_the_seal_in_its_room_or_after_it(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    sealed = await (await make_sealer(pki)).seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    after = pdf.form.hole[1] if pdf.form else len(pdf.content)
    if pdf.form:
        assert sealed.content[: pdf.form.signing_time] == pdf.content[: pdf.form.signing_time]
    else:
        assert sealed.content.startswith(pdf.content)
    assert sealed.content[after : len(pdf.content)] == pdf.content[after:]
    assert sealed.sha256 == sha256(sealed.content)
    assert embedded_xml(sealed.content) == xml


async def test_the_time_of_a_seal_is_the_authority_s(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    sealed = await (await make_sealer(pki)).seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    found = (await report_on(sealed.content, pki)).signatures[0]
    assert found.stamped_at == sealed.sealed_at
    assert abs(datetime.now(UTC) - sealed.sealed_at) < timedelta(minutes=5)


async def test_other_xml_than_the_validated_one_is_never_sealed(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    with pytest.raises(EmbeddedXmlMismatch, match="the validated one"):
        await (await make_sealer(pki)).seal(pdf, xml_sha256=sha256(xml + b" "), level=SealLevel.B_LT)


async def test_what_is_no_pdf_is_refused(make_sealer: MakeSealer, pki: Any) -> None:
    with pytest.raises(UnreadablePdf):
        await (await make_sealer(pki)).seal(Printed(b"<html>"), xml_sha256="0" * 64, level=SealLevel.B_B)


async def test_one_seal_asks_the_authority_once_after_the_first(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    sealer = await make_sealer(pki)
    await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    pki.transport.asked.clear()
    await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    assert pki.transport.asked == {"/tsa": 1}
    pki.transport.asked.clear()
    await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LTA)
    assert pki.transport.asked == {"/tsa": 2}


async def test_another_authority_stamps_when_the_first_is_down(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    pki.transport.down = {"/tsa"}
    sealer = await make_sealer(pki, "/tsa", "/spare")
    sealed = await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    assert (await report_on(sealed.content, pki)).indication is Indication.TOTAL_PASSED
    pki.transport.asked.clear()
    await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    assert pki.transport.asked["/tsa"] == 0, "an authority that failed a moment ago is asked last"


async def test_without_any_authority_nothing_is_sealed(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    pki.transport.down = {"/tsa", "/spare"}
    with pytest.raises(TsaUnavailable, match="ConnectError"):
        await (await make_sealer(pki, "/tsa", "/spare")).seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_T)


async def test_sealing_goes_on_while_lists_are_current_and_their_source_is_down(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    sealer = await make_sealer(pki)
    await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    pki.transport.down = {"/crl", "/ocsp"}
    sealed = await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    assert (await report_on(sealed.content, pki)).indication is Indication.TOTAL_PASSED


async def test_without_revocation_data_no_long_term_seal_is_made(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    pki.transport.down = {"/crl", "/ocsp"}
    with pytest.raises(RevocationUnavailable, match="ConnectError"):
        await (await make_sealer(pki)).seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)


async def test_ocsp_serves_where_lists_are_down(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    pki.transport.down = {"/crl/issuing"}
    sealed = await (await make_sealer(pki)).seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    assert pki.transport.asked["/ocsp"] == 1
    assert (await report_on(sealed.content, pki)).indication is Indication.TOTAL_PASSED


async def test_a_revoked_certificate_refuses_to_seal(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, revocable_pki: Any
) -> None:
    pdf, xml = rendered
    revoke(revocable_pki.layout, Name.SEAL)
    sealer = await make_sealer(revocable_pki)
    with pytest.raises(CredentialProblem, match="revoked"):
        await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)


async def test_seals_run_side_by_side(rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any) -> None:
    pdf, xml = rendered
    sealer = await make_sealer(pki)
    seals = await asyncio.gather(*(sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT) for _ in range(6)))
    reports = [await report_on(sealed.content, pki) for sealed in seals]
    assert {report.indication for report in reports} == {Indication.TOTAL_PASSED}


def _parsed(kept: object) -> list[object]:
    """Everything of asn1crypto that an object of ours leads to; it parses in place, so two threads may not share it."""
    seen, found, ahead = {id(kept)}, list[object](), [kept]
    while ahead:
        current = ahead.pop()
        if isinstance(current, Asn1Value):
            found.append(current)
        elif type(current).__module__.startswith(("signing.", "builtins")) and not isinstance(current, type):
            new = [each for each in gc.get_referents(current) if id(each) not in seen]
            seen.update(id(each) for each in new)
            ahead += new
    return found


async def test_two_seals_share_nothing_that_is_parsed_while_it_is_read(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    sealer = await make_sealer(pki)
    await sealer.seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LTA)
    assert _parsed(sealer) == []


async def test_any_changed_byte_of_the_page_is_found(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    sealed = await (await make_sealer(pki)).seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LTA)
    size = len(pdf.content)
    for place in (size // 3, size // 2, 20):
        changed = bytearray(sealed.content)
        changed[place] ^= 1
        try:
            report = await report_on(bytes(changed), pki)
        except UnreadablePdf:
            continue
        assert report.indication is Indication.TOTAL_FAILED


async def test_a_later_revision_that_changes_something_is_found(
    rendered: tuple[Printed, bytes], make_sealer: MakeSealer, pki: Any
) -> None:
    pdf, xml = rendered
    sealed = await (await make_sealer(pki)).seal(pdf, xml_sha256=sha256(xml), level=SealLevel.B_LT)
    report = await report_on(with_other_page_content(sealed.content), pki)
    assert report.signatures[0].changes_after is Changes.OTHER
    assert report.indication is Indication.TOTAL_FAILED


def with_other_page_content(pdf: bytes) -> bytes:
    """Append a revision with an empty first page, as a forger would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(StreamObject(stream_data=b" "))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
