"""What the supplier answers to an order: accept, reject, or offer something else; and the responses that were sent."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.faults import Finding
from contracts.limits import DOCUMENT_BODY, IDENTIFIER, ORDER_LINES, TEXT
from contracts.money import Price, Quantity
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import Command, CurrentCommand
from mesh.errors import Conflict, NotFound
from mesh.freshness import FreshRoute
from mesh.principal import Principal
from po_sync import errors
from po_sync.api import access, examples
from po_sync.api.access import CurrentEnv
from po_sync.domain.answering import Answer, OfferedLine
from po_sync.env import Env
from po_sync.intake import answering
from po_sync.store import answers, orders

router = APIRouter(prefix="/v1/orders", tags=["answers"], route_class=FreshRoute)
_ReasonCode = Annotated[str, Field(max_length=80, pattern=r"^[A-Z0-9_]+$")]
_Note = Annotated[str, Field(max_length=TEXT)]
_Number = Annotated[str, Field(min_length=1, max_length=IDENTIFIER)]
_ATTEMPTS = 4


class Rejection(Input):
    """Why a supplier rejects an order."""

    reason_code: _ReasonCode | None = None
    note: _Note | None = Field(default=None, description="told to the buyer")


class Offer(Input):
    """What is offered for one line; absent terms stay as ordered."""

    identifier: _Number = Field(description="the buyer's, of the order line")
    rejected: bool = False
    quantity: Quantity | None = None
    price: Price | None = Field(default=None, description="of one price base of the order line")
    promised_on: date | None = None
    note: _Note | None = None


class ResponseInput(Input):
    """An order response. Lines with another quantity, price or date make it a conditional acceptance."""

    model_config = Input.model_config | {"json_schema_extra": {"examples": [examples.RESPONSE]}}

    response: Literal["accepted", "rejected"] = "accepted"
    number: _Number | None = Field(default=None, description="of the response; absent: made from the order's")
    reason_code: _ReasonCode | None = None
    note: _Note | None = None
    sales_order_reference: _Number | None = Field(default=None, description="your own number of the order")
    promised_on: date | None = None
    lines: tuple[Offer, ...] = Field(default=(), max_length=ORDER_LINES)


class SentResponse(Output):
    """A response that was sent. `document` is where its UBL (Peppol T76) is read; absent: see `findings`."""

    id: UUID
    number: str
    code: str = Field(description="AP accepted, CA conditionally accepted, RE rejected (UNTDID 4343)")
    revision: int = Field(description="of the order that was answered")
    reason_code: str | None
    note: str | None
    sales_order_reference: str | None
    lines: list[dict[str, Any]]
    document: str | None
    findings: list[Finding] = Field(description="why the order's data make no valid UBL")
    at: datetime


async def _answer(
    env: Env, principal: Principal, command: Command, order_id: UUID, wanted: ResponseInput, action: str, *, plain: bool
) -> Response:
    """Prepare and record; once more when the order changed in between. `plain`: the answer has no body."""
    access.may_write(principal)
    for attempt in range(_ATTEMPTS):
        about = await answering.subject(env, order_id, principal.tenants)
        async with env.api.transaction(principal.tenants) as tx:
            number = wanted.number or f"{about.row['number']}-{await answers.count_responses(tx, order_id) + 1}"
        prepared = await answering.prepare_response(env, about, _of(wanted, number, env.clock.now().date()))
        try:
            async with command.transaction() as tx:
                now = env.clock.now()
                made = await answering.record_response(tx, order_id, principal.tenants, prepared, now)
                if made is not None:
                    audit.note(
                        tx,
                        actor=principal.actor,
                        action=action,
                        subject=str(order_id),
                        company_id=principal.company_id,
                        detail={"code": prepared.kept.code},
                    )
                if plain:
                    return await command.answer(tx, 204)
                sent = await answers.responses(tx, order_id)
                return await command.answer(tx, 201 if made else 200, _shown(dict(sent[0])))
        except Conflict as refusal:
            if refusal.code != errors.BUSY or attempt == _ATTEMPTS - 1:
                raise
    raise errors.busy("order")


def _of(wanted: ResponseInput, number: str, today: date) -> Answer:
    return Answer(
        accepted=wanted.response == "accepted",
        number=number,
        issued_on=today,
        reason_code=wanted.reason_code,
        note=wanted.note,
        sales_order_reference=wanted.sales_order_reference,
        promised_on=wanted.promised_on,
        lines=tuple(OfferedLine(**vars(line)) for line in wanted.lines),
    )


def _shown(row: dict[str, Any]) -> SentResponse:
    path = f"/v1/orders/{row['order_id']}/responses/{row['id']}/document" if row["document"] else None
    return SentResponse.model_validate({**row, "document": path})


@router.post("/{order_id}/accept", status_code=204)
async def accept_order(
    order_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier accepts the order as it stands. Invoicing it accepts it too."""
    return await _answer(env, principal, command, order_id, ResponseInput(), "order.accept", plain=True)


@router.post("/{order_id}/reject", status_code=204)
async def reject_order(
    order_id: UUID, rejection: Rejection, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier rejects the order; refused once part of it is invoiced."""
    wanted = ResponseInput(response="rejected", reason_code=rejection.reason_code, note=rejection.note)
    return await _answer(env, principal, command, order_id, wanted, "order.reject", plain=True)


@router.post(
    "/{order_id}/responses",
    status_code=201,
    response_model=SentResponse,
    responses={200: {"model": SentResponse, "description": "It says what stands already"}},
    max_body_size=DOCUMENT_BODY,
)
async def respond_to_order(
    order_id: UUID, wanted: ResponseInput, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier answers in detail: other quantities, prices or dates line by line.

    The order response is made in UBL (Peppol T76) from the order, checked by its official rules and given to the buyer.
    """
    return await _answer(env, principal, command, order_id, wanted, "order.respond", plain=False)


@router.get("/{order_id}/responses")
async def list_responses(order_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[SentResponse]:
    """The responses to an order, the newest first."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        if await orders.one(tx, order_id, principal.tenants) is None:
            raise errors.order_unknown()
        return [_shown(dict(row)) for row in await answers.responses(tx, order_id)]


@router.get("/{order_id}/responses/{response_id}/document", responses={200: {"content": {"application/xml": {}}}})
async def read_response_document(
    order_id: UUID, response_id: UUID, principal: CurrentPrincipal, env: CurrentEnv
) -> Response:
    """The order response in UBL (Peppol T76)."""
    return await document(env, principal, "order_response", order_id, response_id)


async def document(env: Env, principal: Principal, table: str, order_id: UUID, identifier: UUID) -> Response:
    """The XML of a response or despatch. Raises NotFound (`DOCUMENT_UNKNOWN`, `ORDER_UNKNOWN`)."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        if await orders.one(tx, order_id, principal.tenants) is None:
            raise errors.order_unknown()
        found = await answers.document(tx, table, order_id, identifier)
    if found is None:
        raise NotFound("DOCUMENT_UNKNOWN", "There is no such document of this order.")
    return Response(await env.objects.read(found), media_type="application/xml")
