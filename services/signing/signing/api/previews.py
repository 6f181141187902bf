"""`POST /v1/previews`: the page as it would be printed, marked as a draft; nothing is stored."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from contracts import limits
from contracts.faults import Finding, Severity, json_pointer
from contracts.registration import Right
from documents.errors import DocumentError, DocumentUnreadable
from documents.invoice import Invoice
from documents.reading import read_invoice
from mesh.auth import CurrentPrincipal
from mesh.errors import Invalid, UnsupportedMedia
from mesh.problems import responses
from signing.domain.policy import Language
from signing.domain.rendering import DEFAULT_ACCENT, Appearance
from signing.env import Env
from signing.errors import DocumentRefused, TemplateRefused

routes = APIRouter(prefix="/v1", tags=["previews"])

_PDF = "application/pdf"
_MAX_VIOLATIONS = 50
_BODIES = {"application/json": {"schema": {"type": "object"}}, "application/xml": {"schema": {"type": "string"}}}


@routes.post(
    "/previews",
    response_class=Response,
    responses={200: {"content": {_PDF: {}}, "description": "The draft"}, **responses(Invalid, UnsupportedMedia)},
    openapi_extra={"requestBody": {"required": True, "content": _BODIES}},
    max_body_size=limits.DOCUMENT_BODY,
)
async def preview_invoice(
    request: Request,
    principal: CurrentPrincipal,
    language: Annotated[list[Language] | None, Query(max_length=2, description="One or two; the first leads")] = None,
) -> Response:
    """Print an invoice of EN 16931 (the product's JSON, UBL 2.1 or CII) with the word DRAFT across each page.

    A client needs the scope `invoices:write`: it prints what it would send.
    """
    principal.require(Right.INVOICES_READ)
    principal.require_scope("invoices:write")
    env: Env = request.app.state.env
    body = await request.body()
    invoice = await asyncio.to_thread(_invoice, request.headers.get("content-type", ""), body)
    look = await env.parties.look(principal.company_id)
    legal = env.policy.is_legal_original(*countries_of(invoice))
    appearance = Appearance(
        owner=principal.company_id,
        languages=tuple(dict.fromkeys(language or ["fr"])),
        accent=look.accent or DEFAULT_ACCENT,
        logo=look.logo,
        is_draft=True,
        is_legal_original=legal,
    )
    try:
        printed = await env.renderer.render(invoice, None, appearance, at=env.clock.now())
    except TemplateRefused as error:
        raise Invalid(error.code, str(error)) from None
    except DocumentRefused as error:
        finding = Finding(rule=error.code, severity=Severity.FATAL, parameters=error.parameters)
        violation = (finding.model_copy(update={"detail": str(error)[:500]}),)
        raise Invalid(error.code, str(error), violations=violation) from None
    return Response(printed.content, media_type=_PDF, headers={"content-disposition": 'inline; filename="draft.pdf"'})


def countries_of(invoice: Invoice) -> tuple[str, str]:
    """Where seller (BT-40) and buyer (BT-55) are; empty as long as a draft does not say."""
    seller, buyer = (party.address.country if party.address else "" for party in (invoice.seller, invoice.buyer))
    return seller, buyer


def _invoice(content_type: str, body: bytes) -> Invoice:
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            return Invoice.model_validate_json(body)
        if kind in ("application/xml", "text/xml"):
            return read_invoice(body)
    except ValidationError as error:
        found = tuple(
            Finding(
                rule="NAV-JSON-01",
                severity=Severity.FATAL,
                pointer=json_pointer(*each["loc"]),
                detail=each["msg"][:500],
            )
            for each in error.errors(include_url=False)[:_MAX_VIOLATIONS]
        )
        raise Invalid("INVALID_DOCUMENT", "The JSON is not an invoice of EN 16931.", violations=found) from None
    except DocumentUnreadable as error:
        found = tuple(
            Finding(rule=each.code, severity=Severity.FATAL, pointer=each.path[:1000], detail=str(each)[:500])
            for each in error.problems[:_MAX_VIOLATIONS]
        )
        raise Invalid("INVALID_DOCUMENT", "The XML is not an invoice of EN 16931.", violations=found) from None
    except DocumentError as error:
        raise Invalid("INVALID_DOCUMENT", str(error)) from None
    raise UnsupportedMedia("NOT_A_DOCUMENT", "Send an invoice as application/json or application/xml.")
