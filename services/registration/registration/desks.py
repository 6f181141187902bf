"""Which support desk a question goes to, and how the desk hears of it."""

from uuid import UUID

from mesh.transaction import Transaction
from registration.domain import support_desk
from registration.domain.support_desk import Desk
from registration.env import Env
from registration.mail_texts import desks as texts
from registration.mail_texts.letter import written
from registration.store import tickets
from registration.store.tickets import Ticket


async def responsible(tx: Transaction, env: Env, topic: str, unit_id: UUID | None, asker: UUID | None) -> Desk:
    """The desk for a question of a company (None: of somebody who could not sign in) about a unit (None: about none).

    A unit answers its own partners alone, and only when somebody who is known has vouched for its company.
    """
    row = await tickets.desk_of_unit(tx, unit_id, asker) if unit_id else None
    return (support_desk.of_unit(topic, **row) if row else None) or env.desk


async def told(tx: Transaction, env: Env, ticket: Ticket, desk: Desk, *, text: str, note: str = "") -> None:
    """Write to a desk that has an address; others read their queue."""
    if not desk.address:
        return
    letter = written(
        texts.FOR_THE_DESK,
        ticket.language,
        link=env.portal.link("/tickets"),
        number=str(ticket.number),
        desk=desk.name,
        subject=ticket.subject,
        name=ticket.name,
        email=ticket.email,
        document=ticket.document or "—",
        text=text,
        note=note,
    )
    await env.mails.put(tx, to=desk.address, subject=letter.subject, text=letter.text, html=letter.html)


async def heard(tx: Transaction, env: Env, ticket: Ticket, text: str) -> None:
    """Tell the desk of a ticket of one message more."""
    await told(tx, env, ticket, await responsible(tx, env, ticket.topic, ticket.unit_id, ticket.company_id), text=text)


async def passed_on(tx: Transaction, env: Env, ticket: Ticket, desk: Desk, note: str) -> None:
    """Tell the desk what was asked so far, and whoever asked who answers now."""
    thread = await tickets.thread(tx, ticket.id)
    said = "\n\n".join(f"{each.author}: {each.text}" for each in thread)
    await told(tx, env, ticket, desk, text=said, note=note)
    letter = written(
        texts.PASSED_ON,
        ticket.language,
        link=env.portal.link("/tickets"),
        number=str(ticket.number),
        name=ticket.name,
        desk=desk.name,
        contact=" · ".join(filter(None, (desk.contact, desk.hours, desk.price))),
    )
    await env.mails.put(
        tx, to=ticket.email, subject=letter.subject, text=letter.text, html=letter.html, company_id=ticket.company_id
    )
