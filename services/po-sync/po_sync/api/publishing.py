"""`POST /v1/orders`: an ERP publishes an order, or a later revision of it."""

import hashlib
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from contracts.limits import DOCUMENT_BODY
from documents.order import Order
from mesh import audit, crash
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.objects import content_key
from po_sync import errors
from po_sync.api import access, formats
from po_sync.api.access import CurrentEnv
from po_sync.domain import completeness, revision
from po_sync.domain.revision import Outcome
from po_sync.intake import orders as intake

router = APIRouter(prefix="/v1/orders", tags=["orders"])
_STATUS = {Outcome.CREATED: 201, Outcome.CHANGED: 200, Outcome.UNCHANGED: 200, Outcome.IGNORED: 200}
_ACCEPTED = 202


class PublishedOrder(Output):
    """What became of an order that was sent."""

    id: UUID
    number: str
    revision: int
    state: Literal["published", "waiting"]
    outcome: Outcome
    waiting_for: str | None = Field(
        default=None, description="code: what the order waits for before its supplier sees it"
    )


@router.post(
    "",
    status_code=201,
    response_model=PublishedOrder,
    responses={
        202: {"model": PublishedOrder, "description": "Taken; waits for its supplier"},
        200: {"model": PublishedOrder},
    },
    openapi_extra=formats.described(Order, component=True),
    max_body_size=DOCUMENT_BODY,
)
async def publish_order(
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    unit: Annotated[UUID | None, Query(description="The purchasing unit, where the document does not tell")] = None,
    revised: Annotated[
        int | None, Query(alias="revision", ge=1, le=1_000_000, description="For formats without one")
    ] = None,
) -> Response:
    """Publish an order to its supplier. The same number and revision twice changes nothing; a lower one is ignored.

    An order whose supplier is not known or not connected yet is taken (202) and goes out when it is.
    """
    access.may_write(principal)
    body = await request.body()
    order = formats.order(formats.media_type(request), body, revised)
    found = completeness.order_findings(order)
    if found:
        raise errors.incomplete(found)
    content = revision.content(order)
    key = content_key("orders", hashlib.sha256(content).hexdigest())
    crash.site("po_sync.order.put")
    document = await env.objects.put("documents", key, content, "application/json")
    crash.site("po_sync.order.stored")
    async with command.transaction(body_sha256=hashlib.sha256(body).digest()) as tx:
        taken = await intake.take(tx, principal.company_id, order, document, unit, env.clock.now())
        if taken.outcome in (Outcome.CREATED, Outcome.CHANGED):
            audit.note(
                tx,
                actor=principal.actor,
                action="order.publish",
                subject=str(taken.order_id),
                company_id=principal.company_id,
                detail={"number": order.number, "revision": order.revision, "waiting_for": taken.waiting_for},
            )
        answer = PublishedOrder(
            id=taken.order_id,
            number=order.number,
            revision=order.revision,
            state="waiting" if taken.waiting_for else "published",
            outcome=taken.outcome,
            waiting_for=taken.waiting_for,
        )
        status = _ACCEPTED if taken.waiting_for else _STATUS[taken.outcome]
        return await command.answer(tx, status, answer, headers={"location": f"/v1/orders/{taken.order_id}"})
