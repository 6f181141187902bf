"""Facts become feed items for the companies concerned. A buyer sees nothing of an invoice before it is archived."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from contracts.ids import derived_id
from contracts.invoices import (
    Channel,
    InvoiceArchived,
    InvoiceCancelled,
    InvoiceDelivered,
    InvoiceDeliveryFailed,
    InvoiceFact,
    InvoiceFailed,
    InvoiceSealed,
    InvoiceStatusReported,
    InvoiceSubmitted,
    InvoiceValidated,
    PaperRefused,
    PipelineFact,
)
from mesh import directory, outbox
from mesh.errors import CauseUnknown
from mesh.handlers import Handlers
from mesh.records import Received
from mesh.transaction import Transaction
from notifications import order_items, reclaimed, rule_faults
from notifications.domain.items import Item, Submission, invoice_data, paper_data
from notifications.env import Env
from notifications.store import deliveries, documents, feed, preferences
from notifications.store.deliveries import NewDelivery

handlers: Handlers[Env] = Handlers()
directory.register(handlers)
order_items.register(handlers)
reclaimed.register(handlers)


async def _submissions(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Submission]:
    known = await documents.submissions(tx, ids)
    for submission_id in ids:
        if submission_id not in known:
            raise CauseUnknown(f"submission {submission_id}")
    return known


def _item(
    received: Received[InvoiceFact], submission: Submission, company_id: UUID, at: datetime, *, once_for: UUID
) -> Item:
    """An item about an invoice's fact; the same company is told the same thing about `once_for` only once."""
    fact = received.fact
    return Item(
        id=derived_id(once_for, "item", fact.type_name, str(company_id)),
        company_id=company_id,
        type=fact.type_name,
        subject=fact.invoice_id,
        data=invoice_data(fact, submission),
        occurred_at=at,
        invoice_id=fact.invoice_id,
    )


@handlers.records(InvoiceSubmitted, projection=True)
async def describe(tx: Transaction, batch: Sequence[Received[InvoiceSubmitted]], _: Env) -> None:
    """Keep what later items say of the submission."""
    await documents.remember_submissions(tx, [received.fact for received in batch])


async def _tell_author(
    tx: Transaction, batch: Sequence[Received[PipelineFact]], moment: Callable[[PipelineFact], datetime]
) -> None:
    ids = [received.fact.submission_id for received in batch]
    known = await _submissions(tx, ids)
    items: list[Item] = []
    for received in batch:
        fact = received.fact
        submission = known[fact.submission_id]
        if not submission.over:
            items.append(_item(received, submission, submission.author_id, moment(fact), once_for=fact.submission_id))
    await feed.add(tx, items)


@handlers.records(InvoiceValidated)
async def tell_validated(tx: Transaction, batch: Sequence[Received[InvoiceValidated]], _: Env) -> None:
    """Who wrote the invoice sees it pass."""
    at = {received.fact.submission_id: received.fact.validated_at for received in batch}
    await _tell_author(tx, batch, lambda fact: at[fact.submission_id])
    await rule_faults.tell_buyers(tx, [received.fact for received in batch])


@handlers.records(InvoiceSealed)
async def tell_sealed(tx: Transaction, batch: Sequence[Received[InvoiceSealed]], _: Env) -> None:
    """Who wrote the invoice sees it sealed."""
    at = {received.fact.submission_id: received.fact.sealed_at for received in batch}
    await _tell_author(tx, batch, lambda fact: at[fact.submission_id])


@handlers.records(InvoiceFailed, projection=True)
async def end_failed(tx: Transaction, batch: Sequence[Received[InvoiceFailed]], _: Env) -> None:
    """A failed submission is announced no more."""
    for received in batch:
        await documents.end(tx, received.fact.submission_id, received.fact.invoice_id)


@handlers.records(InvoiceFailed)
async def tell_failed(tx: Transaction, batch: Sequence[Received[InvoiceFailed]], _: Env) -> None:
    """Who wrote it learns what to correct, unless a later attempt was sent meanwhile."""
    ids = [received.fact.submission_id for received in batch]
    known = await _submissions(tx, ids)
    items: list[Item] = []
    for received in batch:
        fact = received.fact
        submission = known[fact.submission_id]
        if not submission.replaced:
            items.append(_item(received, submission, submission.author_id, fact.failed_at, once_for=fact.submission_id))
    await feed.add(tx, items)
    await rule_faults.tell_buyers(tx, [received.fact for received in batch])


@handlers.records(InvoiceArchived)
async def begin_delivery(tx: Transaction, batch: Sequence[Received[InvoiceArchived]], env: Env) -> None:
    """Only now does the buyer see the invoice; its delivery begins on the channel it chose."""
    ids = [received.fact.submission_id for received in batch]
    known = await _submissions(tx, ids)
    channels = await preferences.channels(tx, {received.fact.buyer_id for received in batch})
    items: list[Item] = []
    begun: list[NewDelivery] = []
    for received in batch:
        fact = received.fact
        if known[fact.submission_id].over:
            continue
        for_supplier, for_buyer = (
            _item(received, known[fact.submission_id], side, fact.archived_at, once_for=fact.submission_id)
            for side in (fact.supplier_id, fact.buyer_id)
        )
        # A company that invoices itself, one unit to another, gets one item: its ids are the same.
        items += [for_supplier, for_buyer]
        begun.append(NewDelivery(received, for_buyer.id, channels[fact.buyer_id]))
    await feed.add(tx, items)
    await deliveries.add(tx, begun, env.clock.now())


async def _tell_both(
    tx: Transaction, batch: Sequence[Received[InvoiceStatusReported | InvoiceDelivered | InvoiceDeliveryFailed]]
) -> None:
    delivered = await deliveries.submissions_of(tx, [received.fact.delivery_id for received in batch])
    for received in batch:
        if received.fact.delivery_id not in delivered:
            raise CauseUnknown(f"delivery {received.fact.delivery_id}")
    known = await _submissions(tx, list(delivered.values()))
    items: list[Item] = []
    for received in batch:
        fact = received.fact
        submission = known[delivered[fact.delivery_id]]
        match fact:
            case InvoiceStatusReported():
                at = fact.reported_at
            case InvoiceDelivered():
                at = fact.delivered_at
            case InvoiceDeliveryFailed():
                at = fact.failed_at
        sides = (fact.supplier_id, fact.buyer_id)
        items += [_item(received, submission, side, at, once_for=received.envelope.id) for side in sides]
    await feed.add(tx, items)


@handlers.records(InvoiceStatusReported)
async def tell_status(tx: Transaction, batch: Sequence[Received[InvoiceStatusReported]], _: Env) -> None:
    """Both sides see a reported status."""
    await _tell_both(tx, batch)


@handlers.records(InvoiceDelivered)
async def tell_delivered(tx: Transaction, batch: Sequence[Received[InvoiceDelivered]], _: Env) -> None:
    """Both sides see that the invoice was delivered."""
    await _tell_both(tx, batch)


@handlers.records(InvoiceDeliveryFailed)
async def tell_delivery_failed(tx: Transaction, batch: Sequence[Received[InvoiceDeliveryFailed]], _: Env) -> None:
    """Both sides see that the buyer's channel gave up."""
    await _tell_both(tx, batch)


@handlers.records(InvoiceCancelled, projection=True)
async def end_cancelled(tx: Transaction, batch: Sequence[Received[InvoiceCancelled]], _: Env) -> None:
    """A cancelled submission is announced no more."""
    for received in batch:
        if received.fact.submission_id is not None:
            await documents.end(tx, received.fact.submission_id, received.fact.invoice_id)


@handlers.records(InvoiceCancelled)
async def tell_cancelled(tx: Transaction, batch: Sequence[Received[InvoiceCancelled]], env: Env) -> None:
    """Who wrote it sees it; the other side when it had been told of the invoice. What is pending is not delivered."""
    for received in batch:
        fact = received.fact
        if fact.submission_id is None:
            continue  # a draft that never left: nobody was told of it
        submission = (await _submissions(tx, [fact.submission_id]))[fact.submission_id]
        sides = {submission.author_id}
        if await deliveries.exists_for(tx, fact.submission_id):
            sides |= {fact.supplier_id, fact.buyer_id}
            await deliveries.cancel(tx, fact.submission_id, env.clock.now())
        at = fact.cancelled_at
        await feed.add(
            tx, [_item(received, submission, side, at, once_for=fact.submission_id) for side in sorted(sides)]
        )


@handlers.records(PaperRefused)
async def tell_paper_refused(tx: Transaction, batch: Sequence[Received[PaperRefused]], _: Env) -> None:
    """The supplier sends it electronically; the buyer knows, it was told so when it noted it."""
    await feed.add(
        tx,
        [
            Item(
                id=derived_id(fact.paper_id, "item"),
                company_id=fact.supplier_id,
                type=fact.type_name,
                subject=fact.paper_id,
                data=paper_data(fact),
                occurred_at=fact.refused_at,
            )
            for fact in (received.fact for received in batch)
        ],
    )


@handlers.discarded(InvoiceArchived)
async def give_up(tx: Transaction, received: Received[InvoiceArchived], env: Env) -> None:
    """An operator ended it: the original is archived and readable, and is not delivered by us."""
    fact, now = received.fact, env.clock.now()
    item_id = derived_id(fact.submission_id, "item", fact.type_name, str(fact.buyer_id))
    await deliveries.add(tx, [NewDelivery(received, item_id, Channel.PORTAL)], now)
    if not await deliveries.abandon(tx, fact.delivery_id, "OPERATOR_DISCARDED", now):
        return
    failed = InvoiceDeliveryFailed(
        invoice_id=fact.invoice_id,
        supplier_id=fact.supplier_id,
        buyer_id=fact.buyer_id,
        unit_id=fact.unit_id,
        submission_id=fact.submission_id,
        delivery_id=fact.delivery_id,
        channel=Channel.PORTAL,
        reason="OPERATOR_DISCARDED",
        failed_at=now,
    )
    outbox.emit(tx, failed, subject=fact.invoice_id, tenant=fact.supplier_id, cause=received, name="discarded")
