"""`/v1/webhooks`: where a company wants its items sent."""

import base64
import os
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.invoices import Channel
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Invalid, NotFound
from mesh.paging import CurrentPage, Page, Sort
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from notifications import delivering
from notifications.api import access
from notifications.api.access import CurrentEnv
from notifications.domain.items import ItemType
from notifications.domain.targets import MAX_URL, TargetRefused
from notifications.env import Env
from notifications.errors import bad_target, no_such_webhook, too_many_webhooks
from notifications.store import webhook_deliveries, webhooks
from notifications.webhook_queue import purpose

routes = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], responses=responses(NotFound, Conflict, Invalid))
_MOST: Final = 20
_OVERLAP: Final = timedelta(hours=24)
_BY_AGE = Sort(name="created", column="created_at", kind="timestamptz", descending=True)

Types = Annotated[
    tuple[ItemType, ...], Field(max_length=len(ItemType), description="Types of items it takes; empty: every one")
]
Url = Annotated[str, Field(min_length=1, max_length=MAX_URL, description="https only, a server on the internet")]
Description = Annotated[str, Field(max_length=200)]


class NewWebhook(Input):
    """Where items are to be sent."""

    url: Url
    types: Types = ()
    description: Description = ""


class WebhookChange(Input):
    """What is to be changed; what is absent stays."""

    url: Url | None = None
    types: Types | None = None
    description: Description | None = None
    enabled: bool | None = None


class WebhookView(Output):
    """A webhook. `failing_since`: every attempt since then failed; after three days it is disabled."""

    id: UUID
    url: str
    description: str
    types: tuple[str, ...]
    state: Literal["active", "disabled"]
    disabled_reason: str | None
    failing_since: datetime | None
    created_at: datetime
    changed_at: datetime


class WebhookWithSecret(WebhookView):
    """A webhook with the secret that signs what it gets (Standard Webhooks). It is shown this once."""

    secret: str


def view(row: RowMapping) -> WebhookView:
    """A webhook without its secret."""
    return WebhookView.model_validate({name: row[name] for name in WebhookView.model_fields})


def _new_secret() -> str:
    """24 random bytes as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(os.urandom(24)).decode()


def _checked(env: Env, url: str) -> str:
    try:
        env.targets.target(url)
    except TargetRefused as refused:
        raise bad_target(str(refused)) from None
    return url


def _note(tx: Transaction, principal: Principal, action: str, webhook_id: UUID, **detail: Any) -> None:
    audit.note(
        tx,
        actor=principal.actor,
        action=f"webhook.{action}",
        subject=str(webhook_id),
        company_id=principal.company_id,
        detail=detail,
    )


async def found(tx: Transaction, webhook_id: UUID, *, lock: bool = False) -> RowMapping:
    """A webhook of the acting company. Raises NotFound (`NO_SUCH_WEBHOOK`)."""
    row = await webhooks.one(tx, webhook_id, lock=lock)
    if row is None:
        raise no_such_webhook()
    return row


@routes.post("", status_code=201, response_model=WebhookWithSecret)
async def add_webhook(
    new: NewWebhook, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Items numbered from now on go there. The answer holds the secret, once."""
    access.may_change_webhooks(principal)
    url, webhook_id, secret = _checked(env, new.url), new_id(), _new_secret()
    async with command.transaction() as tx:
        if await webhooks.count(tx, principal.company_id) >= _MOST:
            raise too_many_webhooks(_MOST)
        await webhooks.add(
            tx,
            webhook_id,
            principal.company_id,
            url=url,
            description=new.description,
            types=sorted(set(new.types)),
            secret=env.vault.encrypt(purpose(webhook_id), secret.encode()),
            at=env.system.now(),
        )
        _note(tx, principal, "add", webhook_id)
        shown = view(await found(tx, webhook_id))
        answer = WebhookWithSecret(**shown.model_dump(), secret=secret)
        return await command.answer(tx, 201, answer, secret=True)


@routes.get("")
async def list_webhooks(principal: CurrentPrincipal, env: CurrentEnv, page: CurrentPage) -> Page[WebhookView]:
    """The company's webhooks, the newest first."""
    access.may_see_webhooks(principal)
    keyset = _BY_AGE.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await webhooks.listed(tx, keyset)
    return Page[WebhookView](items=[view(row) for row in keyset.shown(rows)], next=keyset.next(rows))


@routes.get("/{webhook_id}")
async def get_webhook(webhook_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> WebhookView:
    """One webhook."""
    access.may_see_webhooks(principal)
    async with env.api.transaction(principal.tenants) as tx:
        return view(await found(tx, webhook_id))


@routes.patch("/{webhook_id}", response_model=WebhookView)
async def change_webhook(
    webhook_id: UUID, change: WebhookChange, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Change it, or switch it on or off. What waits for it when it is switched off is given up, and can be resent."""
    access.may_change_webhooks(principal)
    if change.url is not None:
        _checked(env, change.url)
    async with command.transaction() as tx:
        row, now = await found(tx, webhook_id, lock=True), env.system.now()
        await webhooks.change(
            tx,
            webhook_id,
            url=row["url"] if change.url is None else change.url,
            description=row["description"] if change.description is None else change.description,
            types=row["types"] if change.types is None else sorted(set(change.types)),
            at=now,
        )
        if change.enabled is True and row["state"] == "disabled":
            await webhooks.enable(tx, webhook_id, now)
        if change.enabled is False and row["state"] == "active":
            await webhooks.disable(tx, webhook_id, "SWITCHED_OFF", now)
            await _end_pending(tx, env, webhook_id, "WEBHOOK_DISABLED")
        _note(tx, principal, "change", webhook_id, fields=sorted(change.model_fields_set))
        return await command.answer(tx, 200, view(await found(tx, webhook_id)))


@routes.delete("/{webhook_id}", status_code=204)
async def remove_webhook(
    webhook_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Delete it with the record of what was sent there."""
    access.may_change_webhooks(principal)
    async with command.transaction() as tx:
        await found(tx, webhook_id, lock=True)
        await _end_pending(tx, env, webhook_id, "WEBHOOK_DELETED")
        await webhooks.remove(tx, webhook_id)
        _note(tx, principal, "remove", webhook_id)
        return await command.answer(tx, 204)


@routes.post("/{webhook_id}/rotate", response_model=WebhookWithSecret)
async def rotate_secret(
    webhook_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """A new secret, shown once. For a day requests carry the signatures of both, so that you can change over."""
    access.may_change_webhooks(principal)
    secret = _new_secret()
    async with command.transaction() as tx:
        await found(tx, webhook_id, lock=True)
        now = env.system.now()
        await webhooks.rotate(
            tx, webhook_id, env.vault.encrypt(purpose(webhook_id), secret.encode()), now + _OVERLAP, now
        )
        _note(tx, principal, "rotate", webhook_id)
        shown = view(await found(tx, webhook_id))
        return await command.answer(tx, 200, WebhookWithSecret(**shown.model_dump(), secret=secret), secret=True)


async def _end_pending(tx: Transaction, env: Env, webhook_id: UUID, reason: str) -> None:
    items = await webhook_deliveries.end_pending(tx, webhook_id, reason, env.system.now())
    await delivering.gave_up(tx, Channel.WEBHOOK, items, reason, env.clock.now())
