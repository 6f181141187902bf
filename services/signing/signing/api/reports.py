"""`POST /v1/signature-reports`: what the signatures of a PDF are worth; nothing is stored or fetched."""

from fastapi import APIRouter, Request

from contracts import limits
from contracts.registration import Right
from mesh.auth import CurrentPrincipal
from mesh.errors import Invalid, Malformed, TooMany, UnsupportedMedia
from mesh.problems import responses
from signing.api.foreign_files import body_in_place
from signing.domain.report import SignatureReport
from signing.env import Env
from signing.errors import UnreadablePdf

routes = APIRouter(prefix="/v1", tags=["signature-reports"])

_PDF = "application/pdf"


@routes.post(
    "/signature-reports",
    responses=responses(Invalid, Malformed, TooMany, UnsupportedMedia),
    openapi_extra={
        "requestBody": {"required": True, "content": {_PDF: {"schema": {"type": "string", "format": "binary"}}}}
    },
    max_body_size=limits.UPLOAD_BODY,
)
async def report_signatures(request: Request, principal: CurrentPrincipal) -> SignatureReport:
    """Check every signature of a PDF (`application/pdf`) against the roots this installation trusts.

    A client needs the scope `archive:read`.
    """
    principal.require(Right.ARCHIVE_READ)
    principal.require_scope("archive:read")
    env: Env = request.app.state.env
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _PDF:
        raise UnsupportedMedia("NOT_A_PDF", "Send the file as application/pdf.")
    async with body_in_place(request, env.inspector, code=UnreadablePdf.code) as content:
        return await env.inspector.inspect(content)
