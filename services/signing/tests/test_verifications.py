"""Anybody may have a signed file checked, without a token: PDF and XML, ours and foreign, sound and tampered."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml.signer import XMLSigner
from signxml.xades.xades import XAdESSigner

from documents.ubl.invoice import write_invoice
from local_stack.pki.layout import Name
from mesh.http import create_app
from mesh.testing_tokens import TokenIssuer
from signing.api import ROUTERS
from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed
from signing.env import Env
from signing.sealer.xml_signatures import inspect_xml


@pytest.fixture
async def stranger(make_env: Callable[..., Awaitable[Env]]) -> AsyncIterator[httpx.AsyncClient]:
    """A client without any token."""
    authenticator, env = TokenIssuer().authenticator("signing"), await make_env()
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
