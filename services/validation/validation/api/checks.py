"""`POST /v1/checks`: what every rule says of a document; nothing is stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request

from contracts import limits
from contracts.faults import Finding
from contracts.invoices import AppliedRules
from contracts.registration import Right
from documents.invoice import Invoice
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Invalid, ResourceDown, Unavailable, UnsupportedMedia
from mesh.problems import responses
from rules.differences import appeared
from rules.errors import DocumentRefused, UnknownRuleSet
from rules.texts import text_of
from rules.under import Under
from validation.api import reading
from validation.api.checkable import read
from validation.checking import Rulebook, check, check_official
from validation.env import Env
from validation.errors import no_such_rule_set, rules_unavailable
from validation.store import history, rulebooks
from validation.store.history import Trade

routes = APIRouter(prefix="/v1", tags=["checks"])


class FoundText(Output):
    """A finding with its text in the language asked for."""

    finding: Finding
    text: str


class RulebookUsed(Output):
    """Which rules of a buyer a check applied. `legal_only`: why none."""

    unit_id: UUID | None = None
    version: int | None = None
    legal_only: Literal["NO_BUYER_NAMED", "BUYER_UNKNOWN", "NO_RULEBOOK"] | None = None


class Differing(Output):
    """The same document under other official rules: what they find beyond, and what they no longer find."""

    rule_sets: list[str]
    new: list[FoundText]
    gone: list[FoundText]


class Checked(Output):
    """The answer of a check. `passed`: the document may be sent. `difference`: where `against` was asked for."""

    passed: bool
    rule_sets: list[str]
    rulebook: RulebookUsed
    findings: list[FoundText]
    difference: Differing | None = None


@routes.post("/checks", responses=responses(Invalid, UnsupportedMedia, Unavailable), max_body_size=limits.DOCUMENT_BODY)
async def check_document(
    request: Request,
    principal: CurrentPrincipal,
    unit: Annotated[UUID | None, Query(description="The buyer's unit whose rulebook applies too")] = None,
    against: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Other official rules to compare with: a date, for those in force then, or rule sets "
            "divided by commas, each with its version where it is not the newest: `en16931@1.3.15`",
        ),
    ] = None,
    language: Literal["fr", "en"] = "fr",
) -> Checked:
    """Check an invoice or credit note: UBL 2.1 or CII (`application/xml`), or the product's JSON of EN 16931.

    By the official rules that were in force on the document's date.
    """
    principal.require(Right.INVOICES_READ)
    env: Env = request.app.state.env
    document, orders = read(request.headers.get("content-type", ""), await request.body())
    used, rulebook = await _rulebook(env, unit, principal.company_id)
    rulebook = replace(rulebook, orders=orders)
    try:
        findings, applied = await check(env.checker, document, rulebook, env.vat_numbers.as_one_types)
        difference = await _difference(env, document, findings, applied, against, language) if against else None
    except ResourceDown:
        raise rules_unavailable() from None
    return Checked(
        passed=not any(finding.stops for finding in findings),
        rule_sets=[f"{rules.id} {rules.version}" for rules in applied],
        rulebook=used,
        findings=_texts(findings, language),
        difference=difference,
    )


def _texts(findings: Sequence[Finding], language: Literal["fr", "en"]) -> list[FoundText]:
    return [FoundText(finding=finding, text=text_of(finding, language)) for finding in findings]


async def _difference(
    env: Env,
    document: bytes,
    findings: Sequence[Finding],
    applied: Sequence[AppliedRules],
    against: str,
    language: Literal["fr", "en"],
) -> Differing | None:
    """None for a document that no rule set has seen."""
    try:
        others, sets = await check_official(env.checker, document, Under.read(against))
    except DocumentRefused:
        return None
    except UnknownRuleSet as unknown:
        raise no_such_rule_set(unknown) from None
    compared = {rules.id for rules in sets}
    labels = {f"{rules.id} {rules.version}" for rules in applied if rules.id in compared}
    official = [finding for finding in findings if finding.rule_set in labels]
    return Differing(
        rule_sets=[f"{rules.id} {rules.version}" for rules in sets],
        new=_texts(appeared(official, others), language),
        gone=_texts(appeared(others, official), language),
    )


async def _rulebook(env: Env, unit: UUID | None, company_id: UUID) -> tuple[RulebookUsed, Rulebook]:
    """The rules of the unit named, for its connected suppliers and for itself; else the legal ones only."""
    nothing = Rulebook(today=env.clock.now().date())
    if unit is None:
        return RulebookUsed(legal_only="NO_BUYER_NAMED"), nothing
    async with env.pipeline.transaction() as tx:
        if not await reading.may_read(tx, unit, company_id):
            return RulebookUsed(unit_id=unit, legal_only="BUYER_UNKNOWN"), nothing
        book = await rulebooks.published(tx, unit)
    if book is None:
        return RulebookUsed(unit_id=unit, legal_only="NO_RULEBOOK"), nothing

    async def similar(invoice: Invoice) -> tuple[date, ...]:
        async with env.pipeline.transaction() as tx:
            totals = invoice.totals
            return await history.similar(tx, Trade(company_id, unit), totals.gross_amount, invoice.currency)

    rulebook = replace(nothing, rules=book.rules, version=book.version, sha256=book.sha256, similar=similar)
    return RulebookUsed(unit_id=unit, version=book.version), rulebook
