"""Ready to transact: the buyer's notice, questions that hold it, silence that activates it after five working days."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from contracts.registration import ConnectionStatus
from mesh import audit
from mesh.transaction import Transaction
from registration import errors, notices, states
from registration.domain import working_days
from registration.env import Env
from registration.errors import partners as partner_errors
from registration.mail_texts import ready as texts
from registration.mail_texts.letter import Wording
from registration.store import companies, connections
from registration.store.connections import Connection

SILENCE: Final = 5
"""Working days after which silence is a yes."""
QUESTIONS: Final = 3
"""Working days for questions, and for their answers; then whoever is awaited is written to again, once."""
_PAGE: Final = "/partners"


async def _held(tx: Transaction, company_id: UUID, connection_id: UUID) -> Connection:
    connection = await connections.read(tx, connection_id)
    if connection is None or company_id not in (connection.supplier_id, connection.buyer_id):
        raise errors.connection_unknown()
    if connection.status is not ConnectionStatus.ACTIVE:
        raise errors.wrong_state(connection.status)
    return connection


async def _say(tx: Transaction, env: Env, connection: Connection, to: UUID, wording: Wording, **names: str) -> None:
    await connections.update(tx, connection)
    await states.connection(tx, connection.id)
    partner = connection.supplier_name if to == connection.buyer_id else connection.buyer_name
    link = env.portal.link(_PAGE)
    await notices.tell(tx, env.mails, to, wording, link=link, partner=partner, unit=connection.unit_name, **names)


@dataclass(frozen=True)
class Days:
    """From `now` on: when the days for questions are over, and those of silence."""

    now: datetime
    questions: datetime
    silence: datetime


async def days_of(env: Env, company_id: UUID) -> Days:
    """By the calendar of the company that acts. Asked before a transaction begins: to read a calendar takes longer than
    one may stand idle."""
    async with env.api.transaction([company_id]) as tx:
        found = await companies.read(tx, company_id)
    company = found[0] if found else None
    country, zone = (company.country, company.time_zone) if company else ("FR", "Europe/Paris")
    now = env.clock.now()

    def after(days: int) -> datetime:
        return working_days.after(now, days, country=country, zone=zone)

    return Days(now, await asyncio.to_thread(after, QUESTIONS), await asyncio.to_thread(after, SILENCE))


async def notify(
    tx: Transaction, env: Env, company_id: UUID, connection_id: UUID, days: Days, *, instructions: str, contact: str
) -> Connection:
    """The buyer announces it; `days` are its own. Raises NotFound, Forbidden (`NOT_YOURS_TO_DECIDE`), Conflict
    (`WRONG_STATE`, `READY_STATE`)."""
    connection = await _held(tx, company_id, connection_id)
    if connection.buyer_id != company_id:
        raise errors.not_yours_to_decide()
    if connection.ready_state not in ("none", "notified"):
        raise partner_errors.ready_state(connection.ready_state)
    changed, day = _silent_until(replace(connection, ready_contact=contact), days)
    await _say(
        tx,
        env,
        changed,
        changed.supplier_id,
        texts.NOTICE,
        day=day,
        instructions=instructions or "—",
        contact=contact,
    )
    return changed


async def ask(tx: Transaction, env: Env, company_id: UUID, connection_id: UUID, days: Days, text: str) -> Connection:
    """The supplier asks, which holds the activation. Raises as `notify`."""
    connection = await _held(tx, company_id, connection_id)
    if connection.ready_state != "notified" or connection.supplier_id != company_id:
        raise partner_errors.ready_state(connection.ready_state)
    changed = replace(
        connection,
        ready_state="held",
        ready_at=days.now,
        activates_at=None,
        question=text,
        reminder_at=days.questions,
    )
    await _say(tx, env, changed, changed.buyer_id, texts.QUESTION, text=text)
    return changed


async def answer(tx: Transaction, env: Env, company_id: UUID, connection_id: UUID, days: Days, text: str) -> Connection:
    """The buyer answers; the days of silence begin anew. Raises as `notify`."""
    connection = await _held(tx, company_id, connection_id)
    if connection.ready_state != "held" or connection.buyer_id != company_id:
        raise partner_errors.ready_state(connection.ready_state)
    changed, day = _silent_until(connection, days)
    await _say(tx, env, changed, changed.supplier_id, texts.ANSWER, text=text, day=day)
    return changed


def _silent_until(connection: Connection, days: Days) -> tuple[Connection, str]:
    """The days of silence begin; and the day on which they are over."""
    changed = replace(
        connection,
        ready_state="notified",
        ready_at=days.now,
        activates_at=days.silence,
        question="",
        reminder_at=days.questions,
    )
    return changed, days.silence.date().isoformat()


async def confirm(tx: Transaction, env: Env, company_id: UUID, connection_id: UUID) -> Connection:
    """The supplier says yes before the days are over. Raises as `notify`."""
    connection = await _held(tx, company_id, connection_id)
    if connection.ready_state != "notified" or connection.supplier_id != company_id:
        raise partner_errors.ready_state(connection.ready_state)
    return await _ready(tx, env, connection)


async def _ready(tx: Transaction, env: Env, connection: Connection) -> Connection:
    now = env.clock.now()
    changed = replace(connection, ready_state="ready", ready_at=now, activates_at=None, reminder_at=None)
    for side in (changed.supplier_id, changed.buyer_id):
        await _say(tx, env, changed, side, texts.READY, day=now.date().isoformat())
    return changed


async def activate_the_silent(env: Env) -> int:
    """Notices that nobody answered in time become active; returns how many."""
    async with env.pipeline.transaction() as tx:
        due = await connections.silent(tx, env.clock.now())
        for connection in due:
            await _ready(tx, env, connection)
            audit.note(
                tx,
                actor="system:registration",
                action="connection.ready",
                subject=str(connection.id),
                company_id=connection.buyer_id,
            )
    return len(due)


async def remind_who_is_awaited(env: Env) -> int:
    """The supplier, before silence becomes a yes; the buyer, whose answer is open. Returns to how many."""
    async with env.pipeline.transaction() as tx:
        due = await connections.to_remind(tx, env.clock.now())
        for connection in due:
            changed = replace(connection, reminder_at=None)
            if connection.ready_state == "held":
                await _say(tx, env, changed, connection.buyer_id, texts.QUESTION_REMINDER, text=connection.question)
                continue
            day = connection.activates_at.date().isoformat() if connection.activates_at else "—"
            await _say(
                tx,
                env,
                changed,
                connection.supplier_id,
                texts.NOTICE_REMINDER,
                day=day,
                contact=connection.ready_contact,
            )
    return len(due)
