"""An invoice is taken back before its buyer has it: what it took is there again."""

from collections.abc import Sequence
from uuid import UUID

from contracts.invoices import InvoiceCancelled, Kind, OrderLineUse
from invoicing import drafting, errors, lifecycle
from invoicing.domain.life import CANCELLABLE, State
from invoicing.env import Env
from invoicing.store import facts, invoices, ledger
from mesh import outbox
from mesh.transaction import Transaction

_SOURCE = "/svc/invoicing"


async def cancel(tx: Transaction, env: Env, companies: Sequence[UUID], invoice_id: UUID, reason: str) -> None:
    """Withdraw an invoice that was not delivered yet; the same twice changes nothing. Raises Refusal."""
    row = await drafting.own(tx, invoice_id, companies, lock=True)
    if State(row["state"]) is State.CANCELLED:
        return
    if State(row["state"]) not in CANCELLABLE:
        raise errors.not_cancellable(row["state"])
    now = env.clock.now()
    submission_id = row["submission_id"]
    uses = await ledger.submission_uses(tx, [submission_id]) if submission_id else []
    sign = -1 if row["kind"] == Kind.CREDIT_NOTE.value else 1
    fact = InvoiceCancelled(
        invoice_id=invoice_id,
        supplier_id=row["supplier_id"],
        buyer_id=row["buyer_id"],
        unit_id=row["unit_id"],
        submission_id=submission_id,
        reason=reason,
        order_lines=tuple(
            OrderLineUse(
                order_id=use["order_id"],
                order_line_id=use["order_line_id"],
                quantity=sign * use["quantity"],
                amount=sign * use["amount"],
            )
            for use in uses
        ),
        cancelled_at=now,
    )
    event_id = outbox.emit(tx, fact, subject=invoice_id, tenant=row["supplier_id"])
    await lifecycle.apply(tx, [(fact, facts.entry(event_id, fact, _SOURCE))], now)
    if row["archived_at"] is None:
        await invoices.release_number(tx, invoice_id)
