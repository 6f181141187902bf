"""`POST /v1/verifications`: what the signatures of anybody's file are worth; nothing is stored or fetched."""

import hashlib
from typing import Literal

from fastapi import APIRouter, Request

from contracts import limits
from contracts.refs import Sha256
from mesh.bodies import Output
from mesh.errors import Invalid, Malformed, TooMany, UnsupportedMedia
from mesh.problems import responses
from signing.api.foreign_files import body_in_place
from signing.domain.report import Indication, SignatureFinding
from signing.env import Env
from signing.own_seals import is_network_seal

routes = APIRouter(prefix="/v1", tags=["verifications"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}


class CheckedSignature(SignatureFinding):
    """One signature. `is_network_seal`: it stands, and is by a key that seals for this network now."""

    is_network_seal: bool


class Verification(Output):
    """What was found: the file's digest, the weakest indication of all its signatures, and each of them.

    `is_network_seal`: one of them is.
    """

    sha256: Sha256
    kind: Literal["pdf", "xml"]
    indication: Indication
    is_network_seal: bool
    signatures: tuple[CheckedSignature, ...]


@routes.post(
    "/verifications",
    responses=responses(Invalid, Malformed, TooMany, UnsupportedMedia),
    openapi_extra={"requestBody": {"required": True, "content": {"application/pdf": _BINARY, "text/xml": _BINARY}}},
    max_body_size=limits.VERIFICATION_BODY,
)
async def verify_file(request: Request) -> Verification:
    """Check a signed PDF (PAdES) or XML (XML DSig, XAdES), sent as the body, against the roots trusted here."""
    env: Env = request.app.state.env
    async with body_in_place(request, env.strangers_inspector, code="UNREADABLE_FILE") as content:
        kind = kind_of(content)
        if kind is None:
            raise UnsupportedMedia("NOT_A_SIGNED_DOCUMENT", "Send a PDF or an XML document, as it came.")
        report = await env.strangers_inspector.inspect(content)
    signatures = tuple(
        CheckedSignature(**dict(found), is_network_seal=is_network_seal(found, env.keys, env.revocation))
        for found in report.signatures
    )
    return Verification(
        sha256=hashlib.sha256(content).hexdigest(),
        kind=kind,
        indication=report.indication,
        is_network_seal=any(each.is_network_seal for each in signatures),
        signatures=signatures,
    )


def kind_of(content: bytes) -> Literal["pdf", "xml"] | None:
    """What the first bytes say."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    return "xml" if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" else None
