"""`/v1/preferences`: how the company wants its invoices, and which mails the person wants."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.invoices import Channel, InvoiceArchived
from contracts.registration import Right
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from notifications.api import access
from notifications.api.access import CurrentEnv
from notifications.domain.mails import MailKind
from notifications.errors import no_active_webhook
from notifications.store import preferences, webhooks

routes = APIRouter(prefix="/v1/preferences", tags=["preferences"], responses=responses(Conflict))
Mails = Annotated[
    dict[MailKind, bool], Field(description="Which mails the person wants; a kind that is absent is wanted")
]


class Preferences(Output):
    """The company's channel for the invoices it gets, and the person's mails (empty for a machine client)."""

    channel: Channel
    mails: dict[MailKind, bool]


class NewPreferences(Input):
    """All of it: what is absent goes back to its default. The channel holds for the next invoices."""

    channel: Channel
    mails: Mails = Field(default_factory=dict[MailKind, bool])


async def _read(tx: Transaction, principal: Principal) -> Preferences:
    mails: dict[MailKind, bool] = {}
    if isinstance(principal.subject, UUID):
        off = await preferences.switched_off(tx, principal.company_id, principal.subject)
        mails = {kind: kind.value not in off for kind in MailKind}
    return Preferences(channel=await preferences.channel(tx, principal.company_id), mails=mails)


@routes.get("")
async def get_preferences(principal: CurrentPrincipal, env: CurrentEnv) -> Preferences:
    """How the company gets its invoices, and which mails the person gets."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        return await _read(tx, principal)


@routes.put("", response_model=Preferences)
async def set_preferences(
    new: NewPreferences, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Everybody sets their own mails; the channel is the administrators', or a client's with `webhooks:write`."""
    access.may_read(principal)
    async with command.transaction() as tx:
        now = env.system.now()
        if new.channel is not await preferences.channel(tx, principal.company_id):
            principal.require(Right.WEBHOOKS_WRITE)
            principal.require_scope("webhooks:write")
            if new.channel is Channel.WEBHOOK and not await webhooks.any_takes(tx, InvoiceArchived.type_name):
                raise no_active_webhook()
            await preferences.choose(tx, principal.company_id, new.channel, now)
        if isinstance(principal.subject, UUID):
            off = [kind.value for kind, wanted in new.mails.items() if not wanted]
            await preferences.switch(tx, principal.company_id, principal.subject, off, now)
        audit.note(
            tx,
            actor=principal.actor,
            action="preferences.set",
            subject=str(principal.company_id),
            company_id=principal.company_id,
            detail={"channel": new.channel.value},
        )
        return await command.answer(tx, 200, await _read(tx, principal))
