"""A buyer's units, each with its settings."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field, ValidationError

from contracts.ids import new_id
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
from registration.api.shapes import Name, VersionsShown, VersionView
from registration.domain.unit import UnitSettings
from registration.store import companies, units, versions
from registration.store.units import Unit

router = APIRouter(prefix="/v1/units", tags=["units"])


class NewUnit(Input):
    """A unit; settings that are left out have their usual value."""

    name: Name
    settings: UnitSettings = UnitSettings()


class UnitChange(Input):
    """What changes; settings that are left out stay."""

    name: Name | None = None
    active: bool | None = None
    settings: Annotated[dict[str, Any] | None, Field(max_length=20, description="Names and values of settings")] = None


class UnitView(Output):
    """A unit. `version` goes into If-Match as `"v<version>"`."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    name: str
    active: bool
    settings: UnitSettings
    version: int


@router.get("")
async def list_units(principal: CurrentPrincipal, env: CurrentEnv) -> list[UnitView]:
    """The units of your company, by name."""
    async with env.api.transaction(principal.tenants) as tx:
        found = await units.of_company(tx, principal.company_id)
    return [UnitView.model_validate(each) for each in found]


@router.post("", status_code=201, response_model=UnitView, responses=responses(Forbidden, Conflict, Invalid))
async def make_unit(unit: NewUnit, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Make a unit; suppliers connect to units, and orders name them."""
    access.administrates(principal)
    async with command.transaction() as tx:
        company = await companies.read(tx, principal.company_id)
        if company is None or not company[0].buyer:
            raise errors.not_a_buyer()
        unit_id = new_id()
        if not await units.insert(tx, unit_id, principal.company_id, unit.name, unit.settings):
            raise errors.unit_name_taken(unit.name)
        state = await states.unit(tx, unit_id, by=access.person(principal))
        audit.note(tx, actor=principal.actor, action="unit.make", subject=str(unit_id), company_id=principal.company_id)
        view = UnitView(id=unit_id, name=unit.name, active=True, settings=unit.settings, version=state.revision)
        return await command.answer(tx, 201, view, headers={"etag": etag(state.revision)})


@router.patch(
    "/{unit_id}",
    response_model=UnitView,
    responses=responses(Forbidden, NotFound, Conflict, Invalid, StaleVersion, PreconditionRequired),
)
async def change_unit(
    unit_id: UUID, change: UnitChange, principal: CurrentPrincipal, command: CurrentCommand, version: ExpectedVersion
) -> Response:
    """Change a unit's name or settings, or close it. A closed unit takes no new orders and no new suppliers."""
    access.administrates(principal)
    async with command.transaction() as tx:
        await companies.lock(tx, principal.company_id)  # one after the other, or two units could get one name
        found = await units.read(tx, unit_id, principal.company_id)
        if found is None:
            raise errors.unit_unknown()
        current(version, found.version)
        changed = _changed(found, change)
        if not await units.update(tx, changed):
            raise errors.unit_name_taken(changed.name)
        state = await states.unit(tx, unit_id, by=access.person(principal))
        fields = sorted(change.model_fields_set | set(change.settings or ()))
        audit.note(
            tx,
            actor=principal.actor,
            action="unit.change",
            subject=str(unit_id),
            company_id=principal.company_id,
            detail={"fields": fields},
        )
        view = UnitView.model_validate(changed).model_copy(update={"version": state.revision})
        return await command.answer(tx, 200, view, headers={"etag": etag(state.revision)})


@router.get("/{unit_id}/versions", responses=responses(Forbidden, NotFound))
async def list_unit_versions(
    unit_id: UUID, principal: CurrentPrincipal, env: CurrentEnv, limit: VersionsShown = 20
) -> list[VersionView]:
    """Who changed which settings of a unit and when, the newest first."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        found = await versions.latest(tx, unit_id, limit)
    if not found:
        raise errors.unit_unknown()
    return [VersionView.model_validate(each) for each in found]


def _changed(unit: Unit, change: UnitChange) -> Unit:
    """Raises Invalid (`INVALID_BODY`)."""
    try:
        settings = UnitSettings.model_validate(unit.settings.model_dump() | (change.settings or {}))
    except ValidationError as error:
        raise errors.invalid(error, "settings") from None
    return Unit(
        id=unit.id,
        name=change.name or unit.name,
        active=unit.active if change.active is None else change.active,
        settings=settings,
        version=unit.version,
    )
