"""Legal holds: who holds which invoice, and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction


async def alone(tx: Transaction, invoice_id: UUID) -> None:
    """Let nobody else hold, release or eliminate this invoice until the transaction ends."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended(:name, 0))", name=f"archive/hold/{invoice_id}")


async def place(tx: Transaction, hold_id: UUID, deposit: RowMapping, by: str, reason: str, at: datetime) -> None:
    """Keep a hold on the invoice of a deposit."""
    await tx.execute(
        """insert into legal_hold (id, invoice_id, supplier_id, buyer_id, reason, placed_by, placed_at)
        values (:id, :invoice, :supplier, :buyer, :reason, :by, :at)""",
        id=hold_id,
        invoice=deposit["invoice_id"],
        supplier=deposit["supplier_id"],
        buyer=deposit["buyer_id"],
        reason=reason,
        by=by,
        at=at,
    )


async def lift(tx: Transaction, hold_id: UUID, by: str, reason: str, at: datetime) -> None:
    """It holds no more; the row stays."""
    await tx.execute(
        "update legal_hold set lifted_by = :by, lift_reason = :reason, lifted_at = :at where id = :id",
        id=hold_id,
        by=by,
        reason=reason,
        at=at,
    )


async def one(tx: Transaction, hold_id: UUID) -> RowMapping | None:
    """A hold."""
    return await tx.row("select * from legal_hold where id = :id", id=hold_id)


async def lying_on(tx: Transaction, invoice_id: UUID) -> int:
    """How many holds lie on an invoice."""
    return await tx.value(
        "select count(*) from legal_hold where invoice_id = :invoice and lifted_at is null", invoice=invoice_id
    )


async def newest(tx: Transaction, invoice_id: UUID | None, limit: int) -> list[RowMapping]:
    """Holds, those that lie first, then the newest; of one invoice, if it is named."""
    return await tx.rows(
        """select * from legal_hold where cast(:invoice as uuid) is null or invoice_id = :invoice
        order by lifted_at is not null, placed_at desc, id desc limit :limit""",
        invoice=invoice_id,
        limit=limit,
    )


async def deposits(tx: Transaction, invoice_id: UUID) -> list[RowMapping]:
    """Every deposit of an invoice, the newest first."""
    return await tx.rows(
        "select * from entry where invoice_id = :invoice and kind = 'deposit' order by id desc", invoice=invoice_id
    )


async def leaving(tx: Transaction, invoice_id: UUID) -> bool:
    """Whether a deposit of an invoice is being removed at this moment."""
    return await tx.value(
        """select exists (select 1 from elimination_item i join entry e on e.id = i.entry_id
        where e.invoice_id = :invoice and i.state = 'under_way')""",
        invoice=invoice_id,
    )
