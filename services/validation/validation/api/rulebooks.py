"""`/v1/rulebooks`: the buyer keeps and publishes rules per unit; connected suppliers read what is published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from contracts.registration import Role
from contracts.rulebooks import BuyerRule, RulebookState
from mesh import audit, directory, outbox
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Invalid, NotFound
from mesh.problems import responses
from validation.domain.buyer_rules import KINDS, flaws
from validation.env import Env
from validation.errors import bad_rules, no_rulebook, no_such_unit
from validation.store import rulebooks

routes = APIRouter(prefix="/v1/rulebooks", tags=["rulebooks"])


class RuleInput(Input):
    """One rule of a draft."""

    id: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
    kind: Annotated[str, Field(max_length=60)]
    severity: Annotated[str, Field(pattern="^(fatal|warning)$")] = "fatal"
    parameters: Mapping[str, str] = Field(default_factory=dict[str, str], max_length=20)


class Draft(Input):
    """The whole draft of a unit's rules."""

    rules: Annotated[tuple[RuleInput, ...], Field(max_length=100)]


class RulebookView(Output):
    """A rulebook as its reader may see it: the draft only for its own buyer."""

    unit_id: UUID
    version: int
    published_at: datetime | None
    rules: tuple[BuyerRule, ...]
    draft: tuple[BuyerRule, ...] | None = None


@routes.get("/kinds")
async def rule_kinds(_: CurrentPrincipal) -> dict[str, str]:
    """The ready-made kinds of rules with what each demands."""
    return {name: (check.__doc__ or "").strip() for name, check in sorted(KINDS.items())}


@routes.get("/{unit_id}", responses=responses(NotFound))
async def rulebook(request: Request, principal: CurrentPrincipal, unit_id: UUID) -> RulebookView:
    """The rulebook of a unit of yours, or of one that you are connected to."""
    principal.require_person()
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        book = await rulebooks.find(tx, unit_id)
        own = book is not None and book.buyer_id == principal.company_id
        if book is None or not (own or await directory.connected(tx, principal.company_id, unit_id)):
            raise no_rulebook()
    if not own and book.published is None:
        raise no_rulebook()
    return RulebookView(
        unit_id=unit_id,
        version=book.version,
        published_at=book.published_at,
        rules=book.published or (),
        draft=book.draft if own else None,
    )


@routes.put("/{unit_id}/draft", responses=responses(NotFound, Invalid))
async def save_rulebook_draft(
    command: CurrentCommand, principal: CurrentPrincipal, unit_id: UUID, body: Draft
) -> Response:
    """Keep a draft. Raises Invalid with a pointer to each rule that cannot run."""
    principal.require_person()
    principal.require(Role.ADMINISTRATOR)
    rules = tuple(BuyerRule.model_validate(rule.model_dump()) for rule in body.rules)
    if found := flaws(rules):
        raise bad_rules(found)
    async with command.transaction() as tx:
        unit = await directory.unit(tx, unit_id)
        if unit is None or unit.company_id != principal.company_id:
            raise no_such_unit()
        await rulebooks.save_draft(tx, unit_id, principal.company_id, rules)
        audit.note(
            tx, actor=principal.actor, action="rulebook.draft", subject=str(unit_id), company_id=principal.company_id
        )
        return await command.answer(tx, 200, body)


@routes.post("/{unit_id}/publish", status_code=201, responses=responses(NotFound, Conflict))
async def publish_rulebook(
    request: Request, command: CurrentCommand, principal: CurrentPrincipal, unit_id: UUID
) -> Response:
    """Publish the draft: from now on it applies to every invoice sent to the unit."""
    principal.require_person()
    principal.require(Role.ADMINISTRATOR)
    env: Env = request.app.state.env
    now = env.clock.now()
    async with command.transaction() as tx:
        book = await rulebooks.find(tx, unit_id, lock=True)
        if book is None:
            raise no_rulebook()
        if book.draft == book.published:
            raise Conflict("NOTHING_TO_PUBLISH", "The draft is what is published already.")
        version = await rulebooks.publish(tx, unit_id, now)
        outbox.emit(
            tx,
            RulebookState(
                unit_id=unit_id, buyer_id=book.buyer_id, rulebook_version=version, rules=book.draft, published_at=now
            ),
            subject=unit_id,
            tenant=book.buyer_id,
            key=f"unit:{unit_id}",
        )
        audit.note(
            tx,
            actor=principal.actor,
            action="rulebook.publish",
            subject=str(unit_id),
            company_id=book.buyer_id,
            detail={"version": version},
        )
        view = RulebookView(unit_id=unit_id, version=version, published_at=now, rules=book.draft, draft=book.draft)
        return await command.answer(tx, 201, view)
