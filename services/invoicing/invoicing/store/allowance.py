"""Transactions that a payer has left: granted by registration, taken here, one an invoice however often it is sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.registration import GrantState, InvoiceChannel, UnitState
from mesh.transaction import Transaction


def unit_pays(unit: UnitState, channel: InvoiceChannel) -> bool:
    """Whether the buyer's unit pays for an invoice that comes this way."""
    return unit.pays_transactions or channel in unit.pays_channels


def payer(unit: UnitState, supplier_id: UUID, channel: InvoiceChannel) -> UUID:
    """Who pays for an invoice to a unit."""
    return unit.company_id if unit_pays(unit, channel) else supplier_id


async def left(tx: Transaction, payer_id: UUID, grant: GrantState | None) -> bool:
    """Whether the payer can pay for one more; `grant` is its own."""
    if grant is None or grant.allowance is None:
        return True
    return await taken(tx, payer_id) < grant.allowance


async def taken(tx: Transaction, payer_id: UUID) -> int:
    """How many were taken so far."""
    return await tx.value("select taken from allowance_balance where payer_id = :payer", payer=payer_id) or 0


@dataclass(frozen=True)
class Payer:
    """Who pays, and what it was granted."""

    id: UUID
    grant: GrantState | None


async def take(tx: Transaction, payer: Payer, supplier_id: UUID, invoice_id: UUID, now: datetime) -> bool:
    """Take one for an invoice unless it has its own already; False when none is left."""
    had: bool = await tx.value(
        """with had as (select from allowance_use where invoice_id = :invoice),
        counted as (
            insert into allowance_balance (payer_id, taken)
            select :payer, 1 where not exists (select from had) and (cast(:granted as bigint) is null or :granted > 0)
            on conflict (payer_id) do update set taken = allowance_balance.taken + 1
            where cast(:granted as bigint) is null or allowance_balance.taken < :granted returning payer_id),
        noted as (
            insert into allowance_use (invoice_id, supplier_id, payer_id, taken_at)
            select :invoice, :supplier, payer_id, :now from counted returning invoice_id)
        select exists (select from had) or exists (select from noted)""",
        payer=payer.id,
        granted=payer.grant.allowance if payer.grant else None,
        invoice=invoice_id,
        supplier=supplier_id,
        now=now,
    )
    return had
