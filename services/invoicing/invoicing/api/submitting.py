"""Sending an invoice, and taking it back before the buyer has it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from contracts.limits import DOCUMENT_BODY
from invoicing import cancelling, submitting
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.api.drafts import NewInvoice, made_of
from invoicing.api.shapes import Submitted
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.errors import Refusal
from mesh.freshness import FreshRoute

router = APIRouter(prefix="/v1/invoices", tags=["invoices"], route_class=FreshRoute)


@router.post("/submit", status_code=202, response_model=Submitted, max_body_size=DOCUMENT_BODY)
async def submit_new_invoice(wanted: NewInvoice, command: CurrentCommand, request: Request) -> Response:
    """Write an invoice and send it, in one request: for who knows all of it, as an ERP does. All or nothing.

    Refused for the reasons of both steps (`POST /v1/invoices`, `POST /v1/invoices/{id}/submit`); then there is no
    draft either, and its number is free.
    """
    principal, env = command.principal, access.env_of(request)
    access.may_write(principal)
    prepared = await submitting.prepare_new(env, principal.tenants, lambda tx: made_of(tx, env, principal, wanted))
    async with command.transaction(replan=False) as tx:
        if isinstance(prepared, Refusal):
            raise prepared
        made, ready = prepared
        submission_id = await submitting.submit_new(tx, env, made, ready)
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.submit",
            subject=str(made.new.id),
            company_id=principal.company_id,
            detail={"submission_id": str(submission_id), "sha256": ready.document.sha256},
        )
        answer = Submitted(id=made.new.id, submission_id=submission_id)
        return await command.answer(tx, 202, answer, headers={"location": f"/v1/invoices/{made.new.id}"})


@router.post("/{invoice_id}/submit", status_code=202, response_model=Submitted)
async def submit_invoice(invoice_id: UUID, command: CurrentCommand, request: Request) -> Response:
    """Send the invoice: it is dated today, numbered for good, its quantities are reserved; checks and seal follow.

    Refused when more is invoiced than the order lines allow, when the number is taken, or when connection, consent or
    allowance are missing. An invoice that failed is edited and submitted again.
    """
    principal, env = command.principal, access.env_of(request)
    access.may_write(principal)
    prepared = await submitting.prepare(env, principal.tenants, invoice_id)
    async with command.transaction(replan=False) as tx:
        if isinstance(prepared, Refusal):
            raise prepared
        submission_id = await submitting.submit(tx, env, principal.tenants, invoice_id, prepared)
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.submit",
            subject=str(invoice_id),
            company_id=principal.company_id,
            detail={"submission_id": str(submission_id), "sha256": prepared.document.sha256},
        )
        return await command.answer(tx, 202, Submitted(id=invoice_id, submission_id=submission_id))


class Cancellation(Input):
    """Why the invoice is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Z0-9_]+$", description="a code")] = (
        "WITHDRAWN"
    )


@router.post("/{invoice_id}/cancel", status_code=204)
async def cancel_invoice(
    invoice_id: UUID,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    cancellation: Cancellation | None = None,
) -> Response:
    """Take an invoice back before it is delivered; afterwards only a credit note helps."""
    access.may_write(principal)
    reason = (cancellation or Cancellation()).reason
    async with command.transaction() as tx:
        await cancelling.cancel(tx, env, principal.tenants, invoice_id, reason)
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.cancel",
            subject=str(invoice_id),
            company_id=principal.company_id,
            detail={"reason": reason},
        )
        return await command.answer(tx, 204)
