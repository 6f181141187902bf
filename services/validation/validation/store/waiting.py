"""Submissions that cannot be judged at this moment: their facts are parked, with the reason."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.invoices import InvoiceSubmitted
from mesh.transaction import Transaction

_MOST = 200


async def of_suppliers(tx: Transaction, suppliers: Sequence[UUID], invoice_id: UUID | None) -> Sequence[RowMapping]:
    """`invoice_id, reason, parked_at, next_at` of these suppliers', the first of each invoice's queue."""
    return await tx.rows(
        """select distinct on (subject) subject as invoice_id, reason, parked_at, next_at from parked
        where state = 'waiting' and event_type = :submitted
            and convert_from(payload, 'UTF8')::jsonb ->> 'supplier_id' = any(cast(:suppliers as text[]))
            and (cast(:invoice as text) is null or subject = cast(:invoice as text))
        order by subject, seq limit :most""",
        submitted=InvoiceSubmitted.event_type(),
        suppliers=[str(supplier) for supplier in suppliers],
        invoice=str(invoice_id) if invoice_id else None,
        most=_MOST,
    )
