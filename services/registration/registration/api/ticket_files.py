"""Files that go with a ticket, from whoever asks and from support; always handed out as downloads."""

import hashlib
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from contracts.ids import new_id
from contracts.limits import ATTACHMENT
from contracts.refs import DocumentRef
from mesh import audit
from mesh.auth import CurrentOperator, CurrentPrincipal
from mesh.errors import Forbidden, Invalid, NotFound
from mesh.objects import AlreadyThere
from mesh.problems import responses
from mesh.transaction import Transaction
from registration.api.access import CurrentEnv
from registration.api.tickets import TicketView, answering, whole
from registration.domain import ticket_files as domain
from registration.env import Env
from registration.errors import tickets as ticket_errors
from registration.store import ticket_files, tickets
from registration.store.ticket_files import TicketFile
from registration.store.tickets import Ticket

router = APIRouter(prefix="/v1", tags=["support"])
Name = Annotated[str, Query(min_length=1, max_length=120, description="with its ending: screen.png")]
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself; what it is, is seen from its bytes",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def _stored(env: Env, content: bytes, name: str) -> DocumentRef:
    try:
        kind = domain.media_type(content, name)
    except ValueError as error:
        raise ticket_errors.file_not_taken(str(error)) from None
    if await env.scanner.scan(content) is not None:
        raise ticket_errors.file_infected()
    key = f"tickets/{hashlib.sha256(content).hexdigest()}"
    try:
        return await env.objects.put("documents", key, content, kind, if_absent=True)
    except AlreadyThere as there:
        return there.ref


async def _with_room(tx: Transaction, ticket_id: UUID, more: int) -> Ticket:
    """The ticket, held until the transaction ends, so that of two files that come at once the second is counted too."""
    await tickets.lock(tx, ticket_id)
    ticket = await tickets.read(tx, ticket_id)
    if ticket is None:
        raise ticket_errors.ticket_unknown()
    held = await ticket_files.of_ticket(tx, ticket_id)
    if not domain.fits([each.size for each in held], more):
        raise ticket_errors.file_not_taken(f"a ticket has at most {domain.MOST} files with 20 MB together")
    return ticket


async def _kept(
    tx: Transaction, ticket_id: UUID, name: str, document: DocumentRef, actor: str, *, from_support: bool
) -> TicketView:
    ticket = await _with_room(tx, ticket_id, document.size)
    await ticket_files.insert(tx, new_id(), ticket, name, document, from_support=from_support)
    audit.note(
        tx,
        actor=actor,
        action="ticket.file",
        subject=str(ticket_id),
        company_id=ticket.company_id,
        detail={"sha256": document.sha256},
    )
    return await whole(tx, ticket_id)


async def _found(tx: Transaction, ticket_id: UUID, file_id: UUID) -> TicketFile:
    found = next((each for each in await ticket_files.of_ticket(tx, ticket_id) if each.id == file_id), None)
    if found is None:
        raise ticket_errors.file_unknown()
    return found


async def _downloaded(env: Env, found: TicketFile) -> Response:
    """Its bytes, read when the database is no longer held."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-security-policy": "sandbox",
    }
    return Response(await env.objects.read(found.document), media_type=found.media_type, headers=headers)


@router.post(
    "/tickets/{ticket_id}/files",
    status_code=201,
    responses=responses(Forbidden, NotFound, Invalid),
    openapi_extra=_BODY,
    max_body_size=ATTACHMENT,
)
async def add_ticket_file(
    ticket_id: UUID, name: Name, request: Request, principal: CurrentPrincipal, env: CurrentEnv
) -> TicketView:
    """Put a PDF, PNG, JPEG or text to a ticket of your company or your desk: at most 7 MB each, 20 MB together."""
    principal.require_person()
    content = await request.body()
    async with env.api.transaction(principal.tenants) as tx:
        desk = answering(principal, await _with_room(tx, ticket_id, len(content)))
    document = await _stored(env, content, name)
    async with env.api.transaction(principal.tenants) as tx:
        return await _kept(tx, ticket_id, name, document, principal.actor, from_support=desk)


@router.get("/tickets/{ticket_id}/files/{file_id}", response_class=Response, responses=responses(Forbidden, NotFound))
async def read_ticket_file(ticket_id: UUID, file_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Response:
    """A file of a ticket of your company."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        found = await _found(tx, ticket_id, file_id)
    return await _downloaded(env, found)


@router.post(
    "/ops/registration/tickets/{ticket_id}/files",
    status_code=201,
    responses=responses(Forbidden, NotFound, Invalid),
    openapi_extra=_BODY,
    max_body_size=ATTACHMENT,
)
async def answer_with_file(
    ticket_id: UUID, name: Name, request: Request, operator: CurrentOperator, env: CurrentEnv
) -> TicketView:
    """Put a file to anybody's ticket."""
    content = await request.body()
    async with env.pipeline.transaction() as tx:
        await _with_room(tx, ticket_id, len(content))
    document = await _stored(env, content, name)
    async with env.pipeline.transaction() as tx:
        return await _kept(tx, ticket_id, name, document, operator.actor, from_support=True)


@router.get(
    "/ops/registration/tickets/{ticket_id}/files/{file_id}",
    response_class=Response,
    responses=responses(Forbidden, NotFound),
)
async def read_any_ticket_file(ticket_id: UUID, file_id: UUID, _operator: CurrentOperator, env: CurrentEnv) -> Response:
    """A file of anybody's ticket."""
    async with env.pipeline.transaction() as tx:
        found = await _found(tx, ticket_id, file_id)
    return await _downloaded(env, found)
