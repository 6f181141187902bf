"""`POST /v1/invoices/{id}/statuses`: what one side says of a delivery."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.ids import new_id
from contracts.invoices import InvoiceStatusReported
from contracts.money import Amount
from contracts.status import Party, StatusCode
from invoicing import errors
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.domain import statuses
from invoicing.store import invoices
from mesh import audit, outbox
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand

router = APIRouter(prefix="/v1/invoices", tags=["invoices"])

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
    reported_at: datetime


@router.post("/{invoice_id}/statuses", status_code=201, response_model=StatusSet)
async def report_status(
    invoice_id: UUID, status: NewStatus, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Say what becomes of a delivery: the buyer 204 to 208, 210, 211; the supplier 209, 212; in any order, any time.

    The list of invoices shows it a moment later, when the fact has made its round.
    """
    access.may_set_status(principal)
    async with command.transaction() as tx:
        row = await invoices.one(tx, invoice_id)
        if row is None:
            raise errors.invoice_unknown()
        party = Party.SUPPLIER if row["supplier_id"] == principal.company_id else Party.BUYER
        if not statuses.own_code(party, status.code):
            raise errors.not_your_status(status.code)
        if row["delivery_id"] is None:
            raise errors.not_delivered()
        if status.delivery_id not in (None, row["delivery_id"]):
            raise errors.delivery_unknown()
        found = statuses.findings(status.code, status.reasons)
        if found:
            raise errors.status_incomplete(found)
        fact = InvoiceStatusReported(
            invoice_id=invoice_id,
            supplier_id=row["supplier_id"],
            buyer_id=row["buyer_id"],
            unit_id=row["unit_id"],
            delivery_id=row["delivery_id"],
            status_id=new_id(),
            code=status.code,
            reasons=status.reasons,
            reported_by=party,
            due_date=status.due_date if party is Party.BUYER else None,
            amount=status.amount,
            reported_at=env.clock.now(),
        )
        outbox.emit(tx, fact, subject=invoice_id, tenant=row["supplier_id"])
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.status",
            subject=str(invoice_id),
            company_id=principal.company_id,
            detail={"code": status.code, "reasons": status.reasons},
        )
        answer = StatusSet(
            id=fact.status_id,
            delivery_id=fact.delivery_id,
            code=fact.code,
            reported_by=party.value,
            reported_at=fact.reported_at,
        )
        return await command.answer(tx, 201, answer)
