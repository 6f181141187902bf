"""The mail log of a company: every mail to those who run it."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict

from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Forbidden, NotFound
from mesh.paging import CurrentPage, Page, Sort
from mesh.problems import responses
from registration.api import access
from registration.api.access import CurrentEnv
from registration.store import mails

router = APIRouter(prefix="/v1/companies/{company_id}/mails", tags=["companies"])
_NEWEST: Final = Sort("newest", "at", "timestamptz", descending=True)


class LoggedMail(Output):
    """A mail; what it said is not kept, since it may hold links that open something."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    address: str
    subject: str
    at: datetime
    state: Literal["waiting", "sent", "refused"]


@router.get("", responses=responses(Forbidden, NotFound))
async def list_mails(
    company_id: UUID, principal: CurrentPrincipal, page: CurrentPage, env: CurrentEnv
) -> Page[LoggedMail]:
    """Mails to your company, the newest first."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    keyset = _NEWEST.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await mails.log_page(tx, company_id, keyset)
    return Page(items=[LoggedMail.model_validate(dict(row)) for row in keyset.shown(rows)], next=keyset.next(rows))
