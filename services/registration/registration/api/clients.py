"""Machine clients of a company: programs that act for it with scopes."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, ConfigDict, Field

from contracts.registration import Right
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Forbidden, NotFound
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import errors, states
from registration.api import access
from registration.api.access import CurrentEnv
from registration.api.shapes import Name
from registration.domain import scopes
from registration.opaque_tokens import digest, new_token
from registration.store import clients, companies

router = APIRouter(prefix="/v1/companies/{company_id}/clients", tags=["clients"])

Scopes = Annotated[
    frozenset[str],
    Field(min_length=1, description=f"Some of: {', '.join(scopes.SCOPES)}"),
    AfterValidator(scopes.checked),
]


class NewClient(Input):
    """A program and what it may do."""

    name: Name
    scopes: Scopes


class Rotation(Input):
    """How long older secrets go on working; 0 ends them, and their tokens, at once."""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24


class ClientView(Output):
    """A client without its secrets."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    secrets: Annotated[int, Field(description="How many secrets work now")]


class ClientSecret(Output):
    """A client's id and a new secret, which is shown this once."""

    id: str
    secret: str
    scopes: list[str]
    older_secrets_until: datetime | None = None


@router.get("", responses=responses(Forbidden, NotFound))
async def list_clients(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[ClientView]:
    """The company's clients, by name."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        return [ClientView.model_validate(each) for each in await clients.of_company(tx, company_id)]


@router.post("", status_code=201, response_model=ClientSecret, responses=responses(Forbidden, NotFound, Conflict))
async def make_client(
    company_id: UUID, client: NewClient, principal: CurrentPrincipal, command: CurrentCommand
) -> Response:
    """Make a client. Keep its secret: it is shown once, and a repetition of the request does not show it again."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    access.gives(principal, frozenset(), frozenset(Right(scope) for scope in client.scopes))
    async with command.transaction() as tx:
        await companies.lock(tx, company_id)
        if len(await clients.of_company(tx, company_id)) >= clients.MAX:
            raise errors.too_many_clients()
        client_id, secret = f"client-{secrets.token_hex(8)}", new_token()
        await clients.insert(tx, client_id, company_id, name=client.name, scopes=sorted(client.scopes))
        await clients.add_secret(tx, client_id, company_id, digest(secret))
        await states.company(tx, company_id)
        _note(tx, principal, "client.make", client_id, scopes=sorted(client.scopes))
        view = ClientSecret(id=client_id, secret=secret, scopes=sorted(client.scopes))
        return await command.answer(tx, 201, view, secret=True)


@router.post(
    "/{client_id}/rotate", status_code=201, response_model=ClientSecret, responses=responses(Forbidden, NotFound)
)
async def rotate_client(
    company_id: UUID,
    client_id: str,
    rotation: Rotation,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
) -> Response:
    """Give a client a new secret; the older ones go on for a while, so that nothing stops meanwhile."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        await companies.lock(tx, company_id)
        found = await clients.read(tx, client_id, company_id)
        if found is None:
            raise errors.client_unknown()
        secret, overlap = new_token(), timedelta(hours=rotation.overlap_hours)
        await clients.end_secrets(tx, client_id, overlap)
        await clients.add_secret(tx, client_id, company_id, digest(secret))
        if not overlap:
            await clients.refuse_older_tokens(tx, client_id)
        await states.company(tx, company_id)
        _note(tx, principal, "client.rotate", client_id, overlap_hours=rotation.overlap_hours)
        until = env.clock.now() + overlap if overlap else None
        view = ClientSecret(id=client_id, secret=secret, scopes=found.scopes, older_secrets_until=until)
        return await command.answer(tx, 201, view, secret=True)


@router.delete("/{client_id}", status_code=204, responses=responses(Forbidden, NotFound))
async def delete_client(
    company_id: UUID, client_id: str, principal: CurrentPrincipal, command: CurrentCommand
) -> Response:
    """End a client: its secrets and its tokens are refused from now on."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        await companies.lock(tx, company_id)
        if await clients.read(tx, client_id, company_id) is None:
            raise errors.client_unknown()
        await clients.delete(tx, client_id)
        await states.company(tx, company_id)
        _note(tx, principal, "client.delete", client_id)
        return await command.answer(tx, 204)


def _note(tx: Transaction, principal: Principal, action: str, client_id: str, **detail: object) -> None:
    audit.note(
        tx, actor=principal.actor, action=action, subject=client_id, company_id=principal.company_id, detail=detail
    )
