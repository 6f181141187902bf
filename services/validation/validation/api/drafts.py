"""`/v1/rulebooks/{unit}/draft`: written, tested on its own examples, tried on the last invoices."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from contracts.registration import Right
from contracts.rulebooks import BuyerRule, Enrichment, EnrichmentSource
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Invalid, NotFound, Unavailable
from mesh.freshness import FreshRoute
from mesh.problems import responses
from mesh.transaction import Transaction
from validation.api import reading
from validation.api.rulebooks import own_unit
from validation.backtesting import backtest
from validation.domain.backtest import MOST, Backtest
from validation.domain.filled_terms import enrichment_flaws
from validation.domain.flaws import flaws
from validation.domain.rule_examples import RuleExample, Tried, lacking, tried
from validation.env import Env
from validation.errors import bad_rules, draft_changed, no_rulebook, no_such_unit
from validation.store import rulebooks
from validation.store.rulebooks import Draft, NewDraft

routes = APIRouter(prefix="/v1/rulebooks", tags=["rulebooks"], route_class=FreshRoute)
_Text = Annotated[str, Field(max_length=300)]


class RuleInput(Input):
    """One rule of a draft: `BuyerRule`, with its examples."""

    id: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
    kind: Annotated[str, Field(max_length=60)]
    severity: Literal["fatal", "warning"] = "fatal"
    parameters: Mapping[str, _Text] = Field(default_factory=dict[str, str], max_length=20)
    expression: Annotated[str, Field(max_length=1_000)] = ""
    messages: dict[Literal["fr", "en"], _Text] = Field(default_factory=dict[Literal["fr", "en"], str])
    field: Annotated[str, Field(max_length=200)] = ""
    unevaluated: Literal["fatal", "warning"] = "warning"
    valid_from: date | None = None
    valid_to: date | None = None
    examples: tuple[RuleExample, ...] = Field(default=(), max_length=20)


class EnrichmentInput(Input):
    """A term that is to be filled from a source where an invoice lacks it; `GET /v1/rulebooks/kinds` lists them."""

    term: Annotated[str, Field(max_length=10)]
    source: EnrichmentSource


class DraftInput(Input):
    """The whole draft of a unit's rules."""

    rules: Annotated[tuple[RuleInput, ...], Field(max_length=100)]
    enrichment: Annotated[
        tuple[EnrichmentInput, ...] | None,
        Field(max_length=40, description="the first source of a term that knows it; left out: as the draft has it"),
    ] = None


class DraftView(Output):
    """A draft, and how far it is: `tested` and `backtest` of the draft as it is now."""

    unit_id: UUID
    revision: int
    rules: tuple[BuyerRule, ...]
    examples: dict[str, tuple[RuleExample, ...]]
    enrichment: tuple[Enrichment, ...] = ()
    written_by: str
    tested: bool
    backtest: Backtest | None

    @classmethod
    def of(cls, book: Draft) -> "DraftView":
        """A draft as its unit's people see it."""
        return cls.model_validate(vars(book))


class Tested(Output):
    """What each rule said of its examples. `lacking`: own rules without an example that passes and one that fails."""

    passed: bool
    examples: tuple[Tried, ...]
    lacking: tuple[str, ...]


@routes.put("/{unit_id}/draft", response_model=DraftView, responses=responses(NotFound, Invalid))
async def save_rulebook_draft(
    command: CurrentCommand, principal: CurrentPrincipal, unit_id: UUID, body: DraftInput
) -> Response:
    """Keep a draft. Raises Invalid with a pointer to each rule that cannot run."""
    principal.require_person()
    principal.require(Right.RULES_WRITE)
    rules = tuple(BuyerRule.model_validate(rule.model_dump(exclude={"examples"})) for rule in body.rules)
    examples = {rule.id: rule.examples for rule in body.rules if rule.examples}
    wanted = None
    if body.enrichment is not None:
        wanted = tuple(Enrichment(term=wish.term, source=wish.source) for wish in body.enrichment)
    if found := (*flaws(rules), *enrichment_flaws(wanted or ())):
        raise bad_rules(found[:50])
    async with command.transaction() as tx:
        if not await reading.owns(tx, unit_id, principal.company_id):
            raise no_such_unit()
        new = NewDraft(unit_id, principal.company_id, rules, examples, wanted, principal.actor)
        revision = await rulebooks.save_draft(tx, new)
        audit.note(
            tx,
            actor=principal.actor,
            action="rulebook.draft",
            subject=str(unit_id),
            company_id=principal.company_id,
            detail={"revision": revision},
        )
        return await command.answer(tx, 200, DraftView.of(await _draft(tx, unit_id)))


@routes.get("/{unit_id}/draft", responses=responses(NotFound))
async def rulebook_draft(request: Request, principal: CurrentPrincipal, unit_id: UUID) -> DraftView:
    """The draft of a unit of yours."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        await own_unit(tx, principal, unit_id)
        return DraftView.of(await _draft(tx, unit_id))


@routes.post("/{unit_id}/draft/test", response_model=Tested, responses=responses(NotFound, Conflict))
async def test_rulebook_draft(command: CurrentCommand, principal: CurrentPrincipal, unit_id: UUID) -> Response:
    """Try every rule of the draft on its own examples."""
    principal.require_person()
    principal.require(Right.RULES_WRITE)
    async with command.transaction() as tx:
        if not await reading.owns(tx, unit_id, principal.company_id):
            raise no_such_unit()
        book = await _draft(tx, unit_id)
        without, outcomes = lacking(book.rules, book.examples), tried(book.rules, book.examples)
        answer = Tested(passed=not without and all(each.kept for each in outcomes), examples=outcomes, lacking=without)
        await rulebooks.keep_test(tx, book, kept=answer.passed)
        audit.note(
            tx,
            actor=principal.actor,
            action="rulebook.test",
            subject=str(unit_id),
            company_id=principal.company_id,
            detail={"revision": book.revision, "passed": answer.passed},
        )
        return await command.answer(tx, 200, answer)


@routes.post("/{unit_id}/draft/backtest", response_model=Backtest, responses=responses(NotFound, Conflict, Unavailable))
async def backtest_rulebook_draft(
    request: Request,
    command: CurrentCommand,
    principal: CurrentPrincipal,
    unit_id: UUID,
    last: Annotated[int, Query(ge=1, le=MOST, description="How many of the unit's last invoices")] = 100,
) -> Response:
    """Ask the draft about the unit's last invoices: which would have failed, how many would pass now."""
    principal.require_person()
    principal.require(Right.RULES_WRITE)
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        if not await reading.owns(tx, unit_id, principal.company_id):
            raise no_such_unit()
        book = await _draft(tx, unit_id)
    report = await backtest(env, unit_id, book.rules, last)
    async with command.transaction() as tx:
        if not await rulebooks.keep_backtest(tx, book, report):
            raise draft_changed()
        audit.note(
            tx,
            actor=principal.actor,
            action="rulebook.backtest",
            subject=str(unit_id),
            company_id=principal.company_id,
            detail={"revision": book.revision, "documents": report.documents},
        )
        return await command.answer(tx, 200, report)


async def _draft(tx: Transaction, unit_id: UUID) -> Draft:
    book = await rulebooks.draft(tx, unit_id)
    if book is None:
        raise no_rulebook()
    return book
