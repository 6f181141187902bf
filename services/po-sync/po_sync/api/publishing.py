"""`POST /v1/orders` and `/v1/orders/{id}/changes`: an ERP, or a person, publishes an order, changes it, cancels it."""

import hashlib
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from contracts.limits import DOCUMENT_BODY
from documents.order import Order
from documents.order_change import OrderChange
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import Command, CurrentCommand
from mesh.errors import Conflict
from mesh.freshness import FreshRoute
from mesh.principal import Principal
from po_sync import checking, errors
from po_sync.api import access, examples, formats
from po_sync.api.access import CurrentEnv
from po_sync.domain.revision import Outcome
from po_sync.env import Env
from po_sync.intake import sending
from po_sync.intake.orders import Taken
from po_sync.intake.preparing import Store
from po_sync.intake.sending import OrderMessage, Sender

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=FreshRoute)
_ACTIONS = {Outcome.CREATED: "order.publish", Outcome.CHANGED: "order.change", Outcome.CANCELLED: "order.cancel"}
_ATTEMPTS = 4


class PublishedOrder(Output):
    """What became of an order, a change or a cancellation that was sent."""

    id: UUID
    number: str
    revision: int = Field(description="of the document that was sent; a lower one than stands is ignored")
    state: Literal["published", "waiting"]
    outcome: Outcome
    waiting_for: str | None = Field(
        default=None,
        description="what the order waits for before its supplier sees it: "
        "SUPPLIER_UNKNOWN, SUPPLIER_AMBIGUOUS, UNIT_UNKNOWN, NOT_CONNECTED, NOT_READY",
    )


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": PublishedOrder, "description": "Changed, cancelled, unchanged, or ignored: see `outcome`"},
    202: {"model": PublishedOrder, "description": "Taken; waits for its supplier: see `waiting_for`"},
}


async def _take(
    env: Env, principal: Principal, command: Command, message: OrderMessage, sender: Sender, body: bytes
) -> Response:
    """Prepare and record; once more when another revision came in between."""
    store = Store(env.api, env.objects, principal.tenants)
    for attempt in range(_ATTEMPTS):
        prepared = await sending.prepare(store, sender, message)
        try:
            async with command.transaction(body_sha256=hashlib.sha256(body).digest()) as tx:
                taken = await sending.record(tx, sender, message, prepared, env.clock.now())
                action = _ACTIONS.get(taken.outcome)
                if action:
                    audit.note(
                        tx,
                        actor=principal.actor,
                        action=action,
                        subject=str(taken.order_id),
                        company_id=principal.company_id,
                        detail={
                            "number": taken.number,
                            "revision": taken.revision,
                            "waiting_for": taken.waiting_for,
                        },
                    )
                return await command.answer(
                    tx, _status(taken), _shown(taken), headers={"location": f"/v1/orders/{taken.order_id}"}
                )
        except Conflict as refusal:
            if refusal.code != errors.BUSY or attempt == _ATTEMPTS - 1:
                raise
    raise errors.busy("order")


def _status(taken: Taken) -> int:
    if taken.waiting_for:
        return 202
    return 201 if taken.outcome is Outcome.CREATED else 200


def _shown(taken: Taken) -> PublishedOrder:
    return PublishedOrder(
        id=taken.order_id,
        number=taken.number,
        revision=taken.revision,
        state="waiting" if taken.waiting_for else "published",
        outcome=taken.outcome,
        waiting_for=taken.waiting_for,
    )


async def _checked(env: Env, kind: str, body: bytes, message: OrderMessage) -> None:
    if kind in formats.XML:
        found = await checking.fatal_findings(env.checker, body)
        if found:
            raise checking.refused(found)
    sending.checked(message)


@router.post(
    "",
    status_code=201,
    response_model=PublishedOrder,
    responses=_RESPONSES,
    openapi_extra=formats.described(
        Order,
        component=True,
        ubl="UBL 2.1 Order, OrderChange or OrderCancellation; with a Peppol CustomizationID (T01, T114, T115) "
        "the official rules are checked too",
        example=examples.ORDER,
    ),
    max_body_size=DOCUMENT_BODY,
)
async def publish_order(
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    unit: Annotated[
        UUID | None, Query(description="The purchasing unit; absent: what the document says, else the only one")
    ] = None,
    revised: Annotated[
        int | None, Query(alias="revision", ge=1, le=1_000_000, description="For an order in UBL, which has none")
    ] = None,
) -> Response:
    """Publish an order to its supplier, or a later revision of it.

    The same number and revision twice changes nothing; a lower one is ignored; the same revision with other content is
    refused. An order whose supplier is not known or not connected yet is taken (202) and goes out when it is. An
    OrderChange or OrderCancellation in UBL names its order by number.
    """
    access.may_write(principal)
    body = await request.body()
    kind = formats.media_type(request)
    message = formats.sent(kind, body, revised)
    await _checked(env, kind, body, message)
    return await _take(env, principal, command, message, Sender(principal.tenants, unit), body)


@router.post(
    "/{order_id}/changes",
    response_model=PublishedOrder,
    responses={**_RESPONSES, 200: _RESPONSES[200]},
    openapi_extra=formats.described(
        OrderChange,
        component=False,
        ubl="UBL 2.1 OrderChange or OrderCancellation (Peppol T114, T115)",
        example=examples.CHANGE,
    ),
    max_body_size=DOCUMENT_BODY,
)
async def change_order(
    order_id: UUID, request: Request, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Change prices, quantities, dates or terms of an order, add lines or cancel them.

    What the change does not name stays as it is. The supplier is told what changed, and who asked for it. Without
    `revision` the change makes the next one; the same change twice changes nothing.
    """
    access.may_write(principal)
    body = await request.body()
    kind = formats.media_type(request)
    message = formats.change(kind, body)
    await _checked(env, kind, body, message)
    return await _take(env, principal, command, message, Sender(principal.tenants, None, order_id), body)
