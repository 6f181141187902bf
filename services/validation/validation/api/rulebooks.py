"""`GET /v1/rulebooks`: what is in force, for its buyer and connected suppliers; earlier versions for its buyer."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request

from contracts.registration import Right
from contracts.rulebooks import ENRICHMENTS, BuyerRule, Enrichment, EnrichmentSource
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import NotFound
from mesh.freshness import FreshRoute
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from validation.api import reading
from validation.domain.buyer_rules import EXPRESSION
from validation.domain.expression_values import FUNCTIONS
from validation.domain.filled_terms import SOURCES, TERMS
from validation.domain.ready_made import KINDS
from validation.env import Env
from validation.errors import no_rulebook, no_such_unit, no_such_version
from validation.store import history, rulebooks
from validation.store.rulebooks import Published

routes = APIRouter(prefix="/v1/rulebooks", tags=["rulebooks"], route_class=FreshRoute)


class RuleKind(Output):
    """A ready-made rule to tick and set. `needs`: `orders` or `similar`; without it the rule is not evaluated."""

    kind: str
    texts: dict[Literal["fr", "en"], str]
    parameters: tuple[str, ...]
    needs: str


class FillableTerm(Output):
    """A term that is filled where an invoice lacks it, and where it may come from, in words."""

    term: str
    texts: dict[Literal["fr", "en"], str]
    sources: dict[EnrichmentSource, dict[Literal["fr", "en"], str]]


class RuleKinds(Output):
    """What a rulebook may hold: ready-made kinds, own rules with what their CEL may call beside its own, and terms to
    have filled.
    """

    kinds: tuple[RuleKind, ...]
    own: str
    functions: tuple[str, ...]
    enrichment: tuple[FillableTerm, ...]


class RulebookView(Output):
    """The rules in force; version 0: none. Who wrote and published them only for the unit's own company."""

    unit_id: UUID
    version: int
    rules: tuple[BuyerRule, ...] = ()
    enrichment: tuple[Enrichment, ...] = ()
    sha256: str = ""
    published_at: datetime | None = None
    rolled_back_to: int | None = None
    written_by: str | None = None
    published_by: str | None = None

    @classmethod
    def of(cls, book: Published, *, own: bool) -> "RulebookView":
        """A version as its reader may see it."""
        return cls(
            unit_id=book.unit_id,
            version=book.version,
            rules=book.rules,
            enrichment=book.enrichment,
            sha256=book.sha256,
            published_at=book.published_at,
            rolled_back_to=book.rolled_back_to,
            written_by=book.written_by if own else None,
            published_by=book.published_by if own else None,
        )


class RulebookVersions(Output):
    """Newest first, at most 100."""

    items: tuple[RulebookView, ...]


class RuleFault(Output):
    """A rule that could not be asked (`NAV-RULEBOOK-NOT-EVALUATED`) or cannot run (`NAV-RULEBOOK-ERROR`)."""

    rule: str
    finding: str
    cause: str
    count: int
    last: datetime


class RuleFaults(Output):
    """Of the last 1,000 invoices under the version in force."""

    version: int
    items: tuple[RuleFault, ...]


@routes.get("/kinds")
async def rule_kinds(_: CurrentPrincipal) -> RuleKinds:
    """The ready-made rules, in French and English, with their parameters."""
    return RuleKinds(
        kinds=tuple(
            RuleKind(
                kind=name,
                texts={"fr": kind.french, "en": kind.english},
                parameters=tuple(kind.parameters),
                needs=kind.needs,
            )
            for name, kind in sorted(KINDS.items())
        ),
        own=EXPRESSION,
        functions=tuple(FUNCTIONS),
        enrichment=tuple(
            FillableTerm(
                term=term, texts=dict(TERMS[term]), sources={source: dict(SOURCES[source]) for source in sources}
            )
            for term, sources in ENRICHMENTS.items()
        ),
    )


@routes.get("/{unit_id}", responses=responses(NotFound))
async def rulebook(request: Request, principal: CurrentPrincipal, unit_id: UUID) -> RulebookView:
    """The rules in force of a unit of yours, or of one that you are connected to."""
    principal.require_person()
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        own = await reading.owns(tx, unit_id, principal.company_id)
        if not own and not await reading.may_read(tx, unit_id, principal.company_id):
            raise no_rulebook()
        book = await rulebooks.published(tx, unit_id)
    if book is None and not own:
        raise no_rulebook()
    return RulebookView(unit_id=unit_id, version=0) if book is None else RulebookView.of(book, own=own)


@routes.get("/{unit_id}/versions", responses=responses(NotFound))
async def rulebook_versions(request: Request, principal: CurrentPrincipal, unit_id: UUID) -> RulebookVersions:
    """Every version with its rules, who wrote it and who published it."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        await own_unit(tx, principal, unit_id)
        found = await rulebooks.versions(tx, unit_id)
    return RulebookVersions(items=tuple(RulebookView.of(book, own=True) for book in found))


@routes.get("/{unit_id}/versions/{version}", responses=responses(NotFound))
async def rulebook_version(
    request: Request, principal: CurrentPrincipal, unit_id: UUID, version: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> RulebookView:
    """One version."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        await own_unit(tx, principal, unit_id)
        book = await rulebooks.published(tx, unit_id, version)
    if book is None:
        raise no_such_version()
    return RulebookView.of(book, own=True)


@routes.get("/{unit_id}/faults", responses=responses(NotFound))
async def rulebook_faults(request: Request, principal: CurrentPrincipal, unit_id: UUID) -> RuleFaults:
    """Rules in force that did not do their work: mend them, or what they look at is not there."""
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        await own_unit(tx, principal, unit_id)
        book = await rulebooks.published(tx, unit_id)
        found = await history.faults(tx, unit_id, book.version) if book else []
    items = tuple(RuleFault.model_validate(vars(fault)) for fault in found)
    return RuleFaults(version=book.version if book else 0, items=items)


async def own_unit(tx: Transaction, principal: Principal, unit_id: UUID) -> None:
    """Raises Forbidden or NotFound unless a person of the unit's company asks who may read its rulebook's life."""
    principal.require_person()
    principal.require(Right.INVOICES_READ)
    if not await reading.owns(tx, unit_id, principal.company_id):
        raise no_such_unit()
