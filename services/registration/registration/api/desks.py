"""Who answers a question, when and for what price, before it is sent; and a ticket's way from desk to desk."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import ConfigDict, Field

from mesh import audit
from mesh.auth import CurrentOperator, CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.errors import Forbidden, Invalid, NotFound
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import desks
from registration.api.access import CurrentEnv
from registration.api.tickets import TicketView, Topic, answering, whole
from registration.env import Env
from registration.errors import tickets as ticket_errors
from registration.store import tickets
from registration.store.tickets import Ticket

router = APIRouter(prefix="/v1", tags=["support"])


class DeskView(Output):
    """A support desk. `hours` and `price` are empty where nothing is set: it answers when it can, for nothing."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    kind: Literal["unit", "operator"]
    name: str
    hours: str
    price: str
    contact: str


class PassedOn(Input):
    """To which topic's and unit's desk, and a word to it."""

    topic: Topic
    unit_id: UUID | None = None
    note: Annotated[str, Field(max_length=500)] = ""


@router.get("/tickets/desk", responses=responses(Forbidden))
async def read_desk(
    principal: CurrentPrincipal, env: CurrentEnv, topic: Topic, unit_id: UUID | None = None
) -> DeskView:
    """Who answers a question about a topic and a unit of a partner: look before you send."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        return DeskView.model_validate(await desks.responsible(tx, env, topic, unit_id, principal.company_id))


@router.get("/registrations/tickets/desk")
async def read_desk_outside(env: CurrentEnv) -> DeskView:
    """Who answers somebody who cannot sign in."""
    return DeskView.model_validate(env.desk)


@router.post("/tickets/{ticket_id}/pass", status_code=204, responses=responses(Forbidden, NotFound, Invalid))
async def hand_ticket_over(ticket_id: UUID, to: PassedOn, principal: CurrentPrincipal, env: CurrentEnv) -> Response:
    """From a unit's desk, let another one answer: without a unit the operator's. Desk and whoever asked are told."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        seen = await tickets.read(tx, ticket_id)
    if seen is None or not answering(principal, seen):
        raise ticket_errors.ticket_unknown()
    # What is somebody else's afterwards is not the desk's to write.
    async with env.pipeline.transaction() as tx:
        found = await tickets.of_number(tx, seen.number)
        if found is None or found.desk_company_id != seen.desk_company_id:
            raise ticket_errors.ticket_unknown()
        await _passed(tx, env, found, to, principal.actor)
    return Response(status_code=204)


@router.post("/ops/registration/tickets/{number}/pass", responses=responses(Forbidden, NotFound, Invalid))
async def pass_ticket_on(
    number: Annotated[int, Path(ge=1, le=2**63 - 1)], to: PassedOn, operator: CurrentOperator, env: CurrentEnv
) -> TicketView:
    """Pass a ticket on, by its number, to the desk of another topic or unit; the desk and whoever asked are told."""
    async with env.pipeline.transaction() as tx:
        found = await tickets.of_number(tx, number)
        if found is None:
            raise ticket_errors.ticket_unknown()
        await _passed(tx, env, found, to, operator.actor)
        return await whole(tx, found.id)


async def _passed(tx: Transaction, env: Env, found: Ticket, to: PassedOn, actor: str) -> None:
    """Raises Invalid (`NO_DESK`)."""
    desk = await desks.responsible(tx, env, to.topic, to.unit_id, found.company_id)
    if to.unit_id is not None and desk.kind != "unit":
        raise ticket_errors.no_desk()
    ticket = await tickets.pass_on(tx, found.id, to.topic, to.unit_id, desk)
    await desks.passed_on(tx, env, ticket, desk, to.note)
    audit.note(
        tx,
        actor=actor,
        action="ticket.pass",
        subject=str(ticket.id),
        company_id=ticket.company_id,
        detail={"topic": to.topic, "unit_id": str(to.unit_id or ""), "desk": desk.name},
    )
