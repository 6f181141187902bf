"""`/v1/templates`: models of invoices, one's own or shared in the company."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.registration import Right
from invoicing import drafting, errors
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.domain import drafts
from invoicing.store import invoices, templates
from invoicing.store.templates import NewTemplate
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.principal import Principal
from mesh.transaction import Transaction

router = APIRouter(prefix="/v1/templates", tags=["templates"])
Name = Annotated[str, Field(min_length=1, max_length=120)]


class TemplateWanted(Input):
    """Make a template of an invoice or a draft. `shared`: everybody in the company may use it."""

    invoice_id: UUID
    name: Name
    shared: bool = False


class TemplateChange(Input):
    """What to change; absent terms stay."""

    name: Name | None = None
    shared: bool | None = None


class ShownTemplate(Output):
    """A template; use it with `POST /v1/invoices` and `template_id`."""

    id: UUID
    name: str
    shared: bool
    own: bool
    unit_id: UUID
    buyer_name: str
    currency: str
    lines: int
    created_at: datetime


def _shown(row: RowMapping, principal: Principal) -> ShownTemplate:
    content = row["content"]
    return ShownTemplate(
        id=row["id"],
        name=row["name"],
        shared=row["shared"],
        own=row["owner"] == principal.actor,
        unit_id=row["unit_id"],
        buyer_name=content["buyer"]["name"],
        currency=content["currency"],
        lines=len(content["lines"]),
        created_at=row["created_at"],
    )


async def _changeable(tx: Transaction, template_id: UUID, principal: Principal) -> RowMapping:
    """Of its owner, or of an administrator when it is shared."""
    row = await templates.one(tx, template_id, principal.actor)
    if row is None:
        raise errors.template_unknown()
    if row["owner"] != principal.actor:
        principal.require(Right.COMPANY_RUN)
    return row


@router.get("")
async def list_templates(principal: CurrentPrincipal, env: CurrentEnv) -> list[ShownTemplate]:
    """Your own templates and those that your company shares, by name."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        return [_shown(row, principal) for row in await templates.visible(tx, principal.actor)]


@router.post("", status_code=201, response_model=ShownTemplate)
async def create_template(
    wanted: TemplateWanted, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Keep an invoice's content as a template: without its number, its dates and its orders."""
    access.may_write(principal)
    async with command.transaction() as tx:
        row = await drafting.own(tx, wanted.invoice_id, principal.tenants)
        content = drafts.as_template(invoices.draft_of(row))
        new = NewTemplate(
            new_id(), principal.company_id, principal.actor, wanted.shared, wanted.name, row["unit_id"], content
        )
        await templates.add(tx, new, env.clock.now())
        audit.note(
            tx,
            actor=principal.actor,
            action="template.create",
            subject=str(new.id),
            company_id=principal.company_id,
        )
        kept = await templates.one(tx, new.id, principal.actor)
        assert kept is not None
        headers = {"location": f"/v1/templates/{new.id}"}
        return await command.answer(tx, 201, _shown(kept, principal), headers=headers)


@router.patch("/{template_id}", response_model=ShownTemplate)
async def change_template(
    template_id: UUID, change: TemplateChange, principal: CurrentPrincipal, command: CurrentCommand
) -> Response:
    """Rename a template, share it with the company, or take it back."""
    access.may_write(principal)
    async with command.transaction() as tx:
        row = await _changeable(tx, template_id, principal)
        shared = row["shared"] if change.shared is None else change.shared
        await templates.change(tx, template_id, change.name or row["name"], shared=shared)
        audit.note(
            tx,
            actor=principal.actor,
            action="template.change",
            subject=str(template_id),
            company_id=principal.company_id,
        )
        kept = await templates.one(tx, template_id, row["owner"])
        assert kept is not None
        return await command.answer(tx, 200, _shown(kept, principal))


@router.delete("/{template_id}", status_code=204)
async def remove_template(template_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Throw a template away; invoices that were made from it stay."""
    access.may_write(principal)
    async with command.transaction() as tx:
        await _changeable(tx, template_id, principal)
        await templates.remove(tx, template_id)
        audit.note(
            tx,
            actor=principal.actor,
            action="template.remove",
            subject=str(template_id),
            company_id=principal.company_id,
        )
        return await command.answer(tx, 204)
