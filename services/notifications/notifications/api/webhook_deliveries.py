"""`/v1/webhooks/{id}/deliveries`: what was sent to a webhook, what came of it, and sending it again."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy import RowMapping

from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, NotFound
from mesh.paging import CurrentPage, Page, Sort
from mesh.problems import responses
from mesh.transaction import Transaction
from notifications.api import access
from notifications.api.access import CurrentEnv
from notifications.api.webhooks import found
from notifications.domain.retries import PATIENCE
from notifications.errors import no_such_delivery, still_pending, webhook_disabled
from notifications.store import webhook_deliveries

routes = APIRouter(
    prefix="/v1/webhooks/{webhook_id}/deliveries", tags=["webhooks"], responses=responses(NotFound, Conflict)
)
_BY_AGE = Sort(
    name="created", column="d.created_at", kind="timestamptz", descending=True, id_column="d.id", key="created_at"
)
State = Literal["pending", "delivered", "failed"]


class WebhookAttempt(Output):
    """One request: `status` of the answer, `error` when it was not taken, the beginning of the answer's body."""

    number: int
    at: datetime
    milliseconds: int
    status: int | None
    error: str | None
    response: str


class WebhookDelivery(Output):
    """An item on its way to a webhook. `item_id` is the `webhook-id` of every attempt."""

    id: UUID
    webhook_id: UUID
    item_id: UUID
    position: int
    type: str
    invoice_id: UUID | None
    state: State
    attempts: int
    next_at: datetime | None
    last_error: str | None
    created_at: datetime
    settled_at: datetime | None


class WebhookDeliveryDetail(WebhookDelivery):
    """The same with every attempt, oldest first."""

    log: tuple[WebhookAttempt, ...]


def attempt(row: RowMapping) -> WebhookAttempt:
    """A stored attempt."""
    return WebhookAttempt.model_validate({name: row[name] for name in WebhookAttempt.model_fields})


def view(row: RowMapping) -> WebhookDelivery:
    """A stored delivery."""
    return WebhookDelivery.model_validate({name: row[name] for name in WebhookDelivery.model_fields})


async def _one(tx: Transaction, webhook_id: UUID, delivery_id: UUID, *, lock: bool = False) -> RowMapping:
    row = await webhook_deliveries.one(tx, webhook_id, delivery_id, lock=lock)
    if row is None:
        raise no_such_delivery()
    return row


@routes.get("")
async def list_webhook_deliveries(
    webhook_id: UUID,
    principal: CurrentPrincipal,
    env: CurrentEnv,
    page: CurrentPage,
    state: Annotated[State | None, Query(description="Only deliveries in this state")] = None,
) -> Page[WebhookDelivery]:
    """What was sent or is to be sent to a webhook, the newest first."""
    access.may_see_webhooks(principal)
    keyset = _BY_AGE.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        await found(tx, webhook_id)
        rows = await webhook_deliveries.listed(tx, webhook_id, state, keyset)
    return Page[WebhookDelivery](items=[view(row) for row in keyset.shown(rows)], next=keyset.next(rows))


@routes.get("/{delivery_id}")
async def get_webhook_delivery(
    webhook_id: UUID, delivery_id: UUID, principal: CurrentPrincipal, env: CurrentEnv
) -> WebhookDeliveryDetail:
    """One delivery with its attempts."""
    access.may_see_webhooks(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await _one(tx, webhook_id, delivery_id)
        log = await webhook_deliveries.attempts(tx, [delivery_id])
    return WebhookDeliveryDetail(**view(row).model_dump(), log=tuple(attempt(entry) for entry in log))


@routes.post("/{delivery_id}/resend", status_code=202, response_model=WebhookDelivery)
async def resend_webhook_delivery(
    webhook_id: UUID, delivery_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Send it again, with the same `webhook-id`: who had it already can tell."""
    access.may_change_webhooks(principal)
    async with command.transaction() as tx:
        webhook = await found(tx, webhook_id, lock=True)
        row = await _one(tx, webhook_id, delivery_id, lock=True)
        if webhook["state"] != "active":
            raise webhook_disabled()
        if row["state"] == "pending":
            raise still_pending()
        now = env.system.now()
        await webhook_deliveries.resend(tx, delivery_id, now, now + PATIENCE)
        audit.note(
            tx,
            actor=principal.actor,
            action="webhook.resend",
            subject=str(delivery_id),
            company_id=principal.company_id,
        )
        return await command.answer(tx, 202, view(await _one(tx, webhook_id, delivery_id)))
