"""The numbering step: positions in the feed, and what follows from them: webhooks, mails, deliveries."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import derived_id
from contracts.invoices import Channel
from contracts.registration import UserState
from mesh import directory
from mesh.transaction import Transaction
from notifications import delivering
from notifications.domain.mails import MailKind, kind_of, may_get
from notifications.domain.retries import PATIENCE
from notifications.env import Env
from notifications.store import deliveries, feed, mails, preferences, webhook_deliveries
from notifications.store.mails import Letter

_BATCH: Final = 200


async def number_items(tx: Transaction, env: Env) -> int:
    """Number what committed since the last step; returns how many items got a position."""
    # What the step before numbered is committed by now; this one may find nothing.
    env.news.ring()
    items = await feed.number(tx, _BATCH)
    if not items:
        return 0
    due = env.system.now()
    wanted = {item["id"]: Channel(item["channel"]) for item in items if item["channel"]}
    to_webhooks = await webhook_deliveries.begin(tx, items, due, due + PATIENCE)
    letters = await _letters(tx, items, wanted)
    await mails.add(tx, letters, due, due + PATIENCE)
    await _deliver(tx, env, items, wanted, to_webhooks, {letter.item_id for letter in letters})
    return len(items)


async def _deliver(
    tx: Transaction,
    env: Env,
    items: Sequence[RowMapping],
    wanted: Mapping[UUID, Channel],
    to_webhooks: set[UUID],
    to_people: set[UUID],
) -> None:
    """Begin each delivery on its channel; where that leads nowhere, the portal has it."""
    positions: list[int] = []
    chosen: dict[UUID, Channel] = {}
    for item in items:
        channel = wanted.get(item["id"])
        if channel is None:
            continue
        leads = {Channel.WEBHOOK: item["id"] in to_webhooks, Channel.MAIL: item["id"] in to_people}
        chosen[item["id"]] = channel if leads.get(channel, True) else Channel.PORTAL
        positions.append(item["position"])
    if chosen:
        await deliveries.place(tx, list(chosen), positions, list(chosen.values()))
        portal = [item_id for item_id, channel in chosen.items() if channel is Channel.PORTAL]
        await delivering.reached(tx, Channel.PORTAL, portal, env.clock.now())


async def _letters(tx: Transaction, items: Sequence[RowMapping], wanted: Mapping[UUID, Channel]) -> list[Letter]:
    letters: list[Letter] = []
    readers: dict[tuple[UUID, MailKind], list[UserState]] = {}
    for item in items:
        company_id = item["company_id"]
        by_mail = wanted.get(item["id"]) is Channel.MAIL
        kind = kind_of(item["type"], item["data"], company_id, by_mail=by_mail)
        if kind is None:
            continue
        if (company_id, kind) not in readers:
            readers[company_id, kind] = await _readers(tx, company_id, kind)
        letters += [
            Letter(
                id=derived_id(item["id"], "mail", str(person.user_id)),
                user_id=person.user_id,
                company_id=company_id,
                item_id=item["id"],
                kind=kind,
                invoice_id=item["invoice_id"],
            )
            for person in readers[company_id, kind]
        ]
    return letters


async def _readers(tx: Transaction, company_id: UUID, kind: MailKind) -> list[UserState]:
    unwilling = await preferences.who_switched_off(tx, company_id, kind.value)
    people = await directory.members(tx, company_id)
    return [person for person in people if may_get(person, company_id, kind) and person.user_id not in unwilling]
