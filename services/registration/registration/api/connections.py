"""Connections of suppliers with buyers' units."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from contracts.registration import AskedBy, ConnectionStatus, PageLanguage
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import Command, CurrentCommand
from mesh.errors import Conflict, Forbidden, Invalid, NotFound
from mesh.paging import CurrentPage, Page, Sort
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import connecting, errors
from registration.api import access
from registration.api.access import CurrentEnv, client_address
from registration.domain import consent, throttling
from registration.domain.connecting import OVER, Decision
from registration.domain.consent import Giver
from registration.env import Env
from registration.store import connections, people
from registration.store.connections import Connection

router = APIRouter(prefix="/v1/connections", tags=["connections"])

SupplierNumber = Annotated[str, Field(max_length=60, description="The supplier's number in the buyer's books")]
_NEWEST: Final = Sort("newest", "since", "timestamptz", descending=True)


class ConnectionRequest(Input):
    """Which unit a supplier wants to invoice, and a word to it. A buyer names a unit of its own and a supplier."""

    unit_id: UUID
    supplier_id: Annotated[
        UUID | None, Field(description="The supplier that a buyer asks; a supplier leaves it out")
    ] = None
    supplier_number: Annotated[SupplierNumber | None, Field(description="From a buyer that asks")] = None
    message: Annotated[str, Field(max_length=1_000)] = ""


class ConnectionRequests(Input):
    """Which units a supplier wants to invoice, of any number of customers, and a word to each."""

    unit_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]
    message: Annotated[str, Field(max_length=1_000)] = ""


class Acceptance(Input):
    """The yes of who was asked. A buyer says whether it consents to electronic invoices, a decision of its own."""

    consent: Annotated[
        bool | None,
        Field(description="The buyer agrees to electronic invoices from this supplier; a supplier says none"),
    ] = None
    supplier_number: SupplierNumber | None = None


class Refused(Input):
    """Why; who asked reads it."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Ending(Input):
    """The partner's name, typed: this cannot be undone."""

    confirm: Annotated[str, Field(max_length=200)]


class Settlement(Input):
    """What the buyer changes (consent, number), or the supplier (language). What is left out stays; empty removes."""

    consent: bool | None = None
    supplier_number: SupplierNumber | None = None
    customer_language: Annotated[
        PageLanguage | Literal[""] | None,
        Field(description="In which the supplier addresses this customer; empty: in that of the customer's country"),
    ] = None


class ConnectionView(Output):
    """A connection."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    supplier_id: UUID
    supplier_name: str
    buyer_id: UUID
    buyer_name: str
    unit_id: UUID
    unit_name: str
    status: ConnectionStatus
    since: datetime
    asked_by: Annotated[AskedBy, Field(description="The side that asked; the other one accepts or refuses")]
    supplier_number: str | None
    consent: bool
    customer_language: Annotated[
        PageLanguage | None,
        Field(description="The second language of invoices; null: by the customer's country, across a border"),
    ]
    message: str
    reason: Annotated[str, Field(description="Why it was refused")]
    proof: Annotated[
        dict[str, Any] | None,
        Field(
            description="Of the consent: who agreed, when, from where, to which words (`text_sha256`); who withdrew it"
        ),
    ]
    ready_state: Annotated[str, Field(description="none, notified, held (an open question) or ready")]
    ready_at: datetime | None
    activates_at: Annotated[datetime | None, Field(description="When silence makes a notified connection ready")]
    question: str
    ready_contact: Annotated[str, Field(description="Whom the buyer named for questions about being ready")]
    supplier_confirmed: Annotated[
        bool, Field(description="Somebody who is known has vouched for who runs the supplier's account")
    ]


class Requested(Output):
    """The connections that were asked for just now."""

    items: tuple[ConnectionView, ...]


@router.get("")
async def list_connections(
    principal: CurrentPrincipal,
    page: CurrentPage,
    env: CurrentEnv,
    status: ConnectionStatus | None = None,
    request: Annotated[
        connections.Direction | None, Query(description="Open requests: `sent` by your company, or `received`")
    ] = None,
) -> Page[ConnectionView]:
    """Your company's connections on either side, the latest change first."""
    principal.require_person()
    keyset = _NEWEST.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await connections.page(tx, principal.company_id, status, request, keyset)
        shown = await connections.with_names(tx, list(keyset.shown(rows)))
    return Page(items=[ConnectionView.model_validate(each) for each in shown], next=keyset.next(rows))


@router.get("/{connection_id}", responses=responses(NotFound))
async def read_connection(connection_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> ConnectionView:
    """One connection of your company."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        found = await connections.read(tx, connection_id)
    if found is None:
        raise errors.connection_unknown()
    return ConnectionView.model_validate(found)


@router.post(
    "", status_code=201, response_model=ConnectionView, responses=responses(Forbidden, NotFound, Conflict, Invalid)
)
async def request_connection(
    wanted: ConnectionRequest,
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
) -> Response:
    """A supplier asks to be connected with a unit, or a buyer a supplier with its own; who is asked decides."""
    access.trades(principal)
    own, now = principal.company_id, env.clock.now()
    async with command.transaction() as tx:
        if wanted.supplier_id is None or wanted.supplier_id == own:
            connection = await connecting.request(tx, own, wanted.unit_id, wanted.message, now)
        else:
            connection = await connecting.request_supplier(
                tx,
                own,
                wanted.unit_id,
                wanted.supplier_id,
                wanted.message,
                wanted.supplier_number or None,
                now,
                await _giver(tx, principal, request),
            )
        await connecting.told(tx, env, connection, Decision.REQUEST, principal.company_id)
        _note(tx, principal, "connection.request", connection)
        return await command.answer(tx, 201, ConnectionView.model_validate(connection))


@router.post(
    "/several", status_code=201, response_model=Requested, responses=responses(Forbidden, NotFound, Conflict, Invalid)
)
async def request_connections(
    wanted: ConnectionRequests, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """A supplier asks several units at once, such as those of a group: each of them, or with a refusal none.

    Units that it has asked already, or is connected with, stay as they are and are left out of the answer.
    """
    access.trades(principal)
    own, now = principal.company_id, env.clock.now()
    async with command.transaction() as tx:
        made: list[ConnectionView] = []
        for unit_id in sorted(set(wanted.unit_ids)):
            known = await connections.between(tx, own, unit_id)
            if known is not None and known.status not in OVER:
                continue
            connection = await connecting.request(tx, own, unit_id, wanted.message, now)
            await connecting.told(tx, env, connection, Decision.REQUEST, own)
            _note(tx, principal, "connection.request", connection)
            made.append(ConnectionView.model_validate(connection))
        return await command.answer(tx, 201, Requested(items=tuple(made)))


@router.post(
    "/{connection_id}/accept",
    response_model=ConnectionView,
    responses=responses(Forbidden, NotFound, Conflict, Invalid),
)
async def accept_connection(
    connection_id: UUID,
    acceptance: Acceptance,
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
) -> Response:
    """Who was asked accepts, also somebody they refused before."""
    access.trades(principal)
    async with command.transaction() as tx:
        connection = await connecting.decide(
            tx,
            principal.company_id,
            connection_id,
            Decision.ACCEPT,
            env.clock.now(),
            giver=await _giver(tx, principal, request),
            supplier_number=acceptance.supplier_number,
            consent=acceptance.consent,
        )
        await connecting.told(tx, env, connection, Decision.ACCEPT, principal.company_id)
        _note(tx, principal, "connection.accept", connection, consent=connection.consent, words=consent.sha256())
        return await command.answer(tx, 200, ConnectionView.model_validate(connection))


@router.post(
    "/{connection_id}/refuse", response_model=ConnectionView, responses=responses(Forbidden, NotFound, Conflict)
)
async def refuse_connection(
    connection_id: UUID,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    refusal: Refused | None = None,
) -> Response:
    """Who was asked refuses and says why; the other may ask again."""
    reason = refusal.reason if refusal else ""
    return await _decide(connection_id, Decision.REFUSE, principal, command, env, reason=reason)


@router.post(
    "/{connection_id}/disconnect", response_model=ConnectionView, responses=responses(Forbidden, NotFound, Conflict)
)
async def disconnect(
    connection_id: UUID, ending: Ending, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Either side ends the connection for good; nothing new is sent through it, both keep history and archive."""
    return await _decide(connection_id, Decision.DISCONNECT, principal, command, env, confirm=ending.confirm)


@router.patch("/{connection_id}", response_model=ConnectionView, responses=responses(Forbidden, NotFound, Conflict))
async def settle_connection(
    connection_id: UUID,
    settlement: Settlement,
    request: Request,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
) -> Response:
    """The buyer changes the supplier's number, or gives or withdraws consent to electronic invoices; the supplier
    chooses the language that stands beside its own on this customer's invoices."""
    access.trades(principal)
    async with command.transaction() as tx:
        connection = await connecting.settle(
            tx,
            env,
            principal.company_id,
            connection_id,
            env.clock.now(),
            giver=await _giver(tx, principal, request),
            supplier_number=settlement.supplier_number,
            consent=settlement.consent,
            customer_language=settlement.customer_language,
        )
        fields = sorted(settlement.model_fields_set)
        _note(tx, principal, "connection.settle", connection, fields=fields, words=consent.sha256())
        return await command.answer(tx, 200, ConnectionView.model_validate(connection))


async def _decide(
    connection_id: UUID,
    decision: Decision,
    principal: Principal,
    command: Command,
    env: Env,
    *,
    reason: str = "",
    confirm: str | None = None,
) -> Response:
    access.trades(principal)
    async with command.transaction() as tx:
        connection = await connecting.decide(
            tx, principal.company_id, connection_id, decision, env.clock.now(), reason=reason, confirm=confirm
        )
        await connecting.told(tx, env, connection, decision, principal.company_id)
        _note(tx, principal, f"connection.{decision}", connection)
        return await command.answer(tx, 200, ConnectionView.model_validate(connection))


async def _giver(tx: Transaction, principal: Principal, request: Request) -> Giver:
    """Who acts, as the proof of a consent names them."""
    person_id = UUID(str(principal.subject))
    person = await people.addressee(tx, person_id)
    return Giver(throttling.network_of(client_address(request)), person_id, person.name, person.email)


def _note(tx: Transaction, principal: Principal, action: str, connection: Connection, **detail: object) -> None:
    audit.note(
        tx,
        actor=principal.actor,
        action=action,
        subject=str(connection.id),
        company_id=principal.company_id,
        detail=detail,
    )
