"""Support: tickets with a number and a thread, also for people who cannot sign in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, ConfigDict, Field

from contracts.ids import new_id
from contracts.registration import Right
from mesh import audit
from mesh.auth import CurrentOperator, CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Forbidden, NotFound, TooMany
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import desks, errors
from registration.api.access import CurrentEnv, client_address
from registration.api.shapes import Email, Language, Name, line
from registration.domain import throttling
from registration.env import Env
from registration.errors import tickets as ticket_errors
from registration.mail_texts import support as texts
from registration.mail_texts.letter import Wording, written
from registration.store import attempts, people, ticket_files, tickets
from registration.store.tickets import Asked, Asker, Narrowed, Ticket

router = APIRouter(prefix="/v1", tags=["support"])
Topic = Literal["access", "orders", "invoices", "statuses", "archive", "plans", "technical", "other"]
Words = Annotated[str, Field(min_length=1, max_length=4_000)]
State = Literal["open", "answered", "closed"]


class NewTicket(Input):
    """What you ask. `document` is a number or id that it is about."""

    topic: Topic
    subject: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(line)]
    text: Words
    unit_id: UUID | None = None
    document: Annotated[str, Field(max_length=100)] = ""


class OpenTicket(NewTicket):
    """The same from somebody who cannot sign in."""

    email: Email
    name: Name
    language: Language = "fr"


class Message(Input):
    """One message more; `close` when nothing is left to ask."""

    text: Words
    close: bool = False


class EntryView(Output):
    """A message."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    author: str
    from_support: bool
    text: str
    at: datetime


class FileView(Output):
    """A file that goes with a ticket; `media_type` was seen from its bytes."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    name: str
    media_type: str
    size: int
    from_support: bool
    at: datetime


class TicketView(Output):
    """A ticket, with who asks; `thread` and `files` only where one ticket is read."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    number: int
    name: str
    email: str
    topic: str
    subject: str
    unit_id: UUID | None
    document: str
    state: State
    desk: Annotated[Literal["unit", "operator"], Field(description="Who answers: the unit's support or the operator's")]
    desk_name: str
    desk_company_id: Annotated[UUID | None, Field(description="Whose people answer at a unit's desk")]
    at: datetime
    changed_at: datetime
    thread: tuple[EntryView, ...] = ()
    files: tuple[FileView, ...] = ()


class QueueQuery(Input):
    """Which tickets of the queue."""

    state: State | None = "open"
    number: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None
    topic: Topic | None = None
    unit_id: UUID | None = None
    desk: Literal["unit", "operator"] | None = None


async def _mail(tx: Transaction, env: Env, ticket: Ticket, wording: Wording, text: str) -> None:
    letter = written(
        wording,
        ticket.language,
        link=env.portal.link("/tickets"),
        number=str(ticket.number),
        subject=ticket.subject,
        name=ticket.name,
        text=text,
    )
    await env.mails.put(
        tx,
        to=ticket.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        company_id=ticket.company_id,
    )


async def _opened(tx: Transaction, env: Env, asker: Asker, wanted: NewTicket) -> Ticket:
    asked = Asked(wanted.topic, wanted.subject, wanted.text, wanted.unit_id, wanted.document)
    desk = await desks.responsible(tx, env, wanted.topic, wanted.unit_id, asker.company_id)
    ticket = await tickets.insert(tx, new_id(), asker, asked, desk)
    await tickets.add(
        tx,
        new_id(),
        ticket,
        author=asker.name,
        person_id=asker.person_id,
        text=wanted.text,
        from_support=False,
        state="open",
    )
    await _mail(tx, env, ticket, texts.TICKET, wanted.text)
    await desks.told(tx, env, ticket, desk, text=wanted.text)
    actor = f"user:{asker.person_id}" if asker.person_id else "anybody"
    audit.note(tx, actor=actor, action="ticket.open", subject=str(ticket.id), company_id=asker.company_id)
    return ticket


async def whole(tx: Transaction, ticket_id: UUID) -> TicketView:
    """A ticket with its thread and files. Raises NotFound (`TICKET_UNKNOWN`)."""
    found = await tickets.read(tx, ticket_id)
    if found is None:
        raise ticket_errors.ticket_unknown()
    thread = tuple(EntryView.model_validate(each) for each in await tickets.thread(tx, ticket_id))
    files = tuple(FileView.model_validate(each) for each in await ticket_files.of_ticket(tx, ticket_id))
    return TicketView.model_validate(found).model_copy(update={"thread": thread, "files": files})


def answering(principal: Principal, ticket: Ticket) -> bool:
    """Whether somebody is at the desk of this ticket. Raises Forbidden when they may not speak for it."""
    assert isinstance(principal.subject, UUID)
    desk = ticket.at_desk(principal.company_id, principal.subject)
    if desk:
        principal.require(Right.TICKETS_ANSWER)
    return desk


@router.post("/tickets", status_code=201, response_model=TicketView, responses=responses(Forbidden))
async def open_ticket(
    wanted: NewTicket, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Ask support. The ticket's number comes by mail too."""
    principal.require_person()
    assert isinstance(principal.subject, UUID)
    async with env.pipeline.transaction() as tx:
        me = await people.addressee(tx, principal.subject)
    asker = Asker(me.email, me.name, me.language, principal.company_id, principal.subject)
    async with command.transaction() as tx:
        ticket = await _opened(tx, env, asker, wanted)
        return await command.answer(tx, 201, await whole(tx, ticket.id))


@router.get("/tickets", responses=responses(Forbidden))
async def list_tickets(
    principal: CurrentPrincipal, env: CurrentEnv, state: State | None = None, at: Literal["company", "desk"] = "company"
) -> list[TicketView]:
    """Your company's tickets, or `at` your units' desks those that your people answer; the latest change first."""
    principal.require_person()
    of = Narrowed(state, at_desk=at == "desk")
    async with env.api.transaction(principal.tenants) as tx:
        return [TicketView.model_validate(each) for each in await tickets.latest(tx, principal.company_id, of)]


@router.get("/tickets/{ticket_id}", responses=responses(Forbidden, NotFound))
async def read_ticket(ticket_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> TicketView:
    """One ticket with its thread, of your company or at the desk of one of its units."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        return await whole(tx, ticket_id)


@router.post(
    "/tickets/{ticket_id}/entries", status_code=201, response_model=TicketView, responses=responses(Forbidden, NotFound)
)
async def write_to_support(
    ticket_id: UUID, message: Message, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Add a message; a closed ticket opens again, and the desk hears of it. From the unit's desk it is the answer."""
    principal.require_person()
    assert isinstance(principal.subject, UUID)
    async with env.pipeline.transaction() as tx:
        me = await people.addressee(tx, principal.subject)
    async with command.transaction() as tx:
        found = await tickets.read(tx, ticket_id)
        if found is None:
            raise ticket_errors.ticket_unknown()
        desk = answering(principal, found)
        state = "closed" if message.close else "answered" if desk else "open"
        await tickets.add(
            tx,
            new_id(),
            found,
            author=me.name,
            person_id=principal.subject,
            text=message.text,
            from_support=desk,
            state=state,
        )
        if desk:
            await _mail(tx, env, found, texts.ANSWER, message.text)
        else:
            await desks.heard(tx, env, found, message.text)
        audit.note(
            tx,
            actor=principal.actor,
            action="ticket.answer" if desk else "ticket.write",
            subject=str(ticket_id),
            company_id=principal.company_id,
        )
        return await command.answer(tx, 201, await whole(tx, ticket_id))


@router.post("/registrations/tickets", status_code=202, responses=responses(TooMany))
async def open_ticket_outside(wanted: OpenTicket, request: Request, env: CurrentEnv) -> Response:
    """Ask support without signing in. The number comes by mail alone."""
    async with env.pipeline.transaction() as tx:
        wait = await attempts.count(tx, throttling.mail_buckets(wanted.email, client_address(request)))
    if wait:
        raise errors.too_many_tries(wait)
    async with env.pipeline.transaction() as tx:
        await _opened(tx, env, Asker(wanted.email, wanted.name, wanted.language), wanted)
    return Response(status_code=202)


@router.get("/ops/registration/tickets", responses=responses(Forbidden))
async def list_all_tickets(
    _operator: CurrentOperator,
    env: CurrentEnv,
    narrowed: Annotated[QueueQuery, Query()],
) -> list[TicketView]:
    """Everybody's tickets, the latest change first. A number is found whatever its state."""
    state = None if narrowed.number is not None else narrowed.state
    of = Narrowed(state, narrowed.number, narrowed.topic, narrowed.unit_id, narrowed.desk)
    async with env.pipeline.transaction() as tx:
        found = await tickets.latest(tx, None, of)
    return [TicketView.model_validate(each) for each in found]


@router.get("/ops/registration/tickets/{ticket_id}", responses=responses(Forbidden, NotFound))
async def read_any_ticket(ticket_id: UUID, _operator: CurrentOperator, env: CurrentEnv) -> TicketView:
    """Anybody's ticket with its thread and files."""
    async with env.pipeline.transaction() as tx:
        return await whole(tx, ticket_id)


@router.post("/ops/registration/tickets/{ticket_id}/entries", status_code=201, responses=responses(Forbidden, NotFound))
async def answer_ticket(ticket_id: UUID, answer: Message, operator: CurrentOperator, env: CurrentEnv) -> TicketView:
    """Answer; whoever asked gets it by mail."""
    async with env.pipeline.transaction() as tx:
        found = await tickets.read(tx, ticket_id)
        if found is None:
            raise ticket_errors.ticket_unknown()
        state = "closed" if answer.close else "answered"
        await tickets.add(
            tx,
            new_id(),
            found,
            author="Support",
            person_id=None,
            text=answer.text,
            from_support=True,
            state=state,
        )
        await _mail(tx, env, found, texts.ANSWER, answer.text)
        audit.note(
            tx, actor=operator.actor, action="ticket.answer", subject=str(ticket_id), company_id=found.company_id
        )
        return await whole(tx, ticket_id)
