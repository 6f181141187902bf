"""Transactions that a payer has left: granted by registration, taken here, one an invoice however often it is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from contracts.registration import GrantState, InvoiceChannel, UnitState
from invoicing.store.parts import Part
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


TAKEN: Final = "exists (select from had) or exists (select from noted)"
"""Asked of `taking`: whether the invoice has its transaction; where it has none, the caller rolls back."""


def taking(payer: Payer, supplier_id: UUID, invoice_id: UUID, now: datetime) -> Part:
    """Take one for an invoice unless it has its own already."""
    return Part(
        """had as (select from allowance_use where invoice_id = :paid_invoice),
        counted as (
            insert into allowance_balance (payer_id, taken)
            select :payer, 1 where not exists (select from had) and (cast(:granted as bigint) is null or :granted > 0)
            on conflict (payer_id) do update set taken = allowance_balance.taken + 1
            where cast(:granted as bigint) is null or allowance_balance.taken < :granted returning payer_id),
        noted as (
            insert into allowance_use (invoice_id, supplier_id, payer_id, taken_at)
            select :paid_invoice, :paid_for, payer_id, :paid_at from counted returning invoice_id)""",
        {
            "payer": payer.id,
            "granted": payer.grant.allowance if payer.grant else None,
            "paid_invoice": invoice_id,
            "paid_for": supplier_id,
            "paid_at": now,
        },
    )
