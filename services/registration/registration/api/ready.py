"""Ready to transact: the steps of a connection from the buyer's notice to its first order."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Forbidden, NotFound
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import ready
from registration.api import access
from registration.api.access import CurrentEnv
from registration.api.connections import ConnectionView

router = APIRouter(prefix="/v1/connections/{connection_id}/ready", tags=["connections"])


class Notice(Input):
    """What the supplier reads: what to do, and whom to ask."""

    instructions: Annotated[str, Field(max_length=2_000)] = ""
    contact: Annotated[str, Field(min_length=1, max_length=200)]


class Words(Input):
    """A question or an answer."""

    text: Annotated[str, Field(min_length=1, max_length=1_000)]


@router.post("", response_model=ConnectionView, responses=responses(Forbidden, NotFound, Conflict))
async def notify_ready(
    connection_id: UUID, notice: Notice, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The buyer says from when invoices go through here. Five working days of silence make it so."""
    access.trades(principal)
    days = await ready.days_of(env, principal.company_id)
    async with command.transaction() as tx:
        changed = await ready.notify(
            tx,
            env,
            principal.company_id,
            connection_id,
            days,
            instructions=notice.instructions,
            contact=notice.contact,
        )
        _note(tx, principal, "notify", connection_id)
        return await command.answer(tx, 200, ConnectionView.model_validate(changed))


@router.post("/question", response_model=ConnectionView, responses=responses(Forbidden, NotFound, Conflict))
async def ask_before_ready(
    connection_id: UUID, words: Words, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier asks; as long as the question is open, nothing is activated."""
    access.trades(principal)
    days = await ready.days_of(env, principal.company_id)
    async with command.transaction() as tx:
        changed = await ready.ask(tx, env, principal.company_id, connection_id, days, words.text)
        _note(tx, principal, "ask", connection_id)
        return await command.answer(tx, 200, ConnectionView.model_validate(changed))


@router.post("/answer", response_model=ConnectionView, responses=responses(Forbidden, NotFound, Conflict))
async def answer_before_ready(
    connection_id: UUID, words: Words, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The buyer answers; the days of silence begin anew."""
    access.trades(principal)
    days = await ready.days_of(env, principal.company_id)
    async with command.transaction() as tx:
        changed = await ready.answer(tx, env, principal.company_id, connection_id, days, words.text)
        _note(tx, principal, "answer", connection_id)
        return await command.answer(tx, 200, ConnectionView.model_validate(changed))


@router.post("/confirm", response_model=ConnectionView, responses=responses(Forbidden, NotFound, Conflict))
async def confirm_ready(
    connection_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The supplier is ready before the days are over."""
    access.trades(principal)
    async with command.transaction() as tx:
        changed = await ready.confirm(tx, env, principal.company_id, connection_id)
        _note(tx, principal, "confirm", connection_id)
        return await command.answer(tx, 200, ConnectionView.model_validate(changed))


def _note(tx: Transaction, principal: Principal, what: str, connection_id: UUID) -> None:
    audit.note(
        tx,
        actor=principal.actor,
        action=f"connection.ready.{what}",
        subject=str(connection_id),
        company_id=principal.company_id,
    )
