"""`POST /v1/receipts`: what the buyer says arrived; `GET /v1/receipts/{id}`: whether all of it counts."""

import hashlib
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from contracts.limits import DOCUMENT_BODY
from contracts.money import Quantity
from documents.receipt import ReceiptAdvice
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.errors import NotFound
from mesh.paging import CurrentPage, Page
from mesh.transaction import Transaction
from po_sync import checking, errors
from po_sync.api import access, examples, formats
from po_sync.api.access import CurrentEnv
from po_sync.domain import completeness
from po_sync.intake import receipts as intake
from po_sync.store import receipts

router = APIRouter(prefix="/v1/receipts", tags=["receipts"])


class TakenReceiptLine(Output):
    """One line and whether it counts already."""

    position: int
    order_number: str
    line: str
    quantity: Quantity
    unit: str
    state: str = Field(description="recorded: counts; waiting: see waiting_for")
    waiting_for: str | None = Field(
        default=None, description="ORDER_UNKNOWN, ORDER_WAITING, LINE_UNKNOWN, UNIT_DIFFERS"
    )


class TakenReceipt(Output):
    """A receipt as it stands."""

    id: UUID
    number: str
    received_on: date
    waiting: int = Field(description="lines that do not count yet")
    lines: list[TakenReceiptLine]


async def _shown(tx: Transaction, receipt_id: UUID) -> TakenReceipt:
    rows = await receipts.lines(tx, receipt_id)
    if not rows:
        raise NotFound("RECEIPT_UNKNOWN", "There is no such receipt for your company.")
    lines = [TakenReceiptLine(**dict(row)) for row in rows]
    waiting = sum(line.state == "waiting" for line in lines)
    first = rows[0]
    return TakenReceipt(
        id=first["id"], number=first["number"], received_on=first["received_on"], waiting=waiting, lines=lines
    )


@router.post(
    "",
    status_code=201,
    response_model=TakenReceipt,
    responses={200: {"model": TakenReceipt}, 202: {"model": TakenReceipt, "description": "Some lines wait"}},
    openapi_extra=formats.described(ReceiptAdvice, component=False, example=examples.RECEIPT),
    max_body_size=DOCUMENT_BODY,
)
async def record_receipt(
    request: Request, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Say what arrived. Negative quantities take an earlier receipt back. Lines may come before their order (202)."""
    access.may_write_receipts(principal)
    body = await request.body()
    kind = formats.media_type(request)
    advice = formats.receipt(kind, body)
    against = await checking.fatal_findings(env.checker, body) if kind in formats.XML else []
    if against:
        raise checking.refused(against)
    found = completeness.receipt_findings(advice)
    if found:
        raise errors.incomplete(found)
    sha256 = hashlib.sha256(advice.model_dump_json().encode()).hexdigest()
    async with command.transaction(body_sha256=hashlib.sha256(body).digest()) as tx:
        receipt_id, new = await intake.take(tx, principal.tenants, advice, sha256, env.clock.now())
        if new:
            audit.note(
                tx,
                actor=principal.actor,
                action="receipt.record",
                subject=str(receipt_id),
                company_id=principal.company_id,
                detail={"number": advice.number},
            )
        shown = await _shown(tx, receipt_id)
        status = 202 if shown.waiting else 201 if new else 200
        return await command.answer(tx, status, shown, headers={"location": f"/v1/receipts/{receipt_id}"})


class ReceiptSummary(Output):
    """One receipt in a list."""

    id: UUID
    number: str
    received_on: date
    taken_at: datetime
    lines: int
    waiting: int = Field(description="lines that do not count yet")


@router.get("")
async def list_receipts(
    principal: CurrentPrincipal,
    env: CurrentEnv,
    page: CurrentPage,
    waiting: Annotated[bool, Query(description="Only receipts with lines that do not count yet")] = False,
) -> Page[ReceiptSummary]:
    """The receipts that your company sent, the newest first; one that came before its order waits here."""
    access.may_read(principal)
    keyset = receipts.NEWEST.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await receipts.page(tx, principal.tenants, keyset, waiting=waiting)
    items = [ReceiptSummary.model_validate(row) for row in keyset.shown(rows)]
    return Page(items=items, next=keyset.next(rows))


@router.get("/{receipt_id}")
async def read_receipt(receipt_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> TakenReceipt:
    """A receipt of your company, with what each line waits for."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        return await _shown(tx, receipt_id)
