"""A person's own addresses."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict

from mesh.bodies import Input, Output
from mesh.errors import Conflict, Forbidden, NotFound, TooMany, Unauthenticated
from mesh.problems import responses
from registration import errors
from registration.api.access import CurrentEnv, client_address
from registration.api.browser_session import BrowserSession
from registration.api.factors import Confirmed, PasswordGiven
from registration.api.shapes import Email
from registration.domain import throttling
from registration.store import attempts

router = APIRouter(prefix="/v1/session/addresses", tags=["session"])


class AddressView(Output):
    """A further address; it signs you in as the first one does."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    email: str
    confirmed_at: datetime


class Addresses(Output):
    """Where you are written to, and what else signs you in."""

    primary: str
    further: list[AddressView]


class NewAddress(Input):
    """An address to add."""

    email: Email
    password: Confirmed


@router.get("", responses=responses(Unauthenticated, Forbidden))
async def list_addresses(session: BrowserSession, env: CurrentEnv) -> Addresses:
    """Your addresses."""
    primary, further = await env.addresses.of_person(session.person_id)
    return Addresses(primary=primary, further=[AddressView.model_validate(each) for each in further])


@router.post("", status_code=202, responses=responses(Unauthenticated, Forbidden, Conflict, TooMany))
async def add_address(new: NewAddress, request: Request, session: BrowserSession, env: CurrentEnv) -> Response:
    """Ask for a link to an address of yours; it counts once the link was used. Whether somebody has it already is
    said by mail alone."""
    async with env.pipeline.transaction() as tx:
        wait = await attempts.count(tx, throttling.mail_buckets(new.email, client_address(request)))
    if wait:
        raise errors.too_many_tries(wait)
    await env.password_change.check(session.person_id, new.password.get_secret_value())
    await env.addresses.ask(session.person_id, new.email)
    return Response(status_code=202)


@router.post("/{address_id}/primary", status_code=204, responses=responses(Unauthenticated, Forbidden, NotFound))
async def make_address_primary(
    address_id: UUID, given: PasswordGiven, session: BrowserSession, env: CurrentEnv
) -> Response:
    """Be written to at this address from now on; both addresses are told."""
    await env.password_change.check(session.person_id, given.password.get_secret_value())
    await env.addresses.promote(session.person_id, address_id)
    return Response(status_code=204)


@router.post("/{address_id}/remove", status_code=204, responses=responses(Unauthenticated, Forbidden, NotFound))
async def remove_address(address_id: UUID, given: PasswordGiven, session: BrowserSession, env: CurrentEnv) -> Response:
    """Sign in with it no more; both addresses are told."""
    await env.password_change.check(session.person_id, given.password.get_secret_value())
    await env.addresses.remove(session.person_id, address_id)
    return Response(status_code=204)
