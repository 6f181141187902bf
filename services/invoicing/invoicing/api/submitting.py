"""Sending an invoice, and taking it back before the buyer has it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from invoicing import submitting
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.api.shapes import Submitted
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.errors import Refusal

router = APIRouter(prefix="/v1/invoices", tags=["invoices"])


@router.post("/{invoice_id}/submit", status_code=202, response_model=Submitted)
async def submit_invoice(invoice_id: UUID, command: CurrentCommand, request: Request) -> Response:
    """Send the invoice: it is dated today, numbered for good, its quantities are reserved; checks and seal follow.

    Refused when more is invoiced than the order lines allow, when the number is taken, or when connection, consent or
    allowance are missing. An invoice that failed is edited and submitted again.
    """
    principal, env = command.principal, access.env_of(request)
    access.may_write(principal)
    prepared = await submitting.prepare(env, principal.tenants, invoice_id)
    async with command.transaction() as tx:
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
        await submitting.cancel(tx, env, principal.tenants, invoice_id, reason)
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.cancel",
            subject=str(invoice_id),
            company_id=principal.company_id,
            detail={"reason": reason},
        )
        return await command.answer(tx, 204)
