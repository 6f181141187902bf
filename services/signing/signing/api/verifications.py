"""`POST /v1/verifications`: what the signatures of anybody's file are worth; nothing is stored or fetched."""

import hashlib
from typing import Literal

from fastapi import APIRouter, Request

from contracts import limits
from contracts.refs import Sha256
from mesh.bodies import Output
from mesh.errors import Invalid, UnsupportedMedia
from mesh.problems import responses
from signing.domain.report import Indication, SignatureFinding
from signing.env import Env
from signing.errors import UnreadablePdf

routes = APIRouter(prefix="/v1", tags=["verifications"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}


class Verification(Output):
    """What was found: the file's digest, the weakest indication of all its signatures, and each of them.

    `is_network_seal`: one of them is by a key that seals for this network now.
    """

    sha256: Sha256
    kind: Literal["pdf", "xml"]
    indication: Indication
    is_network_seal: bool
    signatures: tuple[SignatureFinding, ...]


@routes.post(
    "/verifications",
    responses=responses(Invalid, UnsupportedMedia),
    openapi_extra={"requestBody": {"required": True, "content": {"application/pdf": _BINARY, "text/xml": _BINARY}}},
    max_body_size=limits.UPLOAD_BODY,
)
async def verify_file(request: Request) -> Verification:
    """Check a signed PDF (PAdES) or XML (XML DSig, XAdES), sent as the body, against the roots trusted here."""
    env: Env = request.app.state.env
    content = await request.body()
    kind = kind_of(content)
    if kind is None:
        raise UnsupportedMedia("NOT_A_SIGNED_DOCUMENT", "Send a PDF or an XML document, as it came.")
    try:
        report = await env.inspector.inspect(content)
    except UnreadablePdf as error:
        raise Invalid("UNREADABLE_FILE", str(error)) from None
    return Verification(
        sha256=hashlib.sha256(content).hexdigest(),
        kind=kind,
        indication=report.indication,
        is_network_seal=any(each.certificate_sha256 in env.keys.certificates for each in report.signatures),
        signatures=report.signatures,
    )


def kind_of(content: bytes) -> Literal["pdf", "xml"] | None:
    """What the first bytes say."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    return "xml" if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" else None
