"""The direct seal says the same as the reference path, and an authority can't make it say anything else."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from asn1crypto import cms, core, tsp
from hypothesis import given
from hypothesis import strategies as st

from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from local_stack.pki.transport import Poster
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, OriginalXml, Printed
from signing.domain.report import Indication
from signing.errors import EmbeddedXmlMismatch, TsaUnavailable, UnreadablePdf
from signing.renderer.direct import print_invoice
from signing.sealer import der
from signing.sealer.authorities import TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.inspection import inspect
from signing.sealer.tokens import stamp

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
MakeSealer = Callable[..., Awaitable[DirectSealer]]


def with_room(invoice: Invoice, room: int = 9_000) -> tuple[Printed, str]:
    xml = write_invoice(invoice)
    printed = print_invoice(invoice, OriginalXml(xml), Appearance(), at=AT, room=room)
    return printed, hashlib.sha256(xml).hexdigest()


def signed_data(pdf: bytes) -> Any:
    """The CMS in the first signature's value."""
    start = pdf.index(b"/Contents <") + len(b"/Contents <")
    return cms.ContentInfo.load(bytes.fromhex(pdf[start : pdf.index(b">", start)].decode()))["content"]


@pytest.mark.parametrize("level", list(SealLevel))
async def test_both_paths_sign_the_same_attributes_with_the_same_algorithms(
    invoice: Invoice, make_sealer: MakeSealer, pki: Any, level: SealLevel
) -> None:
    sealer = await make_sealer(pki)
    (direct, sha256), (plain, _) = with_room(invoice), with_room(invoice, room=0)
    ours = signed_data((await sealer.seal(direct, xml_sha256=sha256, level=level)).content)
    theirs = signed_data((await sealer.seal(plain, xml_sha256=sha256, level=level)).content)

    def shape(signed: Any) -> dict[str, Any]:
        signer = signed["signer_infos"][0]
        attributes = {attribute["type"].native: attribute["values"].dump() for attribute in signer["signed_attrs"]}
        attributes.pop("message_digest")
        return {
            "version": signed["version"].native,
            "digests": signed["digest_algorithms"].dump(),
            "signer": signer["sid"].dump(),
            "algorithm": signer["signature_algorithm"]["algorithm"].native,
            "attributes": attributes,
            "unsigned": [attribute["type"].native for attribute in signer["unsigned_attrs"] or ()],
        }

    assert shape(ours) == shape(theirs)


async def test_a_byte_changed_anywhere_is_found(invoice: Invoice, make_sealer: MakeSealer, pki: Any) -> None:
    printed, sha256 = with_room(invoice)
    sealed = (await (await make_sealer(pki)).seal(printed, xml_sha256=sha256, level=SealLevel.B_LTA)).content
    hole = printed.form.hole if printed.form else (0, 0)
    # the header, the padding beside the value, which no signature covers, the last revision, and all over
    places = [6, hole[1] - 9, len(sealed) - 3, *range(11, len(sealed), len(sealed) // 16)]
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1
        try:
            report = await asyncio.to_thread(inspect, bytes(changed), pki.trusted())
        except UnreadablePdf:
            continue
        assert report.indication is not Indication.TOTAL_PASSED, f"byte {place}"


async def test_another_xml_than_the_printed_one_is_refused(invoice: Invoice, make_sealer: MakeSealer, pki: Any) -> None:
    printed, _ = with_room(invoice)
    with pytest.raises(EmbeddedXmlMismatch):
        await (await make_sealer(pki)).seal(printed, xml_sha256="0" * 64, level=SealLevel.B_B)


async def test_a_room_too_small_waits_for_a_larger_one(invoice: Invoice, make_sealer: MakeSealer, pki: Any) -> None:
    sealer = await make_sealer(pki)
    printed, sha256 = with_room(invoice, room=1_500)
    with pytest.raises(TsaUnavailable, match="too long for its room"):
        await sealer.seal(printed, xml_sha256=sha256, level=SealLevel.B_T)
    again, _ = with_room(invoice, room=sealer.room)
    assert (await sealer.seal(again, xml_sha256=sha256, level=SealLevel.B_T)).level is SealLevel.B_T


class LyingAuthority(httpx.AsyncBaseTransport):
    """An authority between the honest one and us that changes what it asks or answers."""

    def __init__(self, honest: httpx.AsyncBaseTransport, on_request: Any = None, on_answer: Any = None) -> None:
        self._honest, self._on_request, self._on_answer = honest, on_request, on_answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        if self._on_request:
            body = self._on_request(body)
        answer = await self._honest.handle_async_request(
            httpx.Request("POST", request.url, content=body, headers={"content-type": "application/timestamp-query"})
        )
        content = await answer.aread()
        return httpx.Response(200, content=self._on_answer(content) if self._on_answer else content)


def with_other_digest(request: bytes) -> bytes:
    parsed: Any = tsp.TimeStampReq.load(request)
    parsed["message_imprint"]["hashed_message"] = bytes(range(32))
    return parsed.dump(force=True)


def with_other_nonce(request: bytes) -> bytes:
    parsed: Any = tsp.TimeStampReq.load(request)
    parsed["nonce"] = 7
    return parsed.dump(force=True)


def refusing(_: bytes) -> bytes:
    return der.element(der.SEQUENCE, der.element(der.SEQUENCE, der.integer(2)))


def cut_off(answer: bytes) -> bytes:
    return answer[:-9]


def empty(_: bytes) -> bytes:
    return der.element(der.SEQUENCE)


LIES: dict[str, dict[str, Any]] = {
    "something else was stamped": {"on_request": with_other_digest},
    "it does not repeat the nonce": {"on_request": with_other_nonce},
    "it refuses to stamp": {"on_answer": refusing},
    "DER": {"on_answer": cut_off},
    "no usable token": {"on_answer": empty},
}


@pytest.mark.parametrize("words", LIES)
async def test_an_authority_that_lies_is_not_believed(pki: Any, words: str) -> None:
    probe = await TimeStampAuthority("http://pki.test/tsa", Poster(pki.transport)).probe()
    liar = TimeStampAuthority("http://pki.test/tsa", Poster(LyingAuthority(pki.transport, **LIES[words])))
    with pytest.raises(TsaUnavailable, match=words):
        await stamp(liar, probe, hashlib.sha256(b"").digest())


@given(st.binary(max_size=80))
def test_any_bytes_are_der_or_refused(data: bytes) -> None:
    try:
        found = der.read(data)
        list(found.members())
    except ValueError:
        return
    assert found.der == data[: found.end]


@given(st.integers(0, 2**200))
def test_integers_are_written_as_everybody_reads_them(value: int) -> None:
    assert core.Integer.load(der.integer(value)).native == value
    assert core.Integer(value).dump() == der.integer(value)


@given(st.lists(st.integers(0, 2**40), max_size=6))
def test_identifiers_are_written_as_everybody_reads_them(arcs: list[int]) -> None:
    dotted = ".".join(map(str, (1, 2, *arcs)))
    assert core.ObjectIdentifier(dotted).dump() == der.identifier(dotted)


@given(st.binary(max_size=70_000))
def test_lengths_are_written_in_their_shortest_form(content: bytes) -> None:
    assert core.OctetString(content).dump() == der.element(der.OCTET_STRING, content)


async def test_secrets_in_an_authority_s_address_are_used_and_never_told(pki: Any) -> None:
    asked: list[httpx.Request] = []

    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request)
            raise httpx.ConnectError(f"no route to {request.url}", request=request)

    authority = TimeStampAuthority("http://user:pass@pki.test:8318/tsa/k3y?token=s3cret", Poster(Silent()))
    with pytest.raises(TsaUnavailable) as told:
        await authority.probe()
    assert str(told.value) == "pki.test:8318: ConnectError"
    assert asked[0].headers["authorization"] == "Basic dXNlcjpwYXNz"
    assert str(asked[0].url) == "http://pki.test:8318/tsa/k3y?token=s3cret"
