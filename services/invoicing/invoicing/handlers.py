"""The facts that invoicing listens to: orders, who is who, and every step of its invoices."""

from collections.abc import Sequence
from typing import Any, Final

from contracts.facts import Fact
from contracts.invoices import (
    InvoiceArchived,
    InvoiceCancelled,
    InvoiceDelivered,
    InvoiceDeliveryFailed,
    InvoiceEliminated,
    InvoiceFact,
    InvoiceFailed,
    InvoiceOverdue,
    InvoiceSealed,
    InvoiceStatusReported,
    InvoiceSubmitted,
    InvoiceValidated,
)
from contracts.orders import (
    DespatchSent,
    OrderArchived,
    OrderChanged,
    OrderClosed,
    OrderPublished,
    OrderResponded,
    ReceiptRecorded,
)
from contracts.refs import DocumentRef
from contracts.rulebooks import RulebookState
from documents.order import Order
from invoicing import lifecycle
from invoicing.domain.policy import line_policy
from invoicing.env import Env
from invoicing.store import eliminated, facts, invoices, orders, rulebooks
from mesh import crash, directory
from mesh.errors import CauseUnknown
from mesh.handlers import Handlers, Prepared
from mesh.records import Received
from mesh.transaction import Transaction

handlers: Final[Handlers[Env]] = Handlers()
directory.register(handlers)


@handlers.records(RulebookState, projection=True)
async def keep_rulebooks(tx: Transaction, batch: Sequence[Received[RulebookState]], _: Env) -> None:
    """What a buyer wants filled where an invoice lacks it."""
    await rulebooks.keep(tx, [received.fact for received in batch])


async def _keep_orders(tx: Transaction, batch: Sequence[Prepared[Any, Order]], env: Env) -> None:
    for item in batch:
        fact: OrderPublished | OrderChanged = item.received.fact
        if await orders.put(tx, fact, item.result):
            unit = await directory.unit(tx, fact.unit_id)
            needs = bool(unit and unit.receipt_required)
            policies = [line_policy(item.result, line, unit_needs_receipt=needs) for line in item.result.lines]
            await orders.put_lines(tx, fact, item.result, policies)


async def _read(fact: OrderPublished | OrderChanged, env: Env) -> Order:
    crash.site("invoicing.order.read")
    content = await env.objects.read(fact.document)
    crash.site("invoicing.order.content")
    return Order.model_validate_json(content, extra="ignore")


@handlers.on(OrderPublished, record=_keep_orders)
async def read_published(received: Received[OrderPublished], env: Env) -> Order:
    """The content of a new order."""
    return await _read(received.fact, env)


@handlers.on(OrderChanged, record=_keep_orders)
async def read_changed(received: Received[OrderChanged], env: Env) -> Order:
    """The content of a later revision."""
    return await _read(received.fact, env)


@handlers.records(ReceiptRecorded)
async def book_receipts(tx: Transaction, batch: Sequence[Received[ReceiptRecorded]], env: Env) -> None:
    """What arrived may be invoiced, what went back may not."""
    for received in batch:
        await orders.receive(tx, received.fact, env.clock.now())
        await orders.keep_document(tx, received.fact, received.envelope.time)


@handlers.records(DespatchSent)
async def keep_despatches(tx: Transaction, batch: Sequence[Received[DespatchSent]], _: Env) -> None:
    """What was announced is proposed to whoever converts the order."""
    for received in batch:
        await orders.keep_document(tx, received.fact, received.envelope.time)


@handlers.records(OrderResponded)
async def keep_responses(tx: Transaction, batch: Sequence[Received[OrderResponded]], _: Env) -> None:
    """Accepted or rejected."""
    for received in batch:
        if not await orders.respond(tx, received.fact.order_id, received.fact.response.value):
            raise CauseUnknown(f"order {received.fact.order_id}")
        await orders.keep_response(tx, received.fact, received.envelope)


@handlers.records(OrderArchived)
async def keep_away(tx: Transaction, batch: Sequence[Received[OrderArchived]], _: Env) -> None:
    """Put away by the supplier, or taken back."""
    for received in batch:
        if not await orders.archive(tx, received.fact.order_id, archived=received.fact.archived):
            raise CauseUnknown(f"order {received.fact.order_id}")


@handlers.records(OrderClosed)
async def keep_closings(tx: Transaction, batch: Sequence[Received[OrderClosed]], _: Env) -> None:
    """Closed, or open again."""
    for received in batch:
        if not await orders.close(tx, received.fact.order_id, closed=received.fact.closed):
            raise CauseUnknown(f"order {received.fact.order_id}")


async def _learn(tx: Transaction, batch: Sequence[Received[Any]], env: Env) -> None:
    """Facts of invoices, ours and those of the steps after us: log, view and ledger follow."""
    learnt: list[tuple[InvoiceFact, Any]] = []
    for received in batch:
        fact: InvoiceFact = received.fact
        learnt.append((fact, facts.entry(received.envelope.id, fact, received.envelope.source)))
    await lifecycle.apply(tx, learnt, env.clock.now())


_LIFE: Final[tuple[type[Fact], ...]] = (
    InvoiceSubmitted,
    InvoiceValidated,
    InvoiceFailed,
    InvoiceSealed,
    InvoiceArchived,
    InvoiceDelivered,
    InvoiceDeliveryFailed,
    InvoiceStatusReported,
    InvoiceCancelled,
    InvoiceOverdue,
)
for _fact in _LIFE:
    handlers.records(_fact)(_learn)


async def _forget_places(
    tx: Transaction, batch: Sequence[Prepared[InvoiceEliminated, list[DocumentRef]]], _: Env
) -> None:
    """Ledger and numbers are records of their own, with a term of their own."""
    await eliminated.forget_places(tx, [ref for item in batch for ref in item.result])


@handlers.on(InvoiceEliminated, record=_forget_places)
async def let_go(received: Received[InvoiceEliminated], env: Env) -> list[DocumentRef]:
    """The archive eliminated the original after its term: the XML that it was made of, the files that it came in and
    with go too, unless another invoice has the same bytes: they are kept once, under their digest. Those files."""
    fact = received.fact
    async with env.pipeline.transaction() as tx:
        # on its own: of two that leave one file at the same time, at least one sees that the other is gone
        await eliminated.note(tx, fact.invoice_id, fact.eliminated_at)
    async with env.pipeline.transaction() as tx:
        left = await eliminated.left_alone(tx, fact.invoice_id)
        others = await invoices.others_with_document(tx, fact.invoice_id, fact.document.sha256)
    for ref in left:
        await env.objects.delete(ref)
    if fact.document_unused and not others:
        await env.objects.delete(fact.document)
    return left
