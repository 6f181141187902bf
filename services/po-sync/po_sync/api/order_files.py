"""`/v1/order-files`: many orders, changes and receipts in one file, worked through beside the request."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from contracts.ids import new_id
from contracts.limits import UPLOAD_BODY
from mesh import audit, directory, freshness
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.errors import Refusal
from mesh.paging import CurrentPage, Page, PageRequest
from po_sync import errors
from po_sync.api import access, formats
from po_sync.api.access import CurrentEnv
from po_sync.env import Env
from po_sync.intake import orders as intake
from po_sync.intake import rows
from po_sync.intake.preparing import BUCKET
from po_sync.store import files

router = APIRouter(prefix="/v1/order-files", tags=["order files"])
_REPORT = ("row", "line", "entry", "kind", "number", "column", "code", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RowProblem(Output):
    """One thing that stands against a row."""

    code: str
    line: int = Field(description="of the file, or of the entry of a zip; 0: of the whole")
    column: str = Field(description="of a CSV; else a JSON Pointer, the column in a line of JSON, or an XML path")
    reason: str


class OrderFile(Output):
    """A file and how far it is."""

    id: UUID
    name: str | None
    format: str
    state: Literal["waiting", "running", "done", "failed"]
    rows: int = Field(description="documents that were worked through so far")
    taken: int = Field(description="created, changed, cancelled, or receipts that were recorded")
    unchanged: int = Field(description="known already, or older than what stands")
    waiting: int = Field(description="of the taken ones: see `waiting_for` of their rows")
    rejected: int
    failure: list[RowProblem] = Field(description="why nothing of the file can be read")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class FileRow(Output):
    """What became of one document of a file."""

    row: int = Field(description="counts documents from 1")
    line: int = Field(description="where the document begins")
    entry: str | None = Field(description="its name within a zip")
    kind: Literal["order", "change", "cancellation", "receipt"]
    number: str | None
    outcome: str = Field(
        description="created, changed, unchanged, ignored (a lower revision), cancelled, recorded (a receipt), rejected"
    )
    document_id: UUID | None = Field(description="the order or receipt")
    waiting_for: str | None
    problems: list[RowProblem]


def _shown(row: Any) -> OrderFile:
    failure = json.loads(row["failure"]) if row["failure"] else []
    return OrderFile.model_validate({**row, "rows": row["cursor"], "failure": failure})


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            rows.NDJSON: {
                "schema": {
                    "type": "string",
                    "description": "One JSON document a line: an order as `POST /v1/orders` takes it, or "
                    '`{"change": …}`, `{"cancellation": {"order_number": …, "reason": …}}`, `{"receipt": …}`',
                }
            },
            rows.CSV: {
                "schema": {
                    "type": "string",
                    "description": "Orders or receipts, a row a line; columns in the service's README",
                }
            },
            rows.ZIP: {
                "schema": {
                    "type": "string",
                    "format": "binary",
                    "description": "UBL 2.1 Order, OrderChange, OrderCancellation, ReceiptAdvice, a file each",
                }
            },
            rows.XML: {"schema": {"type": "string", "description": "One such document"}},
        },
    }
}


@router.post("", status_code=202, response_model=OrderFile, openapi_extra=_BODY, max_body_size=UPLOAD_BODY)
async def send_order_file(
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    unit: Annotated[UUID | None, Query(description="The purchasing unit of all its orders")] = None,
    name: Annotated[str | None, Query(max_length=200, description="What you call the file")] = None,
) -> Response:
    """Send many orders at once: each is taken, or reported with line, column and reason, and waits for no other.

    The answer is a job: ask for it again until its state is `done`. The same file twice changes nothing: its orders are
    then `unchanged`.
    """
    access.may_write(principal)
    access.may_write_receipts(principal)
    media_type = formats.media_type(request)
    if media_type == "text/xml":
        media_type = rows.XML
    if media_type not in rows.FORMATS:
        raise errors.unsupported_file(media_type)
    try:
        await _check_sender(env, principal.company_id, unit)
    except Refusal as refusal:  # a body that is streamed comes once, so news is waited for before
        await freshness.settled(request, refusal)
        await _check_sender(env, principal.company_id, unit)
    file_id = new_id()
    key = f"order-files/{file_id}"
    document = await env.objects.stream(BUCKET, key, request.stream(), media_type, limit=UPLOAD_BODY)
    async with command.transaction(body_sha256=bytes.fromhex(document.sha256)) as tx:
        await files.put(
            tx,
            file_id,
            principal.company_id,
            unit_asked=unit,
            media_type=media_type,
            name=name,
            document=document,
            actor=principal.actor,
            now=env.clock.now(),
        )
        audit.note(
            tx,
            actor=principal.actor,
            action="order-file.send",
            subject=str(file_id),
            company_id=principal.company_id,
            detail={"sha256": document.sha256, "size": document.size},
        )
        tx.unnumbered = True  # wakes the worker
        row = await files.one(tx, file_id)
        assert row is not None
        return await command.answer(tx, 202, _shown(row), headers={"location": f"/v1/order-files/{file_id}"})


async def _check_sender(env: Env, buyer_id: UUID, unit: UUID | None) -> None:
    """Raises Refusal (`NOT_A_BUYER`, `UNIT_UNKNOWN`)."""
    async with env.api.transaction([buyer_id]) as tx:
        await intake.checked_buyer(tx, buyer_id)
        known = await directory.units_of(tx, buyer_id)
    if unit is not None and not any(found.unit_id == unit for found in known):
        raise errors.unit_unknown()


@router.get("")
async def list_order_files(principal: CurrentPrincipal, env: CurrentEnv, page: CurrentPage) -> Page[OrderFile]:
    """The files that your company sent, the newest first."""
    access.may_read(principal)
    keyset = files.NEWEST.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        found = await files.page(tx, principal.tenants, keyset)
    return Page(items=[_shown(row) for row in keyset.shown(found)], next=keyset.next(found))


@router.get("/{file_id}")
async def read_order_file(file_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> OrderFile:
    """How far a file is."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await files.one(tx, file_id)
    if row is None:
        raise errors.file_unknown()
    return _shown(row)


@router.get("/{file_id}/rows")
async def list_order_file_rows(
    file_id: UUID,
    principal: CurrentPrincipal,
    env: CurrentEnv,
    page: CurrentPage,
    outcome: Annotated[str | None, Query(max_length=20, description="Only these, for example rejected")] = None,
) -> Page[FileRow]:
    """What became of each document of a file, in its order."""
    access.may_read(principal)
    keyset = files.IN_ORDER.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        if await files.one(tx, file_id) is None:
            raise errors.file_unknown()
        found = await files.row_page(tx, file_id, outcome, keyset)
    items = [FileRow.model_validate(row) for row in keyset.shown(found)]
    return Page(items=items, next=keyset.next(found))


@router.get("/{file_id}/report.csv", response_class=StreamingResponse)
async def download_order_file_report(file_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> StreamingResponse:
    """The rejected rows as CSV, a row a problem, for whoever mends them; cells never start a formula."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        if await files.one(tx, file_id) is None:
            raise errors.file_unknown()

    async def lines() -> AsyncIterator[str]:
        yield _csv([_REPORT])
        request = PageRequest(200)
        while True:
            keyset = files.IN_ORDER.page(request)
            async with env.api.transaction(principal.tenants) as tx:
                found = await files.row_page(tx, file_id, "rejected", keyset)
            yield _csv([_cells(row, problem) for row in keyset.shown(found) for problem in row["problems"]])
            following = keyset.next(found)
            if following is None:
                return
            request = PageRequest(200, following)

    headers = {"content-disposition": f'attachment; filename="report-{file_id}.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def _cells(row: Any, problem: Any) -> tuple[Any, ...]:
    about = (row["row"], problem["line"] or row["line"], row["entry"], row["kind"], row["number"])
    return (*about, problem["column"], problem["code"], problem["reason"])


def _csv(found: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in found)
    return text.getvalue()


def _safe(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
