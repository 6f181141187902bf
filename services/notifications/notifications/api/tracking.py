"""`GET /v1/tracking`: how an invoice reached people and programs, as far as the company may know."""

from collections import defaultdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from contracts.invoices import Channel
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import NotFound
from mesh.freshness import FreshRoute
from mesh.problems import responses
from notifications.api import access
from notifications.api.access import CurrentEnv
from notifications.api.webhook_deliveries import WebhookAttempt, WebhookDeliveryDetail, attempt, view
from notifications.domain.mails import MailKind
from notifications.errors import nothing_sent
from notifications.store import deliveries, feed, mails, webhook_deliveries

routes = APIRouter(prefix="/v1/tracking", tags=["tracking"], route_class=FreshRoute)


class Delivery(Output):
    """The invoice on its way to the buyer. `reason`: why the channel gave up."""

    delivery_id: UUID
    submission_id: UUID
    channel: Channel
    state: Literal["pending", "delivered", "failed", "cancelled"]
    reason: str | None
    created_at: datetime
    settled_at: datetime | None


class TrackedMail(Output):
    """A mail to somebody of the company; who it was is not said."""

    id: UUID
    kind: MailKind
    state: Literal["pending", "sent", "failed", "skipped"]
    attempts: int
    next_at: datetime | None
    created_at: datetime
    settled_at: datetime | None


class Tracking(Output):
    """Deliveries are both sides'; webhooks and mails are the acting company's own."""

    invoice_id: UUID
    deliveries: tuple[Delivery, ...]
    webhooks: tuple[WebhookDeliveryDetail, ...]
    mails: tuple[TrackedMail, ...]


@routes.get("", responses=responses(NotFound))
async def track_invoice(
    principal: CurrentPrincipal, env: CurrentEnv, invoice_id: Annotated[UUID, Query(description="The invoice's id")]
) -> Tracking:
    """Deliveries, webhook attempts and mails of an invoice."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        if not await feed.told(tx, principal.company_id, invoice_id):
            raise nothing_sent()
        delivered = await deliveries.of_invoice(tx, invoice_id)
        sent = await webhook_deliveries.of_invoice(tx, invoice_id)
        log = await webhook_deliveries.attempts(tx, [row["id"] for row in sent])
        mailed = await mails.of_invoice(tx, invoice_id)
    attempts: defaultdict[UUID, list[WebhookAttempt]] = defaultdict(list)
    for entry in log:
        attempts[entry["delivery_id"]].append(attempt(entry))
    return Tracking(
        invoice_id=invoice_id,
        deliveries=tuple(Delivery.model_validate(dict(row)) for row in delivered),
        webhooks=tuple(WebhookDeliveryDetail(**view(row).model_dump(), log=tuple(attempts[row["id"]])) for row in sent),
        mails=tuple(TrackedMail.model_validate(dict(row)) for row in mailed),
    )
