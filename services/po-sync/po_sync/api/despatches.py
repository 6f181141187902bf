"""`/v1/orders/{id}/despatches`: what a supplier announces to be on its way."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.limits import DOCUMENT_BODY, IDENTIFIER, ORDER_LINES, TEXT
from contracts.money import Quantity
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict
from mesh.freshness import FreshRoute
from po_sync import errors
from po_sync.api import access, examples
from po_sync.api.access import CurrentEnv
from po_sync.api.responses import document
from po_sync.domain.answering import Despatch, SentLine
from po_sync.intake import answering
from po_sync.store import answers, orders

router = APIRouter(prefix="/v1/orders", tags=["answers"], route_class=FreshRoute)
_Number = Annotated[str, Field(min_length=1, max_length=IDENTIFIER)]
_Note = Annotated[str, Field(max_length=TEXT)]
_ATTEMPTS = 4


class DespatchedLine(Input):
    """Goods of one order line."""

    identifier: _Number = Field(description="the buyer's, of the order line")
    quantity: Quantity = Field(gt=0, description="in the order line's unit")
    seller_identifier: _Number | None = Field(
        default=None,
        description="your item number, where the order has neither it nor a standard one (PEPPOL-T16-R003)",
    )
    note: _Note | None = None


class DespatchInput(Input):
    """A despatch. Without lines: all that was not despatched yet."""

    model_config = Input.model_config | {"json_schema_extra": {"examples": [examples.DESPATCH]}}

    number: _Number = Field(description="your number of the despatch, becomes BT-16")
    despatched_on: date | None = Field(default=None, description="absent: today")
    estimated_on: date | None = Field(default=None, description="when the goods should arrive")
    carrier: _Number | None = None
    tracking: _Number | None = None
    note: _Note | None = None
    lines: tuple[DespatchedLine, ...] = Field(default=(), max_length=ORDER_LINES)


class SentDespatchLine(Output):
    """Goods of one order line."""

    identifier: str
    quantity: Quantity
    unit: str


class SentDespatch(Output):
    """A despatch that was announced. `document` is where its UBL (Peppol T16) is read."""

    id: UUID
    number: str
    despatched_on: date
    estimated_on: date | None
    carrier: str | None
    tracking: str | None
    note: str | None
    lines: list[SentDespatchLine]
    document: str
    at: datetime


def _shown(row: dict[str, Any]) -> SentDespatch:
    path = f"/v1/orders/{row['order_id']}/despatches/{row['id']}/document"
    return SentDespatch.model_validate({**row, "document": path})


@router.post("/{order_id}/despatches", status_code=201, response_model=SentDespatch, max_body_size=DOCUMENT_BODY)
async def announce_despatch(
    order_id: UUID, wanted: DespatchInput, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier announces goods.

    Its despatch advice is made in UBL (Peppol T16) from the order, checked by the official rules, given to the buyer.
    """
    access.may_write(principal)
    despatch = Despatch(
        number=wanted.number,
        despatched_on=wanted.despatched_on or env.clock.now().date(),
        estimated_on=wanted.estimated_on,
        carrier=wanted.carrier,
        tracking=wanted.tracking,
        note=wanted.note,
        lines=tuple(SentLine(**vars(line)) for line in wanted.lines),
    )
    for attempt in range(_ATTEMPTS):
        about = await answering.subject(env, order_id, principal.tenants)
        prepared = await answering.prepare_despatch(env, about, despatch)
        try:
            async with command.transaction() as tx:
                now = env.clock.now()
                made = await answering.record_despatch(tx, order_id, principal.tenants, prepared, now)
                audit.note(
                    tx,
                    actor=principal.actor,
                    action="despatch.announce",
                    subject=str(order_id),
                    company_id=principal.company_id,
                    detail={"despatch_id": made, "number": wanted.number},
                )
                shown = _shown((await answers.despatches(tx, order_id))[0])
                return await command.answer(tx, 201, shown)
        except Conflict as refusal:
            if refusal.code != errors.BUSY or attempt == _ATTEMPTS - 1:
                raise
    raise errors.busy("order")


@router.get("/{order_id}/despatches")
async def list_despatches(order_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[SentDespatch]:
    """The despatches of an order, the newest first."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        if await orders.one(tx, order_id, principal.tenants) is None:
            raise errors.order_unknown()
        return [_shown(row) for row in await answers.despatches(tx, order_id)]


@router.get("/{order_id}/despatches/{despatch_id}/document", responses={200: {"content": {"application/xml": {}}}})
async def read_despatch_document(
    order_id: UUID, despatch_id: UUID, principal: CurrentPrincipal, env: CurrentEnv
) -> Response:
    """The despatch advice in UBL (Peppol T16)."""
    return await document(env, principal, "despatch", order_id, despatch_id)
