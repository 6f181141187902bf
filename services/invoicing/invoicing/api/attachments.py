"""`/v1/attachments`: files that travel inside the sealed original (BG-24)."""

import hashlib
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.limits import ATTACHMENT, ATTACHMENTS_TOTAL
from contracts.refs import DocumentRef
from invoicing import drafting, errors
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.domain import files
from invoicing.domain.files import FileNotTaken
from invoicing.store import attachments, invoices
from invoicing.store.attachments import NewAttachment
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.freshness import FreshRoute
from mesh.objects import content_key

router = APIRouter(prefix="/v1/attachments", tags=["attachments"], route_class=FreshRoute)
_MOST: int = 50
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself; what it is, is seen from its bytes",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Attached(Output):
    """One file of an invoice."""

    id: UUID
    invoice_id: UUID
    name: str
    description: str
    media_type: str
    size: int
    created_at: datetime


def _shown(row: RowMapping) -> Attached:
    return Attached(**{name: row[name] for name in Attached.model_fields})


@router.post("", status_code=201, response_model=Attached, openapi_extra=_BODY, max_body_size=ATTACHMENT)
async def add_attachment(
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    invoice_id: UUID,
    name: Annotated[str, Query(min_length=1, max_length=120, description="with its ending: plan.pdf")],
    description: Annotated[str, Query(max_length=200, description="BT-123")] = "",
) -> Response:
    """Put a PDF, PNG, JPEG, CSV, XLSX or ODS beside a draft: at most 7 MB each, 20 MB and 50 files together."""
    access.may_write(principal)
    async with env.api.transaction(principal.tenants) as tx:  # nothing is kept for somebody else's invoice
        await drafting.own(tx, invoice_id, principal.tenants)
    data = await request.body()
    digest = hashlib.sha256(data)
    try:
        kind = files.media_type(data, name)
    except FileNotTaken as refused:
        raise errors.file_not_taken(refused.code, refused.detail) from None
    found = await env.scanner.scan(data)
    if found is not None:
        raise errors.file_not_taken("FILE_INFECTED", "The scanner refuses this file.")
    document = await env.objects.put("documents", content_key("attachments", digest.hexdigest()), data, kind)
    async with command.transaction(body_sha256=digest.digest()) as tx:
        row = await drafting.own(tx, invoice_id, principal.tenants, lock=True)
        drafting.editable(row)
        held = await attachments.of_invoice(tx, invoice_id)
        if len(held) >= _MOST or sum(file["size"] for file in held) + len(data) > ATTACHMENTS_TOTAL:
            raise errors.file_not_taken("FILES_TOO_LARGE", "At most 50 files with 20 MB together go with an invoice.")
        new = NewAttachment(new_id(), invoice_id, row["author_id"], name, description, document)
        if not await attachments.add(tx, new, env.clock.now()):
            raise errors.file_not_taken("FILE_NAME_TAKEN", "The invoice has a file of this name.")
        await invoices.touch(tx, invoice_id)
        audit.note(
            tx,
            actor=principal.actor,
            action="attachment.add",
            subject=str(invoice_id),
            company_id=principal.company_id,
            detail={"attachment_id": str(new.id), "sha256": document.sha256},
        )
        kept = await attachments.one(tx, new.id)
        assert kept is not None
        return await command.answer(tx, 201, _shown(kept), headers={"location": f"/v1/attachments/{new.id}"})


@router.get("")
async def list_attachments(principal: CurrentPrincipal, env: CurrentEnv, invoice_id: UUID) -> list[Attached]:
    """The files of an invoice; its buyer sees them from the archiving on."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        if await invoices.one(tx, invoice_id) is None:
            raise errors.invoice_unknown()
        return [_shown(row) for row in await attachments.of_invoice(tx, invoice_id)]


@router.get("/{attachment_id}", response_class=Response)
async def read_attachment(attachment_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Response:
    """The file itself, always as a download; 410 once the original was eliminated after its term."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await attachments.one(tx, attachment_id)
    if row is None:
        raise errors.attachment_unknown()
    if "key" not in row["document"]:
        raise errors.attachment_eliminated()
    content = await env.objects.read(DocumentRef.model_validate(row["document"]))
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(row['name'], safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox",
    }
    return Response(content, media_type=row["media_type"], headers=headers)


@router.delete("/{attachment_id}", status_code=204)
async def remove_attachment(attachment_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Take a file away from a draft."""
    access.may_write(principal)
    async with command.transaction() as tx:
        row = await attachments.one(tx, attachment_id)
        if row is None:
            raise errors.attachment_unknown()
        invoice = await drafting.own(tx, row["invoice_id"], principal.tenants, lock=True)
        drafting.editable(invoice)
        await attachments.remove(tx, attachment_id)
        await invoices.touch(tx, row["invoice_id"])
        audit.note(
            tx,
            actor=principal.actor,
            action="attachment.remove",
            subject=str(row["invoice_id"]),
            company_id=principal.company_id,
            detail={"attachment_id": str(attachment_id)},
        )
        return await command.answer(tx, 204)
