"""A company's logo."""

import base64
import hashlib
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Base64Bytes

from contracts.refs import DocumentRef
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Forbidden, Invalid, NotFound
from mesh.objects import AlreadyThere
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import states
from registration.api import access
from registration.api.access import CurrentEnv
from registration.domain import logo
from registration.env import Env
from registration.errors import profile as profile_errors
from registration.store import companies, profiles

router = APIRouter(prefix="/v1/companies/{company_id}/logo", tags=["companies"])


class Logo(Input):
    """A PNG or JPEG of at most 200 kB and 2,000 pixels a side, in Base64 (RFC 4648, §4)."""

    content: Base64Bytes


class LogoView(Output):
    """The logo, in Base64; what it is was read from its own bytes."""

    media_type: str
    content: str


@router.get("", responses=responses(Forbidden, NotFound))
async def read_logo(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> LogoView | None:
    """Your company's logo; null as long as there is none."""
    principal.require_person()
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        found = await profiles.logo(tx, company_id)
    if found is None:
        return None
    return LogoView(media_type=found[0], content=base64.b64encode(found[1]).decode())


@router.put("", status_code=204, responses=responses(Forbidden, NotFound, Invalid))
async def set_logo(
    company_id: UUID, given: Logo, principal: CurrentPrincipal, env: CurrentEnv, command: CurrentCommand
) -> Response:
    """Replace the logo; invoices that are sealed from now on show it."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    try:
        media_type = logo.media_type(given.content)
    except ValueError as error:
        raise profile_errors.logo_refused(str(error)) from None
    original = await _stored(env, company_id, given.content, media_type)
    async with command.transaction() as tx:
        await companies.lock(tx, company_id)
        await profiles.set_logo(tx, company_id, given.content, original)
        await states.company(tx, company_id)
        _note(tx, principal, "company.logo")
        return await command.answer(tx, 204)


@router.delete("", status_code=204, responses=responses(Forbidden, NotFound))
async def remove_logo(company_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Go on without a logo."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        await companies.lock(tx, company_id)
        if await profiles.remove_logo(tx, company_id):
            await states.company(tx, company_id)
            _note(tx, principal, "company.logo_removed")
        return await command.answer(tx, 204)


async def _stored(env: Env, company_id: UUID, content: bytes, media_type: str) -> DocumentRef:
    """Where signing reads it; the same bytes are stored once; one that a failed command left harms nobody."""
    key = f"logos/{company_id}/{hashlib.sha256(content).hexdigest()}"
    try:
        return await env.objects.put("documents", key, content, media_type, if_absent=True)
    except AlreadyThere as there:
        return there.ref


def _note(tx: Transaction, principal: Principal, action: str) -> None:
    audit.note(
        tx,
        actor=principal.actor,
        action=action,
        subject=str(principal.company_id),
        company_id=principal.company_id,
    )
