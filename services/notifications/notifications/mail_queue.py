"""Sends the mails that are due. Address and words are found at the last moment: nothing outlives an erasure."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.invoices import Channel
from mesh import crash, directory
from mesh.errors import ResourceDown, Transient
from mesh.leases import Lease
from mesh.mail import Mail, MailRefused
from mesh.mail_links import unlinked
from mesh.transaction import Transaction
from notifications import delivering
from notifications.dispatch import Dispatcher
from notifications.domain.mails import MailKind, may_get
from notifications.domain.retries import next_attempt
from notifications.domain.wording import Addressed, write
from notifications.env import Env
from notifications.store import mails, preferences

_SERVER_DOWN: Final = timedelta(seconds=15)
_PAGES: Final = {
    MailKind.WEBHOOK_DISABLED: "/settings/webhooks",
    MailKind.RULE_FAILED: "/rules",
    MailKind.PAPER_REFUSED: "/partners",
}


def dispatcher(env: Env) -> Dispatcher:
    """The job that sends mails."""

    async def due(busy: Collection[UUID], limit: int) -> list[RowMapping]:
        async with env.pipeline.transaction() as tx:
            return await mails.due(tx, env.system.now(), busy=busy, limit=limit)

    async def send(row: RowMapping) -> None:
        await send_one(row, env)

    return Dispatcher(Lease(env.pipeline, "mails", env.holder), due, send)


async def send_one(row: RowMapping, env: Env) -> None:
    """One attempt at one mail."""
    async with env.pipeline.transaction() as tx:
        mail = await _compose(tx, row, env)
        if mail is None:
            await mails.settle(tx, row["id"], "skipped", env.system.now())
            await delivering.gave_up(tx, Channel.MAIL, [row["item_id"]], "NO_RECIPIENT", env.clock.now())
            return
    failure: Transient | MailRefused | None = None
    crash.site("mail.before_send")
    try:
        await env.mailer.send(mail)
    except (Transient, MailRefused) as error:
        failure = error
    crash.site("mail.sent")
    async with env.pipeline.transaction() as tx:
        await _record(tx, row, failure, env)


async def _record(tx: Transaction, row: RowMapping, failure: Transient | MailRefused | None, env: Env) -> None:
    now = env.system.now()
    if failure is None:
        await mails.settle(tx, row["id"], "sent", now)
        await delivering.reached(tx, Channel.MAIL, [row["item_id"]], env.clock.now())
        return
    down = isinstance(failure, ResourceDown)
    following = now + _SERVER_DOWN if down else next_attempt(row["attempts"] + 1, now, row["give_up_at"])
    if following is not None and following < row["give_up_at"] and not isinstance(failure, MailRefused):
        # A server's answer may hold the address it refuses: what is kept says only of which kind the failure was.
        await mails.postpone(tx, row["id"], following, "SERVER_DOWN" if down else "TRY_LATER", counts=not down)
        return
    reason = "MAIL_REFUSED" if isinstance(failure, MailRefused) else "MAIL_FAILED"
    await mails.settle(tx, row["id"], "failed", now, reason)
    await delivering.gave_up(tx, Channel.MAIL, [row["item_id"]], reason, env.clock.now())


async def _compose(tx: Transaction, row: RowMapping, env: Env) -> Mail | None:
    """The mail as it would be written now; None: the person left, or does not want it any more."""
    kind, company_id = MailKind(row["kind"]), row["company_id"]
    person = await directory.user(tx, row["user_id"])
    if person is None or not person.email or not may_get(person, company_id, kind):
        return None
    if kind.value in await preferences.switched_off(tx, company_id, row["user_id"]):
        return None
    data = row["data"]
    company = await directory.company(tx, company_id)
    other = data.get("supplier_id") if kind is MailKind.NEW_INVOICE else data.get("buyer_id")
    partner = await directory.company(tx, UUID(other)) if other else None
    page = f"/invoices/{row['invoice_id']}" if row["invoice_id"] else _PAGES.get(kind, "/")
    settings = f"{env.public_url}/settings/notifications"
    wording = write(
        kind,
        person.language,
        data | {name: unlinked(str(data.get(name, ""))) for name in ("number", "rule")},
        Addressed(
            company=unlinked(company.legal_name) if company else "",
            partner=unlinked(partner.legal_name) if partner else None,
            page=f"{env.public_url}{page}",
            settings=settings,
        ),
    )
    return Mail(
        id=row["id"],
        to=person.email,
        subject=wording.subject,
        text=wording.text,
        html=wording.html,
        unsubscribe=settings,
    )
