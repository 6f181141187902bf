"""Groups of buyers: their list of entities, and what a supplier chooses from."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Forbidden, Invalid, NotFound
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import groups
from registration.api import access
from registration.api.access import CurrentEnv
from registration.api.partners import PartnerView
from registration.store import directory
from registration.store import groups as kept
from registration.store.groups import Link

router = APIRouter(prefix="/v1", tags=["groups"])


class NewEntity(Input):
    """Which company is to be in the group's list."""

    entity_id: UUID


class GroupLink(Output):
    """An entity in a group's list. `asked`: the entity has not agreed yet, and nobody else sees it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    head_id: UUID
    head_name: str
    entity_id: UUID
    entity_name: str
    state: Annotated[Literal["asked", "agreed", "ended"], Field(description="An ended one is in no list")]
    changed_at: datetime


def _note(tx: Transaction, principal: Principal, action: str, link: Link) -> None:
    audit.note(
        tx,
        actor=principal.actor,
        action=action,
        subject=str(link.id),
        company_id=principal.company_id,
        detail={"head": str(link.head_id), "entity": str(link.entity_id)},
    )


@router.get("/companies/{company_id}/group", responses=responses(Forbidden, NotFound))
async def read_group(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[GroupLink]:
    """The entities that your company lists as its group, and the group that lists it."""
    principal.require_person()
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        return [GroupLink.model_validate(each) for each in await kept.of_company(tx, company_id)]


@router.post(
    "/companies/{company_id}/group",
    status_code=201,
    response_model=GroupLink,
    responses=responses(Forbidden, NotFound, Conflict, Invalid),
)
async def ask_entity(
    company_id: UUID, wanted: NewEntity, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Ask a buyer to be in your group's list; its administrator decides."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        link = await groups.ask(tx, env, company_id, wanted.entity_id)
        _note(tx, principal, "group.ask", link)
        return await command.answer(tx, 201, GroupLink.model_validate(link))


@router.post(
    "/companies/{company_id}/group/{link_id}/agree", status_code=204, responses=responses(Forbidden, NotFound, Conflict)
)
async def agree_to_group(
    company_id: UUID, link_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Agree that your company is in a group's list: suppliers choose your units from it."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        _note(tx, principal, "group.agree", await groups.agree(tx, env, company_id, link_id))
        return await command.answer(tx, 204)


@router.delete("/companies/{company_id}/group/{link_id}", status_code=204, responses=responses(Forbidden, NotFound))
async def end_group_link(
    company_id: UUID, link_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Refuse, leave a group's list, or take an entity out of yours; connections with suppliers stay."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        _note(tx, principal, "group.end", await groups.end(tx, env, company_id, link_id))
        return await command.answer(tx, 204)


@router.get("/partners/{company_id}/group", responses=responses(Forbidden))
async def read_partner_group(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> list[PartnerView]:
    """The companies of the group that a partner is of, its head first, each with its units; none: it is of no group."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        ids = await kept.members(tx, company_id)
        found = {entry.id: entry for entry in await directory.entries(tx, ids, principal.company_id)}
    return [PartnerView.model_validate(found[each]) for each in ids if each in found]
