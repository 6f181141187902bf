"""Sends what is due to webhooks and records what came of it, after the fact: at least once, under the same id."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.invoices import Channel
from mesh import crash
from mesh.leases import Lease
from mesh.transaction import Transaction
from mesh.vault import SecretUnreadable
from notifications import delivering
from notifications.dispatch import Dispatcher
from notifications.domain.items import Item, ItemType
from notifications.domain.retries import PATIENCE, next_attempt
from notifications.env import Env
from notifications.store import feed, webhook_deliveries, webhooks
from notifications.webhook_sender import Outcome, body_of

_A_WEBHOOK: Final = 4
"""Requests to one webhook at once: a slow one leaves room for the others."""


def purpose(webhook_id: UUID) -> str:
    """What a webhook's secret is encrypted for."""
    return f"webhook:{webhook_id}"


def dispatcher(env: Env) -> Dispatcher:
    """The job that sends to webhooks."""

    async def due(busy: Collection[UUID], limit: int) -> list[RowMapping]:
        async with env.pipeline.transaction() as tx:
            return await webhook_deliveries.due(tx, env.system.now(), busy=busy, limit=limit, a_webhook=_A_WEBHOOK)

    async def send(row: RowMapping) -> None:
        await send_one(row, env)

    return Dispatcher(Lease(env.pipeline, "webhooks", env.holder), due, send)


async def send_one(row: RowMapping, env: Env) -> None:
    """One attempt at one delivery."""
    now = env.system.now()
    body = body_of(row["item_id"], row["position"], row["type"], row["subject"], row["occurred_at"], row["data"])
    try:
        secrets = _secrets(row, env)
    except SecretUnreadable as error:
        outcome = Outcome(None, f"SECRET_UNREADABLE: rotate the secret of this webhook ({error})", "", 0)
    else:
        crash.site("webhook.before_send")
        outcome = await env.webhooks.send(row["url"], row["item_id"], body, secrets, now)
        crash.site("webhook.sent")
    async with env.pipeline.transaction() as tx:
        await _record(tx, row, outcome, env)


def _secrets(row: RowMapping, env: Env) -> list[str]:
    """The current secret and, for a day after a rotation, the one before (Standard Webhooks: several signatures)."""
    tokens = [row["secret"]]
    if row["previous_secret"] is not None and row["previous_until"] > env.system.now():
        tokens.append(row["previous_secret"])
    return [env.vault.decrypt(purpose(row["webhook_id"]), token).decode() for token in tokens]


async def _record(tx: Transaction, row: RowMapping, outcome: Outcome, env: Env) -> None:
    now = env.system.now()
    # The webhook first, as everybody who ends its deliveries does: in another order two of us could block each other.
    await webhooks.one(tx, row["webhook_id"], lock=True)
    attempts = await webhook_deliveries.note_attempt(
        tx,
        row,
        at=now,
        milliseconds=outcome.milliseconds,
        status=outcome.status,
        error=outcome.error,
        response=outcome.response,
    )
    if attempts is None:
        return  # the webhook was deleted while we sent
    if outcome.error is None:
        await webhook_deliveries.settle(tx, row["id"], "delivered", now)
        await webhooks.well(tx, row["webhook_id"])
        await delivering.reached(tx, Channel.WEBHOOK, [row["item_id"]], env.clock.now())
        return
    since = await webhooks.failing(tx, row["webhook_id"], now)
    if outcome.gone:
        await disable(tx, row["webhook_id"], row["company_id"], "GONE", env)
        return
    following = next_attempt(attempts, now, row["give_up_at"])
    if following is not None:
        await webhook_deliveries.postpone(tx, row["id"], following)
        return
    if since is not None and since <= await webhook_deliveries.tried_since(tx, row["id"], row["give_up_at"] - PATIENCE):
        await disable(
            tx, row["webhook_id"], row["company_id"], "FAILING", env
        )  # nothing got through for as long as this was tried
        return
    await webhook_deliveries.settle(tx, row["id"], "failed", now)
    await delivering.gave_up(tx, Channel.WEBHOOK, [row["item_id"]], "WEBHOOK_FAILED", env.clock.now())


async def disable(tx: Transaction, webhook_id: UUID, company_id: UUID, reason: str, env: Env) -> None:
    """Nothing more goes there; the company learns of it."""
    now = env.system.now()
    if not await webhooks.disable(tx, webhook_id, reason, now):
        return
    items = await webhook_deliveries.end_pending(tx, webhook_id, "WEBHOOK_DISABLED", now)
    await delivering.gave_up(tx, Channel.WEBHOOK, items, "WEBHOOK_DISABLED", env.clock.now())
    item = Item(
        id=new_id(),
        company_id=company_id,
        type=ItemType.WEBHOOK_DISABLED,
        subject=webhook_id,
        data={"webhook_id": str(webhook_id), "reason": reason},
        occurred_at=now,
    )
    await feed.add(tx, [item])
