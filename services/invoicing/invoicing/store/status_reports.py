"""Statuses as they were reported here: what was paid, and which message was taken already."""

from decimal import Decimal
from typing import Protocol
from uuid import UUID

from contracts.invoices import InvoiceStatusReported
from contracts.status import Party
from mesh.transaction import Transaction


class Said(Protocol):
    """What is looked for."""

    @property
    def code(self) -> str: ...
    @property
    def reasons(self) -> tuple[str, ...]: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def message_id(self) -> str | None: ...


async def add(tx: Transaction, fact: InvoiceStatusReported, message_id: str | None) -> None:
    """Keep a report with its fact."""
    await tx.execute(
        """insert into status_report (id, invoice_id, supplier_id, recipient_id, delivery_id, reported_by, code,
            amount, message_id, fact, at)
        values (:id, :invoice, :supplier, :buyer, :delivery, :by, :code, :amount, :message,
            cast(:fact as jsonb), :at)""",
        id=fact.status_id,
        invoice=fact.invoice_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        delivery=fact.delivery_id,
        by=fact.reported_by.value,
        code=fact.code,
        amount=fact.amount,
        message=message_id,
        fact=fact.model_dump_json(),
        at=fact.reported_at,
    )


async def before(tx: Transaction, delivery_id: UUID, party: Party, said: Said) -> InvoiceStatusReported | None:
    """The same message as it was taken before; or, without one, the side's latest status when it says just this.

    An automatic reaction to one's own status ends here. Each payment is one of its own.
    """
    if said.message_id is not None:
        fact = await tx.value(
            """select fact from status_report
            where delivery_id = :delivery and reported_by = :by and message_id = :message""",
            delivery=delivery_id,
            by=party.value,
            message=said.message_id,
        )
        return InvoiceStatusReported.model_validate(fact) if fact else None
    if said.amount is not None:
        return None
    fact = await tx.value(
        """select fact from status_report where delivery_id = :delivery and reported_by = :by
        order by at desc, id desc limit 1""",
        delivery=delivery_id,
        by=party.value,
    )
    latest = InvoiceStatusReported.model_validate(fact) if fact else None
    same = latest is not None and (latest.code, set(latest.reasons)) == (said.code, set(said.reasons))
    return latest if same and latest is not None and latest.amount is None and latest.due_date is None else None


async def paid(tx: Transaction, delivery_id: UUID, code: str) -> Decimal:
    """The sum of one side's payments."""
    total: Decimal = await tx.value(
        "select coalesce(sum(amount), 0) from status_report where delivery_id = :delivery and code = :code",
        delivery=delivery_id,
        code=code,
    )
    return total
