"""The directory: companies on this installation, as every other one may find them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Forbidden, Invalid, NotFound
from mesh.problems import responses
from registration import errors
from registration.api.access import CurrentEnv
from registration.domain import register, search_text
from registration.errors import partners as partner_errors
from registration.store import directory
from registration.store.directory import Filters

router = APIRouter(prefix="/v1/partners", tags=["partners"])
_SHOWN = 50


class RegisterView(Output):
    """What a public register (`sirene`, `vies`) says of the company's number; `unreachable` is no answer."""

    state: register.State
    legal_name: str
    source: str
    at: datetime | None


class PartnerView(Output):
    """A company as others see it. `connections` are yours with it: id, unit_id, status, ready_state."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    legal_name: str
    country: str
    city: str | None
    vat_id: str | None
    legal_id: dict[str, str] | None
    identifiers: list[dict[str, str]]
    supplier: bool
    buyer: bool
    created_at: datetime
    confirmed: Annotated[bool, Field(description="Somebody who is known has vouched for who runs the account")]
    in_register: RegisterView
    group_name: Annotated[str | None, Field(description="The group that it is of: `GET …/group` lists it")]
    units: Annotated[list[dict[str, Any]], Field(description="Of a buyer: id and name; a connection is with a unit")]
    connections: list[dict[str, Any]]


class Partners(Output):
    """Up to 50 companies, names that begin with the words first. `more`: type more characters to see the rest."""

    items: list[PartnerView]
    more: bool


@router.get("", responses=responses(Forbidden, Invalid))
async def search_partners(
    principal: CurrentPrincipal,
    env: CurrentEnv,
    q: Annotated[str, Query(max_length=search_text.MAX, description="Part of a name, or of an identifier")],
    country: Annotated[str | None, Query(pattern="^[A-Z]{2}$")] = None,
    created_since: date | None = None,
    supplier: bool | None = None,
    buyer: bool | None = None,
    status: Literal["none", "requested", "active", "refused", "disconnected"] | None = None,
) -> Partners:
    """Find companies by any part of their name, VAT number, SIREN, SIRET, DUNS or GLN: three characters or more."""
    principal.require_person()
    try:
        wanted = search_text.wanted(q)
    except ValueError as error:
        raise partner_errors.too_short(str(error)) from None
    filters = Filters(country, created_since, supplier, buyer, status)
    async with env.api.transaction(principal.tenants) as tx:
        found, more = await directory.search(tx, wanted, filters, principal.company_id)
    return Partners(
        items=[PartnerView.model_validate(each) for each in found[:_SHOWN]], more=more or len(found) > _SHOWN
    )


@router.get("/{company_id}", responses=responses(Forbidden, NotFound))
async def read_partner(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> PartnerView:
    """One company with its units."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        found = await directory.entries(tx, [company_id], principal.company_id)
    if not found:
        raise errors.company_unknown()
    return PartnerView.model_validate(found[0])
