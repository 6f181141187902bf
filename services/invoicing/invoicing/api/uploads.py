"""`/v1/uploads`: invoices from a supplier's own software: UBL, CII, Factur-X, CSV, a zip of them, or a plain PDF."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from contracts.faults import Finding
from contracts.ids import new_id
from contracts.limits import UPLOAD_BODY
from invoicing import errors, upload_reading, uploading
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.api.shapes import FilledTerm
from invoicing.domain import incoming
from invoicing.domain.incoming import NoArchive
from invoicing.store import uploads
from invoicing.store.uploads import NewUpload
from invoicing.uploading import Uploader
from mesh import audit, freshness
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.objects import content_key

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "UBL 2.1 or CII, Factur-X or plain PDF, CSV (columns in the README), or a zip of at most 200",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class LineMatch(Output):
    """Which order line a line bills. Below a confidence of 0.90 it is shown and not applied."""

    line: int
    order_line_id: UUID
    order_number: str
    basis: Literal["reference", "item", "price_and_quantity"]
    confidence: Decimal


class UploadedFile(Output):
    """What became of a file: `accepted` with its draft; `draft`, to be completed by a person; `reported` with why."""

    name: str
    line: int | None = Field(default=None, description="of a CSV, where the invoice begins")
    outcome: Literal["accepted", "draft", "reported"]
    invoice_id: UUID | None = None
    findings: list[Finding]
    matches: list[LineMatch]
    filled: list[FilledTerm]


class Upload(Output):
    """An upload and its files."""

    id: UUID
    name: str
    created_at: datetime
    files: list[UploadedFile]


@router.post("", status_code=201, response_model=Upload, openapi_extra=_BODY, max_body_size=UPLOAD_BODY)
async def upload_invoices(
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    name: Annotated[str, Query(min_length=1, max_length=200, description="the file's name")],
    unit_id: Annotated[UUID | None, Query(description="whom it is for, where no order says it")] = None,
    mode: Annotated[
        Literal["issue", "as-is"],
        Query(description="`as-is`: bytes, number and date stay as they came; what is missing is a finding"),
    ] = "issue",
) -> Response:
    """Make drafts of invoices that other software wrote. Our XML will be the invoice, enriched from its orders and
    dated when it is sent; what came in is kept as evidence. In mode `as-is` the document that came in is the invoice.
    A file that cannot be taken stops no other.
    """
    access.may_write(principal)
    data = await request.body()
    digest = hashlib.sha256(data)
    try:
        files = incoming.files_of(name, data)
    except NoArchive as error:
        raise errors.file_not_taken("FILE_ARCHIVE", str(error)) from None
    if await env.scanner.scan(data) is not None:
        raise errors.file_not_taken("FILE_INFECTED", "The scanner refuses this file.")
    evidence = await env.objects.put(
        "documents", content_key("uploads", digest.hexdigest()), data, "application/octet-stream"
    )
    held = [found for file in files for found in await upload_reading.read(file)]
    async with env.api.transaction(principal.tenants) as tx:
        unheard_of = await uploading.unheard_of(tx, principal.tenants, held)
    if unheard_of:
        await freshness.read_on(request)
    upload_id, now = new_id(), env.clock.now()
    async with command.transaction(body_sha256=digest.digest()) as tx:
        uploader = Uploader(principal.tenants, unit_id, mode == "as-is")
        entries = [await uploading.entry(tx, env, uploader, file) for file in held]
        await uploads.add(tx, NewUpload(upload_id, principal.company_id, name, evidence, entries), now)
        audit.note(
            tx,
            actor=principal.actor,
            action="upload.take",
            subject=str(upload_id),
            company_id=principal.company_id,
            detail={"sha256": evidence.sha256, "files": len(files)},
        )
        shown = Upload(id=upload_id, name=name, created_at=now, files=[UploadedFile(**found) for found in entries])
        return await command.answer(tx, 201, shown, headers={"location": f"/v1/uploads/{upload_id}"})


@router.get("/{upload_id}")
async def read_upload(upload_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Upload:
    """What became of an upload's files."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await uploads.one(tx, upload_id)
    if row is None:
        raise errors.upload_unknown()
    files = [UploadedFile(**found) for found in row["entries"]]
    return Upload(id=row["id"], name=row["name"], created_at=row["created_at"], files=files)
