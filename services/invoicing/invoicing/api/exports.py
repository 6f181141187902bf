"""`/v1/exports`: lists of invoices as CSV or XLSX, made beside the request."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.refs import DocumentRef
from invoicing import errors
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.api.invoices import Wanted
from invoicing.store import exports
from invoicing.store.exports import NewExport
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand

router = APIRouter(prefix="/v1/exports", tags=["exports"])


class ExportWanted(Input):
    """What to make; which invoices is said as for the list, in the query."""

    format: Literal["csv", "xlsx"] = "csv"
    language: Literal["fr", "en"] = "fr"


class Export(Output):
    """An export: download it from `/v1/exports/{id}/content` once it is done."""

    id: UUID
    format: Literal["csv", "xlsx"]
    state: Literal["waiting", "running", "done"]
    rows: int | None
    created_at: datetime
    done_at: datetime | None


def _shown(row: RowMapping) -> Export:
    return Export(**{name: row[name] for name in Export.model_fields})


@router.post("", status_code=202, response_model=Export)
async def create_export(
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    wanted: Wanted,
    made: ExportWanted | None = None,
) -> Response:
    """Ask for the invoices that the list would show with this query, at most 100,000, as a sheet."""
    access.may_read(principal)
    sheet = made or ExportWanted()
    async with command.transaction() as tx:
        new = NewExport(new_id(), principal.company_id, principal.actor, sheet.format, sheet.language, wanted)
        await exports.add(tx, new, env.clock.now())
        audit.note(
            tx, actor=principal.actor, action="export.create", subject=str(new.id), company_id=principal.company_id
        )
        row = await exports.one(tx, new.id)
        assert row is not None
        return await command.answer(tx, 202, _shown(row), headers={"location": f"/v1/exports/{new.id}"})


@router.get("/{export_id}")
async def read_export(export_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Export:
    """Whether it is there yet."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await exports.one(tx, export_id)
    if row is None:
        raise errors.export_unknown()
    return _shown(row)


@router.get("/{export_id}/content", response_class=Response)
async def download_export(export_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Response:
    """The sheet itself."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await exports.one(tx, export_id)
    if row is None or row["document"] is None:
        raise errors.export_unknown()
    document = DocumentRef.model_validate(row["document"])
    headers = {
        "content-disposition": f'attachment; filename="invoices.{row["format"]}"',
        "x-content-type-options": "nosniff",
    }
    return Response(await env.objects.read(document), media_type=document.media_type, headers=headers)
