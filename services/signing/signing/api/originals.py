"""`GET /v1/originals/{code}`: whose invoice the short code on a printed page is."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request

from contracts.refs import Sha256
from contracts.registration import Right
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import NotFound
from mesh.problems import responses
from signing.domain.short_code import digest_prefix
from signing.env import Env
from signing.store import seals

routes = APIRouter(prefix="/v1", tags=["originals"])


class OriginalView(Output):
    """The sealed original of a code. `sha256` is that of the PDF, `xml_sha256` that of the XML inside."""

    invoice_id: UUID
    sha256: Sha256
    xml_sha256: Sha256
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    legal: bool
    sealed_at: datetime


@routes.get("/originals/{code}", responses=responses(NotFound))
async def find_original(
    code: Annotated[str, Path(max_length=40, description="As printed; hyphens, blanks and case do not matter")],
    request: Request,
    principal: CurrentPrincipal,
) -> OriginalView:
    """The original with this code, for its supplier and its buyer; a client needs the scope `archive:read`."""
    principal.require(Right.ARCHIVE_READ)
    principal.require_scope("archive:read")
    env: Env = request.app.state.env
    prefix = digest_prefix(code)
    if prefix is not None:
        async with env.api.transaction(principal.tenants) as tx:
            found = await seals.by_digest(tx, prefix)
        if found is not None:
            return OriginalView.model_validate(found)
    raise NotFound("ORIGINAL_UNKNOWN", "None of your invoices has this code: look at its characters again.")
