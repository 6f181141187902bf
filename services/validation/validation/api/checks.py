"""`POST /v1/checks`: what every rule says of a document; nothing is stored."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError

from contracts import limits
from contracts.faults import Finding, Severity, json_pointer
from contracts.registration import Role
from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Invalid, ResourceDown, Unavailable, UnsupportedMedia
from mesh.problems import responses
from rules.texts import text_of
from validation.checking import check
from validation.env import Env
from validation.errors import not_a_document, rules_unavailable
from validation.store import rulebooks

routes = APIRouter(prefix="/v1", tags=["checks"])


class FoundText(Output):
    """A finding with its text in the language asked for."""

    finding: Finding
    text: str


class Checked(Output):
    """The answer of a check. `passed`: the document may be sent."""

    passed: bool
    rule_sets: list[str]
    findings: list[FoundText]


@routes.post("/checks", responses=responses(Invalid, UnsupportedMedia, Unavailable), max_body_size=limits.DOCUMENT_BODY)
async def check_document(
    request: Request,
    principal: CurrentPrincipal,
    unit: Annotated[UUID | None, Query(description="The buyer's unit whose rulebook applies too")] = None,
    language: Literal["fr", "en"] = "fr",
) -> Checked:
    """Check an invoice or credit note: UBL 2.1 or CII (`application/xml`), or the product's JSON of EN 16931."""
    principal.require(Role.ADMINISTRATOR, Role.ACCOUNTANT, Role.SIGNER, Role.APPROVER, Role.VIEWER)
    env: Env = request.app.state.env
    document = _document(request.headers.get("content-type", ""), await request.body())
    rules = ()
    if unit is not None:
        async with env.pipeline.transaction() as tx:
            rules, _ = await rulebooks.readable(tx, unit, principal.company_id)
    try:
        findings, applied = await check(env.checker, document, rules)
    except ResourceDown:
        raise rules_unavailable() from None
    return Checked(
        passed=not any(finding.stops for finding in findings),
        rule_sets=[f"{rules.id} {rules.version}" for rules in applied],
        findings=[FoundText(finding=finding, text=text_of(finding, language)) for finding in findings],
    )


def _document(content_type: str, body: bytes) -> bytes:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("application/xml", "text/xml"):
        return body
    if kind != "application/json":
        raise not_a_document(kind)
    try:
        return write_invoice(Invoice.model_validate_json(body))
    except ValidationError as error:
        found = tuple(
            Finding(
                rule="NAV-JSON-01",
                severity=Severity.FATAL,
                pointer=json_pointer(*each["loc"]),
                detail=each["msg"][:500],
            )
            for each in error.errors(include_url=False)[:50]
        )
        raise Invalid("INVALID_DOCUMENT", "The JSON is not an invoice of EN 16931.", violations=found) from None
