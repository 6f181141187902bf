"""Reporting a status of a delivery: by JSON or by message, each side its own codes, each payment within the invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.invoices import InvoiceStatusReported, PaidVat
from contracts.status import Party
from invoicing import drafting, errors
from invoicing.domain import payments, statuses
from invoicing.domain.payments import PAYMENTS, Payable
from invoicing.env import Env
from invoicing.store import invoices, status_reports
from mesh import outbox
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Reported:
    """What somebody says of a delivery. `message_id`: of a message, which counts once."""

    code: str
    reasons: tuple[str, ...] = ()
    delivery_id: UUID | None = None
    due_date: date | None = None
    amount: Decimal | None = None
    syntax: Literal["JSON", "T111", "CDAR"] = "JSON"
    message_id: str | None = None


async def report(
    tx: Transaction, env: Env, companies: Sequence[UUID], invoice_id: UUID, said: Reported
) -> tuple[InvoiceStatusReported, bool]:
    """Take a status; False with the one that was there when the same message, or its echo, came before.

    Raises Refusal (`NOT_YOUR_STATUS`, `NOT_DELIVERED`, `DELIVERY_UNKNOWN`, `STATUS_INCOMPLETE`).
    """
    row = await invoices.locked(tx, invoice_id)
    if row is None:
        raise errors.invoice_unknown()
    party = Party.SUPPLIER if row["supplier_id"] in companies else Party.BUYER
    if not statuses.own_code(party, said.code):
        raise errors.not_your_status(said.code)
    if row["delivery_id"] is None:
        raise errors.not_delivered()
    if said.delivery_id not in (None, row["delivery_id"]):
        raise errors.delivery_unknown()
    found = statuses.findings(said.code, said.reasons)
    if found:
        raise errors.status_incomplete(found)
    before = await status_reports.before(tx, row["delivery_id"], party, said)
    if before is not None:
        return before, False
    vat: tuple[PaidVat, ...] = ()
    if said.code in PAYMENTS:
        vat = await _paid(tx, row, said)
    fact = InvoiceStatusReported(
        invoice_id=invoice_id,
        supplier_id=row["supplier_id"],
        buyer_id=row["buyer_id"],
        unit_id=row["unit_id"],
        delivery_id=row["delivery_id"],
        status_id=new_id(),
        code=said.code,
        reasons=said.reasons,
        reported_by=party,
        due_date=said.due_date if party is Party.BUYER else None,
        amount=said.amount,
        vat=vat,
        syntax=said.syntax,
        reported_at=env.clock.now(),
    )
    await status_reports.add(tx, fact, said.message_id)
    outbox.emit(tx, fact, subject=invoice_id, tenant=row["supplier_id"])
    return fact, True


async def _paid(tx: Transaction, row: RowMapping, said: Reported) -> tuple[PaidVat, ...]:
    invoice = drafting.computed(invoices.draft_of(row))
    payable = Payable(invoice.currency, invoice.totals.due_amount, invoice.vat_breakdown)
    paid = await status_reports.paid(tx, row["delivery_id"], said.code)
    found = payments.findings(said.code, said.amount, paid, payable)
    if found:
        raise errors.status_incomplete(found)
    return payments.split(paid, said.amount, payable) if said.amount is not None else ()
