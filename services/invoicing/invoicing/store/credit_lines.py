"""What credit notes take of the lines of an invoice."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction


async def credited(tx: Transaction, invoice_id: UUID) -> dict[str, Decimal]:
    """Quantities that live credit notes take, by the invoice's line identifier."""
    rows = await tx.rows(
        """select c.line, sum(c.quantity) quantity from credit_line c join submission s on s.id = c.submission_id
        where c.invoice_id = :invoice and s.stage in ('reserved', 'invoiced') group by c.line""",
        invoice=invoice_id,
    )
    return {row["line"]: row["quantity"] for row in rows}


async def notes(tx: Transaction, invoice_id: UUID) -> list[RowMapping]:
    """The live credit notes of an invoice: their content and what they credit with VAT."""
    return await tx.rows(
        """select i.draft, i.gross from submission s join invoice i on i.submission_id = s.id
        where s.credits_invoice_id = :invoice and s.stage in ('reserved', 'invoiced')""",
        invoice=invoice_id,
    )


async def add(
    tx: Transaction, submission_id: UUID, author_id: UUID, invoice_id: UUID, quantities: Mapping[str, Decimal]
) -> None:
    """Note what a credit note takes. The caller holds the invoice, so that two cannot take the same."""
    await tx.execute(
        """insert into credit_line (submission_id, invoice_id, line, author_id, quantity)
        select :submission, :invoice, v.line, :author, v.quantity
        from unnest(cast(:lines as text[]), cast(:quantities as numeric[])) v(line, quantity)""",
        submission=submission_id,
        invoice=invoice_id,
        author=author_id,
        lines=list(quantities),
        quantities=list(quantities.values()),
    )
