"""The HTTP face of the PKI.

POST /tsa                      RFC 3161 §3.4, application/timestamp-query
GET  /crl/<authority>.crl      RFC 5280, application/pkix-crl
POST /ocsp, GET /ocsp/<base64> RFC 6960 appendix A
GET  /certificates/<name>.cer  DER certificates of the authorities; /trust.pem the root
GET  /healthz
"""

import base64
import binascii
from collections.abc import Callable
from urllib.parse import unquote

import uvicorn
from cryptography.hazmat.primitives import serialization
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from local_stack.pki.layout import AUTHORITIES, Layout, Name
from local_stack.pki.revocation import Revocation
from local_stack.pki.timestamps import MAX_REQUEST, TimeStampUnit
from local_stack.pki.vault import load


def application(layout: Layout) -> Starlette:
    """The ASGI application over one PKI directory."""
    identities = load(layout)
    revocation = Revocation(layout, identities)
    unit = TimeStampUnit(identities[Name.TSA], [identities[Name.TSA_CA].certificate])
    ders: dict[str, bytes] = {
        name: identities[name].certificate.public_bytes(serialization.Encoding.DER) for name in AUTHORITIES
    }

    async def stamp(request: Request) -> Response:
        return await _answer(request, unit.answer, "application/timestamp-reply")

    async def status(request: Request) -> Response:
        return await _answer(request, revocation.ocsp, "application/ocsp-response")

    async def status_by_path(request: Request) -> Response:
        try:
            asked = base64.b64decode(unquote(str(request.path_params["asked"])), validate=True)
        except binascii.Error:
            return PlainTextResponse("not base64", 400)
        return Response(revocation.ocsp(asked), media_type="application/ocsp-response")

    async def crl(request: Request) -> Response:
        authority = str(request.path_params["authority"])
        if authority not in AUTHORITIES:
            return PlainTextResponse("no such authority", 404)
        return Response(revocation.crl(Name(authority)), media_type="application/pkix-crl")

    async def certificate(request: Request) -> Response:
        der = ders.get(str(request.path_params["name"]))
        return Response(der, media_type="application/pkix-cert") if der else PlainTextResponse("unknown", 404)

    async def trust(_: Request) -> Response:
        return Response(layout.trust.read_bytes(), media_type="application/x-pem-file")

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[
            Route("/tsa", stamp, methods=["POST"]),
            Route("/ocsp", status, methods=["POST"]),
            Route("/ocsp/{asked:path}", status_by_path),
            Route("/crl/{authority}.crl", crl),
            Route("/certificates/{name}.cer", certificate),
            Route("/trust.pem", trust),
            Route("/healthz", health),
        ]
    )


async def _answer(request: Request, responder: Callable[[bytes], bytes], media_type: str) -> Response:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_REQUEST:
            return PlainTextResponse("too large", 413)
    return Response(responder(body), media_type=media_type)


def serve(layout: Layout, host: str, port: int) -> None:
    """Answers until it is told to stop."""
    uvicorn.run(application(layout), host=host, port=port, access_log=False, log_level="warning")
