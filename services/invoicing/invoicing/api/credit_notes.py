"""`POST /v1/invoices/{id}/credit-notes`: the draft of a credit note."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.money import Quantity
from invoicing import drafting
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.api.drafts import draft_kept
from invoicing.api.shapes import DraftKept
from mesh import audit, preconditions
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.freshness import FreshRoute

router = APIRouter(prefix="/v1/invoices", tags=["invoices"], route_class=FreshRoute)


class CreditedLine(Input):
    """How much of one line is credited."""

    line: Annotated[str, Field(min_length=1, max_length=200, description="BT-126 of the invoice's line")]
    quantity: Quantity


class NewCreditNote(Input):
    """The lines to credit; absent: all that is left of the invoice."""

    lines: Annotated[list[CreditedLine] | None, Field(max_length=5_000)] = None


def _wanted(wanted: NewCreditNote | None) -> dict[str, Decimal] | None:
    if wanted is None or wanted.lines is None:
        return None
    quantities: dict[str, Decimal] = {}
    for line in wanted.lines:
        quantities[line.line] = quantities.get(line.line, Decimal(0)) + line.quantity
    return quantities


@router.post("/{invoice_id}/credit-notes", status_code=201, response_model=DraftKept)
async def create_credit_note(
    invoice_id: UUID,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
    wanted: NewCreditNote | None = None,
) -> Response:
    """The draft of a credit note for an archived invoice. It is edited and submitted like an invoice."""
    access.may_write(principal)
    async with command.transaction() as tx:
        note = await drafting.credit_note(tx, env, principal.tenants, invoice_id, _wanted(wanted))
        kept = await drafting.keep(tx, note, env.clock.now())
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.credit",
            subject=str(kept.id),
            company_id=principal.company_id,
            detail={"credits": str(invoice_id)},
        )
        answer = await draft_kept(tx, env, kept)
        headers = {"etag": preconditions.etag(kept.version), "location": f"/v1/invoices/{kept.id}"}
        return await command.answer(tx, 201, answer, headers=headers)
