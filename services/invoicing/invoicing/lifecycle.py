"""What follows from facts of an invoice: its log, its view, and what the ledger takes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.invoices import InvoiceFact, InvoiceSubmitted
from invoicing.domain import life
from invoicing.domain.ledger import Stage, stage_of
from invoicing.domain.life import Entry, View
from invoicing.store import facts, invoices, ledger
from invoicing.store.parts import Part
from mesh.errors import CauseUnknown
from mesh.transaction import Transaction


async def apply(tx: Transaction, learnt: Sequence[tuple[InvoiceFact, Entry]], now: datetime) -> None:
    """Take facts into the log and bring view and ledger in line with it. Whatever is known already changes nothing.

    Raises CauseUnknown for an invoice that is not here.
    """
    ids = sorted({fact.invoice_id for fact, _ in learnt})
    here = await invoices.lock(tx, ids)
    for invoice_id in ids:
        if invoice_id not in here:
            raise CauseUnknown(f"invoice {invoice_id}")
    logs = await facts.append(tx, learnt, here)
    await _settle(tx, ids, logs, now)
    await invoices.show(tx, {invoice_id: life.view(logs[invoice_id]) for invoice_id in ids})


async def beginning(
    tx: Transaction, fact: InvoiceSubmitted, entry: Entry, author_id: UUID, shown: Callable[[View], Part]
) -> list[Part]:
    """The same for a submit as it happens: the caller holds the invoice and has reserved, so the ledger stands."""
    # Before its first submit an invoice has no facts.
    earlier = (await facts.logs(tx, [fact.invoice_id]))[fact.invoice_id] if fact.attempt > 1 else []
    log = sorted([*earlier, entry], key=lambda found: (found.at, found.event_id))
    return [facts.adding(fact, entry, author_id), shown(life.view(log))]


async def _settle(tx: Transaction, ids: Sequence[UUID], logs: dict[UUID, list[Entry]], now: datetime) -> None:
    """Move every submission of these invoices, and of credit notes for them, to the stage its facts say."""
    submissions = await ledger.locked_submissions(tx, ids)
    if not submissions:
        return
    others = {row["invoice_id"] for row in submissions} - set(ids)
    known = logs | (await facts.logs(tx, sorted(others)) if others else {})
    notes = [row for row in submissions if row["credits_invoice_id"] is not None]
    billed = [row for row in submissions if row["credits_invoice_id"] is None]
    if not any([await _due(tx, row, known) for row in submissions]):
        return  # most facts move nothing, and need nobody's account
    await ledger.hold_accounts(tx, [row["id"] for row in submissions])
    for rows in (billed, notes):  # invoices before the credit notes that depend on them
        stages = [(row, await _due(tx, row, known)) for row in rows]
        moves = [(row, stage) for row, stage in stages if stage is not None]
        if moves:
            await ledger.move(tx, moves, now)


async def _due(tx: Transaction, row: RowMapping, known: Mapping[UUID, list[Entry]]) -> Stage | None:
    """The stage that a submission is to be brought to; None: it is there."""
    original: Stage | None = None
    if row["credits_invoice_id"] is not None:
        original = await ledger.stage_of_invoice(tx, row["credits_invoice_id"])
    stage = stage_of(life.events_of(known[row["invoice_id"]], row["id"]), original=original)
    # Before its first fact is in the log a submission has reserved already.
    return stage if stage is not Stage.NONE and stage.value != row["stage"] else None
