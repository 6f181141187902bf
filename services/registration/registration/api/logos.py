"""A company's logo."""

import base64
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Base64Bytes

from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Forbidden, Invalid, NotFound
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration.api import access
from registration.api.access import CurrentEnv
from registration.domain import logo
from registration.errors import profile as profile_errors
from registration.store import profiles

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
async def set_logo(company_id: UUID, given: Logo, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Replace the logo."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    try:
        media_type = logo.media_type(given.content)
    except ValueError as error:
        raise profile_errors.logo_refused(str(error)) from None
    async with command.transaction() as tx:
        await profiles.set_logo(tx, company_id, media_type, given.content)
        _note(tx, principal, "company.logo")
        return await command.answer(tx, 204)


@router.delete("", status_code=204, responses=responses(Forbidden, NotFound))
async def remove_logo(company_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Go on without a logo."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        if await profiles.remove_logo(tx, company_id):
            _note(tx, principal, "company.logo_removed")
        return await command.answer(tx, 204)


def _note(tx: Transaction, principal: Principal, action: str) -> None:
    audit.note(
        tx,
        actor=principal.actor,
        action=action,
        subject=str(principal.company_id),
        company_id=principal.company_id,
    )
