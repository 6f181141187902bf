"""64 submitters on one line, while its order grows, an earlier invoice is credited and connections are killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.ids import new_id, order_line_id
from contracts.invoices import InvoiceArchived
from contracts.orders import OrderChanged
from contracts.refs import DocumentRef
from documents.order import Order
from local_stack.fixtures import Infra

pytestmark = pytest.mark.connected
SUBMITTERS = 64
ORDERED, MORE, INVOICED, CREDITED = 30, 3, 10, 4
ROOM = ORDERED + MORE - INVOICED + CREDITED
"""What is left for the submitters once the order has grown and the credit note is archived."""


async def drafted(desk: Any, order_id: UUID, number: str, quantity: int) -> str:
    terms = {"price": {"net": "12.50"}, "vat": {"code": "S", "rate": "20"}, "item": {"name": "Item"}}
    line = {"identifier": "1", "quantity": str(quantity), "unit": "C62", "order_line": {"line": "10"}} | terms
    wanted = {"order_id": str(order_id), "document": {"number": number, "lines": [line]}}
    made = await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def sent(desk: Any, invoice_id: str) -> int:
    """Send it under one key until somebody says what became of it; a connection may be lost at any moment."""
    headers = desk.seller() | {"idempotency-key": str(new_id())}
    while True:
        answer = await desk.client.post(f"/v1/invoices/{invoice_id}/submit", headers=headers)
        if "retry-after" not in answer.headers:
            assert answer.status_code == 202 or answer.json()["code"] == "QUANTITY_NOT_AVAILABLE", answer.text
            return int(answer.status_code)


async def archive(desk: Any, invoice_id: str) -> None:
    fact = next(f for f in await desk.facts_sent("invoice.submitted") if f["invoice_id"] == invoice_id)
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")
    document, now = DocumentRef.model_validate(fact["document"]), desk.clock.now()
    archived = InvoiceArchived(
        **{name: fact[name] for name in names}, archive_id=new_id(), delivery_id=new_id(), sequence=1, leaf_index=0,
        original=document, archived_document=document, retain_until=now, archived_at=now,
    )  # fmt: skip
    await desk.learn(archived)


async def credit(desk: Any, invoice_id: str) -> None:
    path, lines = f"/v1/invoices/{invoice_id}/credit-notes", [{"line": "1", "quantity": str(CREDITED)}]
    while (note := await desk.client.post(path, json={"lines": lines}, headers=desk.seller())).status_code != 201:
        assert "retry-after" in note.headers, note.text
    address = f"/v1/invoices/{note.json()['id']}"
    headers = desk.seller() | {"if-match": '"v1"', "idempotency-key": str(new_id())}
    while (named := await desk.client.patch(address, json={"number": "A-1"}, headers=headers)).status_code != 200:
        assert "retry-after" in named.headers, named.text
    assert await sent(desk, note.json()["id"]) == 202
    await archive(desk, note.json()["id"])


async def grow(desk: Any, order_id: UUID) -> None:
    async with desk.env.pipeline.transaction() as tx:
        reference = DocumentRef.model_validate(
            await tx.value("select document from sales_order where id = :id", id=order_id)
        )
    before = Order.model_validate_json(await desk.env.objects.read(reference))
    line = before.lines[0].model_copy(update={"quantity": Decimal(ORDERED + MORE), "net_amount": None})
    after = before.model_copy(update={"revision": 2, "lines": (line,)}).model_dump_json().encode()
    document = await desk.env.objects.put("documents", f"tests/{new_id()}", after, "application/json")
    await desk.learn(
        OrderChanged(
            order_id=order_id,
            buyer_id=desk.buyer,
            supplier_id=desk.supplier,
            unit_id=desk.unit,
            number="PO-1",
            revision=2,
            currency="EUR",
            issue_date=date(2026, 11, 1),
            document=document,
            changed_lines=("10",),
            previous_revision=1,
        )
    )


@asynccontextmanager
async def killing(desk: Any, infra: Infra) -> AsyncGenerator[Counter[str]]:
    """Connections of requests that are in a transaction are killed, one after the other."""
    async with desk.env.api.transaction() as tx:
        database = await tx.value("select current_database()")
    superuser: Any = await asyncpg.connect(infra.superuser_dsn)
    killed: Counter[str] = Counter()

    async def kill() -> None:
        while True:
            ended = await superuser.fetchval(
                """select pg_terminate_backend(pid) from pg_stat_activity where datname = $1
                    and application_name = 'invoicing-api' and xact_start is not null order by random() limit 1""",
                database,
            )
            killed["connections"] += bool(ended)
            await asyncio.sleep(0.05)  # a pace, no synchronisation: submits get done between two kills

    killer = asyncio.create_task(kill())
    try:
        yield killed
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)
        await superuser.close()


async def test_exactly_as_many_are_accepted_as_the_line_has_whatever_is_in_flight(desk: Any, infra: Infra) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", ORDERED)
    earlier = await drafted(desk, order_id, "F-0", INVOICED)
    assert await sent(desk, earlier) == 202
    await archive(desk, earlier)
    drafts = [await drafted(desk, order_id, f"F-{n}", 1) for n in range(1, SUBMITTERS + 1)]
    async with killing(desk, infra) as killed:
        *codes, _, _ = await asyncio.gather(
            *(sent(desk, invoice_id) for invoice_id in drafts), credit(desk, earlier), grow(desk, order_id)
        )
    accepted = Counter(codes)[202]
    assert ORDERED - INVOICED <= accepted <= ROOM
    assert killed["connections"], "nothing was killed"

    refused = [invoice_id for invoice_id, code in zip(drafts, codes, strict=True) if code != 202]
    for invoice_id in refused[: ROOM - accepted]:
        assert await sent(desk, invoice_id) == 202, "the line has room for it"
    assert await sent(desk, refused[ROOM - accepted]) == 409, "one more than there is"

    line = await desk.line(order_id)
    assert (line["reserved"], line["invoiced"], line["credited"]) == (ROOM, INVOICED, CREDITED)
    assert line["reserved"] + line["invoiced"] - line["credited"] == line["allowed"] == ORDERED + MORE
    assert len(await desk.facts_sent("invoice.submitted")) == ROOM + 2, "each accepted one left once"
    async with desk.env.pipeline.transaction() as tx:
        moved = await tx.value(
            """select sum(quantity) from ledger_movement where order_line_id = :id and kind = 'none>reserved'
                and cause_id in (select id from submission where kind = 'invoice' and stage = 'reserved')""",
            id=order_line_id(order_id, "10"),
        )
    assert moved == ROOM, "the journal explains the balance"
