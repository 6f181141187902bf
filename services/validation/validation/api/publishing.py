"""A rulebook comes into force, by a second person; and an earlier version again, by any administrator at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from contracts.registration import Right
from contracts.rulebooks import RulebookState
from mesh import audit, outbox
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Forbidden, NotFound
from mesh.freshness import FreshRoute
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from validation import errors
from validation.api import reading
from validation.api.rulebooks import RulebookView
from validation.domain.buyer_rules import digest
from validation.env import Env
from validation.store import rulebooks
from validation.store.rulebooks import Draft, Published

routes = APIRouter(prefix="/v1/rulebooks", tags=["rulebooks"], route_class=FreshRoute)


class Rollback(Input):
    """`version`: whose rules come into force again; 0: none, as before the first."""

    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


@routes.post(
    "/{unit_id}/publish",
    status_code=201,
    response_model=RulebookView,
    responses=responses(Forbidden, NotFound, Conflict),
)
async def publish_rulebook(
    request: Request, command: CurrentCommand, principal: CurrentPrincipal, unit_id: UUID
) -> Response:
    """Publish the draft: from now on it applies to every invoice sent to the unit.

    Its examples hold, it was backtested, and another person wrote it.
    """
    principal.require_person()
    principal.require(Right.RULES_WRITE)
    env: Env = request.app.state.env
    async with command.transaction() as tx:
        book = await _locked(tx, principal, unit_id)
        if not book.tested:
            raise errors.not_tested()
        if book.backtest is None:
            raise errors.not_backtested()
        if book.written_by == principal.actor:
            raise errors.second_person()
        current = await rulebooks.published(tx, unit_id)
        if current is not None and current.content == (book.rules, book.enrichment):
            raise errors.nothing_to_publish()
        new = _next(book, current, principal, env.clock.now())
        await _put_into_force(tx, new, principal, "rulebook.publish")
        return await command.answer(tx, 201, RulebookView.of(new, own=True))


@routes.post(
    "/{unit_id}/rollback", status_code=201, response_model=RulebookView, responses=responses(NotFound, Conflict)
)
async def roll_back_rulebook(
    request: Request, command: CurrentCommand, principal: CurrentPrincipal, unit_id: UUID, body: Rollback
) -> Response:
    """Put an earlier version into force again, under a new number. Two people have released it before."""
    principal.require_person()
    principal.require(Right.RULES_WRITE)
    env: Env = request.app.state.env
    async with command.transaction() as tx:
        book = await _locked(tx, principal, unit_id)
        current = await rulebooks.published(tx, unit_id)
        if current is None:
            raise errors.no_such_version()
        earlier = await rulebooks.published(tx, unit_id, body.version) if body.version else None
        if body.version and earlier is None:
            raise errors.no_such_version()
        rules, enrichment = earlier.content if earlier else ((), ())
        if current.content == (rules, enrichment):
            raise errors.nothing_to_publish()
        new = Published(
            unit_id=unit_id,
            buyer_id=book.buyer_id,
            version=current.version + 1,
            rules=rules,
            sha256=digest(rules),
            written_by=earlier.written_by if earlier else principal.actor,
            published_by=principal.actor,
            published_at=env.clock.now(),
            rolled_back_to=body.version,
            enrichment=enrichment,
        )
        await _put_into_force(tx, new, principal, "rulebook.rollback")
        return await command.answer(tx, 201, RulebookView.of(new, own=True))


async def _locked(tx: Transaction, principal: Principal, unit_id: UUID) -> Draft:
    """The draft's row, which every publication of the unit locks first, so that versions have no gap and no double."""
    if not await reading.owns(tx, unit_id, principal.company_id):
        raise errors.no_such_unit()
    book = await rulebooks.draft(tx, unit_id, lock=True)
    if book is None:
        raise errors.no_rulebook()
    return book


def _next(book: Draft, current: Published | None, principal: Principal, now: datetime) -> Published:
    return Published(
        unit_id=book.unit_id,
        buyer_id=book.buyer_id,
        version=current.version + 1 if current else 1,
        rules=book.rules,
        sha256=digest(book.rules),
        written_by=book.written_by,
        published_by=principal.actor,
        published_at=now,
        rolled_back_to=None,
        enrichment=book.enrichment,
    )


async def _put_into_force(tx: Transaction, book: Published, principal: Principal, action: str) -> None:
    await rulebooks.publish(tx, book)
    fact = RulebookState(
        unit_id=book.unit_id,
        buyer_id=book.buyer_id,
        rulebook_version=book.version,
        rules=book.rules,
        published_at=book.published_at,
        sha256=book.sha256,
        rolled_back_to=book.rolled_back_to,
        enrichment=book.enrichment,
    )
    outbox.emit(tx, fact, subject=book.unit_id, tenant=book.buyer_id, key=f"unit:{book.unit_id}")
    detail: Mapping[str, int | str | None] = {
        "version": book.version,
        "sha256": book.sha256,
        "rolled_back_to": book.rolled_back_to,
    }
    audit.note(
        tx, actor=principal.actor, action=action, subject=str(book.unit_id), company_id=book.buyer_id, detail=detail
    )
