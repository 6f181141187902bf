"""Previews, certificates and signature reports over HTTP."""

import hashlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import httpx
import pikepdf
import pytest
from cryptography import x509

from contracts.ids import new_id
from contracts.registration import Role
from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from mesh.http import create_app
from mesh.testing_tokens import TokenIssuer
from signing.api import ROUTERS
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, Printed
from signing.env import Env
from signing.renderer.direct import print_invoice


@pytest.fixture
async def tokens() -> TokenIssuer:
    return TokenIssuer()


@pytest.fixture
async def door(make_env: Callable[..., Awaitable[Env]], tokens: TokenIssuer) -> AsyncIterator[httpx.AsyncClient]:
    env = await make_env()
    authenticator = tokens.authenticator("signing")
    app = create_app(
        title="signing", service="signing", routers=ROUTERS, authenticator=authenticator, state={"env": env}
    )
    headers = tokens.headers("signing", new_id(), Role.ACCOUNTANT, subject=new_id())
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://signing", headers=headers) as client:
        yield client
    await authenticator.keys.close()


async def test_a_preview_is_the_page_with_draft_on_it_and_no_xml_inside(door: httpx.AsyncClient, invoice: Any) -> None:
    answer = await door.post(
        "/v1/previews?language=en",
        content=invoice.model_dump_json(),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
    assert embedded_names(answer.content) == []


def embedded_names(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return list(document.attachments)


async def test_a_preview_takes_xml_too(door: httpx.AsyncClient, invoice: Any) -> None:
    answer = await door.post(
        "/v1/previews", content=write_invoice(invoice), headers={"content-type": "application/xml"}
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b'{"number": 1}', "application/json", 422, "INVALID_DOCUMENT"),
        (b"not json", "application/json", 422, "INVALID_DOCUMENT"),
        (b"<a/>", "application/xml", 422, "INVALID_DOCUMENT"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "application/xml", 422, "INVALID_DOCUMENT"),
        (b"%PDF-", "application/pdf", 415, "NOT_A_DOCUMENT"),
    ],
)
async def test_a_preview_of_something_else_is_refused(
    door: httpx.AsyncClient, body: bytes, media_type: str, status: int, code: str
) -> None:
    answer = await door.post("/v1/previews", content=body, headers={"content-type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_preview_says_which_characters_cannot_be_printed(door: httpx.AsyncClient, invoice: Any) -> None:
    smiling = invoice.model_copy(update={"buyer_reference": "😀"})
    answer = await door.post(
        "/v1/previews", content=smiling.model_dump_json(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "UNPRINTABLE_CHARACTER"
    assert "U+1F600" in answer.json()["detail"]


async def test_the_seal_shows_its_certificates_and_never_its_key(door: httpx.AsyncClient, pki: Any) -> None:
    answer = (await door.get("/v1/certificates")).json()
    assert (answer["kind"], answer["legal_countries"]) == ("technical", ["FR"])
    shown = [x509.load_pem_x509_certificate(each["pem"].encode()) for each in answer["chain"]]
    for certificate, issuer in pairwise(shown):
        certificate.verify_directly_issued_by(issuer)
    assert "PRIVATE" not in str(answer)


async def test_a_report_tells_a_good_seal_from_a_changed_one(
    door: httpx.AsyncClient, rendered: tuple[Printed, bytes], make_sealer: Any, pki: Any
) -> None:
    pdf, xml = rendered
    sealer = await make_sealer(pki)
    sealed = await sealer.seal(pdf, xml_sha256=hashlib.sha256(xml).hexdigest(), level=SealLevel.B_LT)
    headers = {"content-type": "application/pdf"}
    good = await door.post("/v1/signature-reports", content=sealed.content, headers=headers)
    assert good.json()["indication"] == "TOTAL_PASSED"
    assert good.json()["signatures"][0]["level"] == "B-LT"
    changed = bytearray(sealed.content)
    changed[len(pdf.content) // 2] ^= 1
    bad = await door.post("/v1/signature-reports", content=bytes(changed), headers=headers)
    assert bad.status_code == 422 or bad.json()["indication"] == "TOTAL_FAILED"


async def test_a_page_without_a_seal_is_told_from_a_sealed_one(door: httpx.AsyncClient, invoice: Invoice) -> None:
    page = print_invoice(invoice, None, Appearance(), at=datetime(2026, 11, 20, tzinfo=UTC))
    headers = {"content-type": "application/pdf"}
    unsigned = await door.post("/v1/signature-reports", content=page.content, headers=headers)
    assert unsigned.json() == {"indication": "TOTAL_FAILED", "signatures": []}


async def test_a_report_on_something_else_is_refused(door: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/pdf"}
    answer = await door.post("/v1/signature-reports", content=b"<html>", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "UNREADABLE_PDF")
    other = await door.post("/v1/signature-reports", content=b"x", headers={"content-type": "text/plain"})
    assert other.status_code == 415


@pytest.mark.parametrize("path", ["/v1/previews", "/v1/signature-reports"])
async def test_nobody_enters_without_a_token(door: httpx.AsyncClient, path: str) -> None:
    answer = await door.post(path, content=b"", headers={"authorization": ""})
    assert answer.status_code == 401
