"""A company's own data."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, ValidationError

from contracts.registration import Identifier, Right
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionRequired, StaleVersion
from mesh.preconditions import ExpectedVersion, current, etag
from mesh.problems import responses
from registration import errors, states
from registration.api import access
from registration.api.access import CurrentEnv
from registration.api.shapes import VersionsShown, VersionView
from registration.domain import natural_person
from registration.domain.company import Company, Kind, PostalAddress
from registration.domain.natural_person import CustomerNumber
from registration.domain.search_text import folded
from registration.store import companies, versions

router = APIRouter(prefix="/v1/companies", tags=["companies"])


class CompanyView(Output):
    """A company."""

    id: UUID
    kind: Kind
    legal_name: str
    country: str
    vat_id: str | None
    legal_id: Identifier | None
    identifiers: tuple[Identifier, ...]
    national_number: Annotated[
        str | None, Field(description="Of a natural person; whole for who runs the account, masked for everybody else")
    ]
    customer_number: CustomerNumber | None
    electronic_address: Identifier | None
    address: PostalAddress
    time_zone: str
    language: str
    supplier: bool
    buyer: bool


class CompanyChange(Input):
    """What changes; what is left out stays. An explicit null removes."""

    legal_name: Annotated[str | None, Field(max_length=300)] = None
    vat_id: Annotated[str | None, Field(max_length=40)] = None
    legal_id: Identifier | None = None
    identifiers: tuple[Identifier, ...] | None = None
    national_number: Annotated[str | None, Field(max_length=natural_person.MAX)] = None
    electronic_address: Identifier | None = None
    address: PostalAddress | None = None
    time_zone: Annotated[str | None, Field(max_length=60)] = None
    language: Literal["fr", "en"] | None = None
    supplier: bool | None = None
    buyer: bool | None = None


def _view(company_id: UUID, company: Company, *, whole: bool) -> CompanyView:
    number = company.national_number
    if number and not whole:
        number = natural_person.masked(number)
    return CompanyView.model_validate({"id": company_id, **company.model_dump(), "national_number": number})


def _changed(company: Company, change: CompanyChange) -> Company:
    """Raises Invalid (`INVALID_BODY`, `NO_SIDE`, `IDENTIFIER_NEEDED`)."""
    try:
        changed = Company.model_validate(company.model_dump() | change.model_dump(exclude_unset=True))
    except ValidationError as error:
        raise errors.invalid(error) from None
    if company.account_keys() and not changed.account_keys():
        raise errors.identifier_needed()
    if (company.supplier or company.buyer) and not (changed.supplier or changed.buyer):
        raise errors.no_side()
    return changed


@router.get("/{company_id}", response_model=CompanyView, responses=responses(NotFound))
async def read_company(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Response:
    """The company that you act for, with its version as ETag."""
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        found = await companies.read(tx, company_id)
    if found is None:
        raise errors.company_unknown()
    company, revision = found
    headers = {"etag": etag(revision)}
    view = _view(company_id, company, whole=Right.COMPANY_RUN in principal.rights)
    return Response(view.model_dump_json(), headers=headers, media_type="application/json")


@router.patch(
    "/{company_id}",
    response_model=CompanyView,
    responses=responses(NotFound, Conflict, Invalid, StaleVersion, PreconditionRequired),
)
async def change_company(
    company_id: UUID,
    change: CompanyChange,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    version: ExpectedVersion,
) -> Response:
    """Change the company's data; identifiers that belong to another account are refused.

    Under other numbers or another name the company is not confirmed any more.
    """
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        await companies.lock(tx, company_id)
        found = await companies.read(tx, company_id)
        if found is None:
            raise errors.company_unknown()
        company, revision = found
        current(version, revision)
        changed = _changed(company, change)
        if changed.account_keys() != company.account_keys() and not await companies.claim(
            tx, company_id, changed.account_keys()
        ):
            taken = await companies.taken(tx, changed.account_keys())
            others = (scheme for scheme, owner in taken.items() if owner != company_id)
            raise errors.account_exists(next(others, "VAT"))
        if folded(changed.legal_name) != folded(company.legal_name):
            await companies.unconfirm(tx, company_id)
        await companies.update(tx, company_id, changed)
        state = await states.company(tx, company_id, by=access.person(principal))
        audit.note(
            tx,
            actor=principal.actor,
            action="company.change",
            subject=str(company_id),
            company_id=company_id,
            detail={"fields": sorted(change.model_fields_set)},
        )
        view = _view(company_id, changed, whole=False)  # answers are kept for a repetition
        return await command.answer(tx, 200, view, headers={"etag": etag(state.revision)})


@router.get("/{company_id}/versions", responses=responses(Forbidden, NotFound))
async def list_company_versions(
    company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv, limit: VersionsShown = 20
) -> list[VersionView]:
    """Who changed which of the company's data and when, the newest first."""
    principal.require_person()
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        return [VersionView.model_validate(each) for each in await versions.latest(tx, company_id, limit)]
