"""Transactions that a payer has left: granted by registration, taken here, one an invoice however often it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from contracts.registration import GrantState, InvoiceChannel, UnitState
from invoicing.store.parts import Part
from mesh.transaction import Transaction


def unit_pays(unit: UnitState, channel: InvoiceChannel) -> bool:
    """Whether the buyer's unit pays for an invoice that comes this way."""
    return unit.pays_transactions or channel in unit.pays_channels


@dataclass(frozen=True)
class Payer:
    """Who pays, and how many it may take in all; None: no limit."""

    id: UUID
    granted: int | None


async def payer(tx: Transaction, accounts: Sequence[UUID], grant: GrantState | None) -> Payer:
    """A company as who pays: its first account, whose own `grant` is known, less what the others took before."""
    if len(accounts) == 1:
        return Payer(accounts[0], grant.allowance if grant else None)
    whole = await purse(tx, accounts)
    return Payer(accounts[0], None if whole.granted is None else whole.granted - whole.taken_by_others)


async def left(tx: Transaction, payer: Payer) -> bool:
    """Whether the payer can pay for one more."""
    if payer.granted is None:
        return True
    taken = await tx.value("select taken from allowance_balance where payer_id = :payer", payer=payer.id)
    return (taken or 0) < payer.granted


class Purse(NamedTuple):
    """What the accounts of a company were granted (None: no limit) and took together."""

    granted: int | None
    taken: int
    taken_by_others: int
    """By those that became part of the first, before they did."""


async def purse(tx: Transaction, accounts: Sequence[UUID]) -> Purse:
    """What a company was granted and took. An account of which nothing was ever said adds nothing to the others."""
    row = await tx.row(
        """select case when count(g.id) > 0 and not bool_or(g.state -> 'allowance' = 'null')
                then sum(cast(g.state ->> 'allowance' as bigint)) end granted, coalesce(sum(b.taken), 0) taken,
            coalesce(sum(b.taken) filter (where a.id <> :first), 0) taken_by_others
        from unnest(cast(:accounts as uuid[])) a(id)
            left join dir_grant g on g.id = a.id left join allowance_balance b on b.payer_id = a.id""",
        accounts=list(accounts),
        first=accounts[0],
    )
    assert row is not None
    granted = row["granted"]
    return Purse(None if granted is None else int(granted), int(row["taken"]), int(row["taken_by_others"]))


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
            "granted": payer.granted,
            "paid_invoice": invoice_id,
            "paid_for": supplier_id,
            "paid_at": now,
        },
    )
