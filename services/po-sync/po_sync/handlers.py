"""The facts that po-sync listens to: who is who, and what invoices take of its orders."""

from collections.abc import Sequence
from typing import Final

from contracts.invoices import InvoiceArchived, InvoiceCancelled, InvoiceStatusReported, InvoiceSubmitted
from contracts.status import STATUSES, Party
from mesh import directory
from mesh.handlers import Handlers, Prepared
from mesh.records import Received
from mesh.transaction import Transaction
from po_sync.env import Env
from po_sync.intake import accepting
from po_sync.intake.accepting import Acceptances
from po_sync.store import uses

handlers: Final[Handlers[Env]] = Handlers()
directory.register(handlers)
_CLOSING: Final = frozenset(code for code, status in STATUSES.items() if status.closes)


@handlers.records(InvoiceSubmitted, projection=True)
async def remember_submissions(tx: Transaction, batch: Sequence[Received[InvoiceSubmitted]], _: Env) -> None:
    """Number and kind, for when the invoice counts."""
    await uses.remember(tx, [received.fact for received in batch])


async def _accept(tx: Transaction, batch: Sequence[Prepared[InvoiceSubmitted, Acceptances]], env: Env) -> None:
    for item in batch:
        await accepting.record(tx, item.result, item.received, env)


@handlers.on(InvoiceSubmitted, record=_accept)
async def accept_by_invoicing(received: Received[InvoiceSubmitted], env: Env) -> Acceptances:
    """Invoicing an order accepts it, unless the supplier has answered already; a buyer that bills itself does not."""
    if received.fact.author is Party.BUYER:
        return Acceptances({})
    return await accepting.prepare(env, (use.order_id for use in received.fact.order_lines))


@handlers.records(InvoiceArchived, projection=True)
async def count_invoiced(tx: Transaction, batch: Sequence[Received[InvoiceArchived]], _: Env) -> None:
    """From now on the invoice counts."""
    await uses.add(tx, [received.fact for received in batch])


@handlers.records(InvoiceArchived)
async def hide_fully_invoiced(tx: Transaction, batch: Sequence[Received[InvoiceArchived]], _: Env) -> None:
    """What is fully invoiced leaves the supplier's list, and a credit note brings it back."""
    await uses.weigh(tx, [use.order_id for received in batch for use in received.fact.order_lines])


@handlers.records(InvoiceCancelled, projection=True)
async def forget_cancelled(tx: Transaction, batch: Sequence[Received[InvoiceCancelled]], _: Env) -> None:
    """A cancelled submission counts no more, and never will when its archiving is learnt of later."""
    await uses.end(tx, [received.fact.submission_id for received in batch if received.fact.submission_id])


@handlers.records(InvoiceCancelled)
async def show_cancelled(tx: Transaction, batch: Sequence[Received[InvoiceCancelled]], _: Env) -> None:
    """What a cancelled invoice had taken is there again."""
    ids = [received.fact.submission_id for received in batch if received.fact.submission_id]
    await uses.weigh(tx, await uses.orders_of(tx, ids))


@handlers.records(InvoiceStatusReported, projection=True)
async def forget_refused(tx: Transaction, batch: Sequence[Received[InvoiceStatusReported]], _: Env) -> None:
    """A refused or rejected delivery counts no more."""
    await uses.end(tx, [received.fact.delivery_id for received in batch if received.fact.code in _CLOSING])


@handlers.records(InvoiceStatusReported)
async def show_refused(tx: Transaction, batch: Sequence[Received[InvoiceStatusReported]], _: Env) -> None:
    """What a refused invoice had taken is there again."""
    ids = [received.fact.delivery_id for received in batch if received.fact.code in _CLOSING]
    await uses.weigh(tx, await uses.orders_of(tx, ids))
