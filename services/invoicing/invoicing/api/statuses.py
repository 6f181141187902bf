"""`POST /v1/invoices/{id}/statuses`: what one side says of a delivery."""

import json
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from contracts.invoices import PaidVat
from contracts.money import Amount
from contracts.status import StatusCode
from documents.errors import DocumentError
from invoicing import errors, reporting
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.domain import status_messages
from invoicing.domain.numbers import number_key
from invoicing.reporting import Reported
from invoicing.store import invoices
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.freshness import FreshRoute

router = APIRouter(prefix="/v1/invoices", tags=["invoices"], route_class=FreshRoute)

Reason = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Z0-9_]+$")]


class NewStatus(Input):
    """A status of the live delivery, or of the one that is named."""

    code: StatusCode
    reasons: Annotated[tuple[Reason, ...], Field(max_length=20)] = ()
    delivery_id: UUID | None = None
    due_date: date | None = None
    amount: Amount | None = None


class StatusSet(Output):
    """The status as it was taken."""

    id: UUID
    delivery_id: UUID
    code: str
    reported_by: Literal["supplier", "buyer", "platform"]
    amount: Amount | None = None
    vat: tuple[PaidVat, ...] = Field(default=(), description="a payment's amount by VAT rate, to the cent")
    reported_at: datetime


_XML = ("application/xml", "text/xml")


@router.post(
    "/{invoice_id}/statuses",
    status_code=201,
    response_model=StatusSet,
    responses={200: {"model": StatusSet, "description": "It was said before; nothing was added"}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": NewStatus.model_json_schema(ref_template="#/components/schemas/{model}")
                },
                "application/xml": {"schema": {"type": "string", "description": "Peppol T111 or CDAR"}},
            },
        }
    },
)
async def report_status(
    invoice_id: UUID, request: Request, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Say what becomes of a delivery: the buyer 204 to 208, 210, 211; the supplier 209, 212; in any order, any time.

    As JSON, as a Peppol Invoice Response (T111) or as a CDAR. A cash-in (212) has its amount with VAT, a refund a
    negative one; together they never exceed what is due. The list of invoices shows it a moment later.
    """
    access.may_set_status(principal)
    said, number = _said(request.headers.get("content-type", ""), await request.body())
    async with command.transaction() as tx:
        if number is not None:
            row = await invoices.one(tx, invoice_id)
            if row is not None and number_key(row["number"]) != number_key(number):
                raise errors.other_invoice()
        fact, new = await reporting.report(tx, env, principal.tenants, invoice_id, said)
        if new:
            audit.note(
                tx,
                actor=principal.actor,
                action="invoice.status",
                subject=str(invoice_id),
                company_id=principal.company_id,
                detail={"code": fact.code, "reasons": fact.reasons, "syntax": fact.syntax},
            )
        answer = StatusSet(
            id=fact.status_id,
            delivery_id=fact.delivery_id,
            code=fact.code,
            reported_by=fact.reported_by.value,
            amount=fact.amount,
            vat=fact.vat,
            reported_at=fact.reported_at,
        )
        return await command.answer(tx, 201 if new else 200, answer)


def _said(content_type: str, body: bytes) -> tuple[Reported, str | None]:
    """What is reported, and the number that a message names."""
    if content_type.partition(";")[0].strip().lower() not in _XML:
        try:
            status = NewStatus.model_validate_json(body)
        except ValidationError as error:
            found = error.errors(include_url=False)
            is_json = all(detail["type"] != "json_invalid" for detail in found)
            raise RequestValidationError(
                [{**detail, "loc": ("body", *detail["loc"])} for detail in found],
                body=json.loads(body) if is_json else None,
            ) from None
        return (
            Reported(status.code, status.reasons, status.delivery_id, status.due_date, status.amount),
            None,
        )
    try:
        message = status_messages.read(body)
    except DocumentError as error:
        raise errors.message_unreadable(error) from None
    said = Reported(
        message.code, message.reasons, amount=message.amount, syntax=message.syntax, message_id=message.message_id
    )
    return said, message.invoice_number
