"""Anybody may have a signed file checked, without a token: PDF and XML, ours and foreign, sound and tampered."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.signer import XMLSigner
from signxml.xades.xades import XAdESSigner

from contracts import limits
from documents.ubl.invoice import write_invoice
from local_stack.pki.layout import Name
from local_stack.pki.revocation import revoke
from mesh.http import create_app
from mesh.testing_tokens import TokenIssuer
from signing.api import ROUTERS
from signing.credentials import load_pem
from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed
from signing.env import Env
from signing.errors import UnreadablePdf
from signing.keyring import KeyRing
from signing.own_seals import is_network_seal
from signing.sealer.inspection import inspect
from signing.sealer.inspector import Inspector
from signing.sealer.revocation import RevocationCache
from signing.sealer.xml_signatures import inspect_xml


@pytest.fixture
async def env(make_env: Callable[..., Awaitable[Env]]) -> Env:
    return await make_env()


@pytest.fixture
async def stranger(env: Env) -> AsyncIterator[httpx.AsyncClient]:
    """A client without any token."""
    authenticator = TokenIssuer().authenticator("signing")
    app = create_app(
        title="signing", service="signing", routers=ROUTERS, authenticator=authenticator, state={"env": env}
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://signing") as client:
        yield client
    await authenticator.keys.close()


@pytest.fixture
def signed(pki: Any, invoice: Any) -> Callable[[Any], bytes]:
    """A UBL invoice signed by the seal's key, with XML DSig or XAdES."""
    key: Any = serialization.load_pem_private_key(pki.layout.key(Name.SEAL).read_bytes(), None)
    chain = x509.load_pem_x509_certificates(pki.layout.seal_chain.read_bytes())

    def sign(signer: Any, **terms: Any) -> bytes:
        made = signer.sign(etree.fromstring(write_invoice(invoice)), key=key, cert=chain, **terms)
        return etree.tostring(made)

    return sign


def dsig() -> Any:
    return XMLSigner(signature_algorithm="ecdsa-sha256", digest_algorithm="sha256")


def xades() -> Any:
    return XAdESSigner(signature_algorithm="ecdsa-sha256", digest_algorithm="sha256")


@pytest.mark.parametrize("signer", [dsig, xades])
def test_a_signed_xml_is_intact_and_one_changed_letter_is_found(
    signer: Callable[[], Any], signed: Any, pki: Any
) -> None:
    content = signed(signer())
    (found,) = inspect_xml(content, pki.trusted()).signatures
    # nothing in the file says that the certificate was not revoked
    assert (found.is_intact, found.indication, found.reason) == (True, "INDETERMINATE", "TRY_LATER")
    (stranger,) = inspect_xml(content, ()).signatures
    assert (stranger.is_intact, stranger.reason) == (True, "NO_CERTIFICATE_CHAIN_FOUND")
    changed = content.replace(b"FA-2026-000412", b"FA-2026-000413", 1)
    assert changed != content
    (found,) = inspect_xml(changed, pki.trusted()).signatures
    assert (found.is_intact, found.indication, found.reason) == (False, "TOTAL_FAILED", "HASH_FAILURE")


def signed_part(pki: Any) -> bytes:
    """`<part>` and a signature over it alone, inside it."""
    key: Any = serialization.load_pem_private_key(pki.layout.key(Name.SEAL).read_bytes(), None)
    chain = x509.load_pem_x509_certificates(pki.layout.seal_chain.read_bytes())
    part = etree.fromstring(b'<part Id="part"><total>10</total></part>')
    made: Any = XMLSigner(signature_algorithm="ecdsa-sha256").sign(part, key=key, cert=chain, reference_uri="part")
    return etree.tostring(made)


def test_a_signature_over_a_part_says_nothing_of_the_document(pki: Any) -> None:
    content = b"<book>" + signed_part(pki) + b"<more/></book>"
    (found,) = inspect_xml(content, pki.trusted()).signatures
    assert (found.indication, found.reason) == ("TOTAL_FAILED", "PART_OF_DOCUMENT")


async def test_our_own_original_passes_and_a_tampered_copy_says_why(
    stranger: httpx.AsyncClient, make_sealer: Any, pki: Any, rendered: tuple[Printed, bytes]
) -> None:
    printed, xml = rendered
    sealer = await make_sealer(pki)
    sealed = await sealer.seal(printed, xml_sha256=hashlib.sha256(xml).hexdigest(), level=SealLevel.B_LTA)
    told = (await stranger.post("/v1/verifications", content=sealed.content)).json()
    assert (told["kind"], told["indication"], told["is_network_seal"]) == ("pdf", "TOTAL_PASSED", True)
    assert told["sha256"] == sealed.sha256
    changed = bytearray(sealed.content)
    changed[len(changed) // 3] ^= 1
    told = (await stranger.post("/v1/verifications", content=bytes(changed))).json()
    assert told["indication"] == "TOTAL_FAILED"
    assert told["signatures"][0]["reason"] == "HASH_FAILURE"


async def test_an_xml_is_checked_without_a_token_too(stranger: httpx.AsyncClient, signed: Any) -> None:
    answer = await stranger.post("/v1/verifications", content=signed(xades()))
    assert answer.status_code == 200, answer.text
    assert answer.json()["kind"] == "xml"
    assert answer.json()["signatures"][0]["is_intact"] is True


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"hello", 415, "NOT_A_SIGNED_DOCUMENT"),
        (b"%PDF-1.7 nothing", 422, "UNREADABLE_FILE"),
        (b"<a><b></a>", 422, "UNREADABLE_FILE"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 422, "UNREADABLE_FILE"),
    ],
)
async def test_what_is_no_signed_document_gets_a_typed_answer(
    stranger: httpx.AsyncClient, content: bytes, status: int, code: str
) -> None:
    answer = await stranger.post("/v1/verifications", content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_file_without_signatures_fails_and_has_none(stranger: httpx.AsyncClient) -> None:
    told = (await stranger.post("/v1/verifications", content=b"<a/>")).json()
    assert (told["indication"], told["signatures"]) == ("TOTAL_FAILED", [])


async def test_one_stranger_fills_the_places_of_strangers_and_no_others(env: Env, stranger: httpx.AsyncClient) -> None:
    async with AsyncExitStack() as taken:
        for _ in range(4):
            await taken.enter_async_context(env.strangers_inspector.place())
        read: list[bytes] = []

        async def body() -> AsyncIterator[bytes]:
            read.append(b"<a/>")
            yield b"<a/>"

        answer = await stranger.post("/v1/verifications", content=body())
        assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_FILES")
        assert int(answer.headers["retry-after"]) > 0
        assert read == []  # its bytes were not even taken
        async with env.inspector.place():
            assert (await env.inspector.inspect(b"<a/>")).signatures == ()
    assert (await stranger.post("/v1/verifications", content=b"<a/>")).status_code == 200


async def test_a_stranger_s_file_may_not_be_as_large_as_an_upload(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post("/v1/verifications", content=b"<" + b"a" * limits.VERIFICATION_BODY)
    assert answer.status_code == 413


async def test_what_the_child_writes_is_bounded(pki: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signing.sealer.inspector.MAX_ANSWER", 10)
    with pytest.raises(UnreadablePdf, match="more signatures"):
        await Inspector(pki.layout.trust).inspect(b"<a/>")


async def test_our_certificate_in_a_file_that_our_key_did_not_sign_is_not_our_seal(
    env: Env, stranger: httpx.AsyncClient, signed: Any
) -> None:
    genuine = signed(xades())
    told = (await stranger.post("/v1/verifications", content=genuine)).json()
    assert (told["is_network_seal"], told["signatures"][0]["is_network_seal"]) == (True, True)
    forged = genuine.replace(b"FA-2026-000412", b"FA-2026-000413", 1)
    told = (await stranger.post("/v1/verifications", content=forged)).json()
    assert (told["is_network_seal"], told["signatures"][0]["is_network_seal"]) == (False, False)


async def test_a_seal_by_a_revoked_certificate_of_ours_is_not_told_as_ours(
    revocable_pki: Any, make_sealer: Any, rendered: tuple[Printed, bytes]
) -> None:
    printed, xml = rendered
    sealer = await make_sealer(revocable_pki)
    sealed = await sealer.seal(printed, xml_sha256=hashlib.sha256(xml).hexdigest(), level=SealLevel.B_LTA)
    key = load_pem(revocable_pki.layout.key(Name.SEAL), revocable_pki.layout.seal_chain)
    ring = KeyRing()
    ring.put(None, sealer, (key.certificate, *key.chain))
    (found,) = (await asyncio.to_thread(inspect, sealed.content, revocable_pki.trusted())).signatures
    async with httpx.AsyncClient(transport=revocable_pki.transport) as client:
        revocation = RevocationCache(client, revocable_pki.issuers())
        await revocation.cover((key.certificate,))
        assert is_network_seal(found, ring, revocation)
        revoke(revocable_pki.layout, Name.SEAL)
        revocation.forget()
        await revocation.cover((key.certificate,))
        assert not is_network_seal(found, ring, revocation)


def told_of(content: bytes, pki: Any) -> tuple[bool, str, str | None]:
    (found,) = inspect_xml(content, pki.trusted()).signatures
    return found.is_intact, found.indication.value, found.reason


@pytest.mark.parametrize("beside", [b"<?pay to='somebody'?>", b"<!-- paid -->"])
def test_what_stands_beside_the_root_is_never_called_intact(signed: Any, pki: Any, beside: bytes) -> None:
    content = signed(dsig())
    for other in (beside + content, content + beside):
        assert told_of(other, pki) == (False, "INDETERMINATE", "BESIDE_THE_ROOT")


@pytest.mark.parametrize("without", ["{*}*", "{*}SignatureValue", "{*}KeyInfo", "{*}SignedInfo/{*}*"])
def test_a_signature_that_cannot_be_verified_fails_by_its_form(signed: Any, pki: Any, without: str) -> None:
    root: Any = etree.fromstring(signed(dsig()))
    for part in root.findall(f".//{{http://www.w3.org/2000/09/xmldsig#}}Signature/{without}"):
        part.getparent().remove(part)
    assert told_of(etree.tostring(root), pki) == (False, "TOTAL_FAILED", "FORMAT_FAILURE")


@pytest.mark.parametrize(
    ("known", "foreign"),
    [
        (b"http://www.w3.org/2000/09/xmldsig#enveloped-signature", b"http://www.w3.org/2002/06/xmldsig-filter2"),
        (b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2001/04/xmlenc#ripemd160"),
        (
            b"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            b"http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
        ),
    ],
)
def test_what_is_signed_in_a_way_unknown_here_is_not_called_changed(
    signed: Any, pki: Any, known: bytes, foreign: bytes
) -> None:
    content = signed(dsig())
    assert known in content
    assert told_of(content.replace(known, foreign), pki) == (False, "INDETERMINATE", "UNKNOWN_ALGORITHM")


def test_dates_are_judged_after_the_mathematics(pki: Any) -> None:
    """A forged document beside an expired certificate is a forged document."""
    key, long_ago = ec.generate_private_key(ec.SECP256R1()), datetime(2020, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Expired")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, long_ago, long_ago + timedelta(days=30))
    certificate = builder.sign(key, hashes.SHA256())
    made: Any = dsig().sign(etree.fromstring(b"<a><b>1</b></a>"), key=key, cert=[certificate])
    content = etree.tostring(made)
    assert told_of(content, pki)[0] is True
    assert told_of(content.replace(b"<b>1", b"<b>2"), pki) == (False, "TOTAL_FAILED", "HASH_FAILURE")
