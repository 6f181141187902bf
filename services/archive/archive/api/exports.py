"""`/v1/archive/exports`: many originals at once, as zips that are made while they are sent."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import RowMapping

from archive import bulk
from archive.api.documents import may_read
from archive.api.listing import CurrentWanted
from archive.env import Env
from archive.errors import no_such_export, nothing_to_export
from archive.store import exports, search
from archive.store.exports import Content
from contracts.ids import new_id
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, NotFound
from mesh.problems import responses

routes = APIRouter(prefix="/v1/archive/exports", tags=["archive"], responses=responses(NotFound, Conflict))


class ExportAsked(Input):
    """What of each original: the sealed file with its XML, or its proof bundle. Which is said as for the list."""

    content: Content = "originals"


class ExportPart(Output):
    """One zip: `done` of `items` originals and how many `bytes` were sent by the last that was asked for."""

    number: int
    path: str
    items: int
    done: int
    bytes: int
    ended_at: datetime | None


class BulkExport(Output):
    """An export: take its parts from their paths, and ask here how far they have come."""

    id: UUID
    content: Content
    state: Literal["waiting", "running", "done"]
    items: int
    done: int
    bytes: int
    parts: list[ExportPart]
    asked_at: datetime


@routes.post("", status_code=201, response_model=BulkExport)
async def create_archive_export(
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    wanted: CurrentWanted,
    asked: ExportAsked | None = None,
) -> Response:
    """Take along what the list would show with this query, at most 100,000 originals, oldest first."""
    may_read(principal)
    env: Env = request.app.state.env
    async with command.transaction() as tx:
        parts = await search.cut(tx, wanted, bulk.PART, bulk.MOST)
        if not parts:
            raise nothing_to_export()
        export_id = new_id()
        content = (asked or ExportAsked()).content
        await exports.add(tx, export_id, principal.company_id, principal.actor, content, wanted, parts, env.clock.now())
        audit.note(
            tx,
            actor=principal.actor,
            action="archive.export",
            subject=str(export_id),
            company_id=principal.company_id,
            detail={"originals": sum(part["items"] for part in parts)},
        )
        found = await exports.one(tx, export_id)
        assert found is not None
        headers = {"location": f"/v1/archive/exports/{export_id}"}
        return await command.answer(tx, 201, _shown(*found), headers=headers)


@routes.get("/{export_id}")
async def read_archive_export(request: Request, principal: CurrentPrincipal, export_id: UUID) -> BulkExport:
    """How far it has come."""
    may_read(principal)
    env: Env = request.app.state.env
    async with env.api.transaction(principal.tenants) as tx:
        found = await exports.one(tx, export_id)
    if found is None:
        raise no_such_export()
    return _shown(*found)


@routes.get("/{export_id}/{number}.zip", response_class=Response)
async def download_archive_export(
    request: Request, principal: CurrentPrincipal, export_id: UUID, number: int
) -> Response:
    """One part. What cannot be read any more is named in its `index.csv` instead of ending the download."""
    may_read(principal)
    env: Env = request.app.state.env
    async with env.api.transaction(principal.tenants) as tx:
        part = await exports.part(tx, export_id, number) if 0 < number < 2**31 else None
    if part is None:
        raise no_such_export()
    headers = {
        "content-disposition": f'attachment; filename="archive-{str(export_id)[-8:]}-{number}.zip"',
        "cache-control": "private, no-store",
    }
    chunks = bulk.zipped(env, principal.tenants, part)
    return StreamingResponse(chunks, media_type="application/zip", headers=headers)


def _shown(row: RowMapping, parts: list[RowMapping]) -> BulkExport:
    shown = [
        ExportPart(
            number=part["number"],
            path=f"/v1/archive/exports/{row['id']}/{part['number']}.zip",
            items=part["items"],
            done=part["done"],
            bytes=part["bytes"],
            ended_at=part["ended_at"],
        )
        for part in parts
    ]
    begun = any(part.done or part.ended_at for part in shown)
    return BulkExport(
        id=row["id"],
        content=row["content"],
        state="done" if all(part.ended_at for part in shown) else "running" if begun else "waiting",
        items=sum(part.items for part in shown),
        done=sum(part.done for part in shown),
        bytes=sum(part.bytes for part in shown),
        parts=shown,
        asked_at=row["asked_at"],
    )
