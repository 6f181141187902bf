"""However many send at once, with credits, changes and lost connections in between: what there is, and no more."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.ids import new_id
from contracts.invoices import InvoiceArchived
from contracts.refs import DocumentRef
from local_stack.fixtures import Infra

pytestmark = pytest.mark.connected
SUBMITTERS, KILLS = 64, 10


async def draft(desk: Any, order_id: UUID, number: str) -> str:
    line = {"identifier": "1", "quantity": "1", "unit": "C62", "order_line": {"line": "10", "order": "PO-1"}}
    terms = {"price": {"net": "12.50"}, "vat": {"code": "S", "rate": "20"}, "item": {"name": "Item 1"}}
    wanted = {"order_id": str(order_id), "document": {"number": number, "lines": [line | terms]}}
    made = await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
    assert made.status_code == 201, made.text
    return made.json()["id"]


@asynccontextmanager
async def killing(desk: Any, infra: Infra) -> AsyncGenerator[list[int]]:
    """Connections of requests that are in the middle of a transaction are killed, one after the other."""
    async with desk.env.api.transaction() as tx:
        database = await tx.value("select current_database()")
    superuser: Any = await asyncpg.connect(infra.superuser_dsn)
    killed: list[int] = []

    async def kill() -> None:
        while len(killed) < KILLS:
            rows = await superuser.fetch(
                """select pid, pg_terminate_backend(pid) from pg_stat_activity where datname = $1
                    and application_name = 'invoicing-api' and xact_start is not null order by random() limit 1""",
                database,
            )
            killed.extend(row["pid"] for row in rows)
            await asyncio.sleep(0.1)  # a pace, no synchronisation: requests get done between two kills

    killer = asyncio.create_task(kill())
    try:
        yield killed
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)
        await superuser.close()


async def ask(desk: Any, method: str, path: str, *, headers: dict[str, str], **options: Any) -> Any:
    """Under one key, as long as nothing was done because others were at it or the connection was lost."""
    headers = headers | {"idempotency-key": str(new_id())}
    while True:
        answer = await desk.client.request(method, path, headers=headers, **options)
        if "retry-after" not in answer.headers:
            return answer


async def submit(desk: Any, invoice_id: str) -> Any:
    return await ask(desk, "POST", f"/v1/invoices/{invoice_id}/submit", headers=desk.seller())


def archived(desk: Any, fact: dict[str, Any]) -> InvoiceArchived:
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")
    document = DocumentRef.model_validate(fact["document"])
    return InvoiceArchived(
        **{name: fact[name] for name in names},
        archive_id=new_id(),
        delivery_id=new_id(),
        sequence=1,
        leaf_index=0,
        original=document,
        archived_document=document,
        retain_until=desk.clock.now(),
        archived_at=desk.clock.now(),
    )


async def credit(desk: Any, order_id: UUID, invoice_id: str, number: str, feed: asyncio.Lock) -> None:
    """The whole invoice is credited, and its credit note archived."""
    path = f"/v1/invoices/{invoice_id}/credit-notes"
    note = (await ask(desk, "POST", path, headers=desk.seller())).json()
    address = f"/v1/invoices/{note['id']}"
    headers = desk.seller() | {"if-match": '"v1"'}
    await ask(desk, "PATCH", address, json={"number": number}, headers=headers)
    answer = await submit(desk, note["id"])
    assert answer.status_code == 202, answer.text
    facts = await desk.facts_sent("invoice.submitted")
    fact = next(found for found in reversed(facts) if found["invoice_id"] == note["id"])
    learnt = archived(desk, fact)
    async with feed:
        await desk.learn(learnt)
    # Under this load the consumer may have waited for its locks in vain and parked the fact; its retrier is not here.
    while (await desk.line(order_id))["crediting"] and await waiting(desk, learnt.invoice_id):
        async with feed:
            await desk.learn(learnt)


async def waiting(desk: Any, invoice_id: UUID) -> bool:
    """Whether facts of an invoice are parked; they are let go, to be learnt again."""
    async with desk.env.pipeline.transaction() as tx:
        return bool(await tx.rows("delete from parked where msg_key = :key returning event_id", key=str(invoice_id)))


@pytest.mark.parametrize(("first", "last", "notes"), [(30, 20, 5), (12, 40, 3)])
async def test_of_64_at_once_exactly_as_many_are_taken_as_the_order_and_its_credits_leave(
    desk: Any, infra: Infra, first: int, last: int, notes: int
) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", first)
    feed = asyncio.Lock()  # one consumer reads the topic
    before = [await draft(desk, order_id, f"A-{n}") for n in range(notes)]
    for invoice_id in before:
        assert (await submit(desk, invoice_id)).status_code == 202
    for fact in await desk.facts_sent("invoice.submitted"):
        await desk.learn(archived(desk, fact))
    drafts = [await draft(desk, order_id, f"F-{number}") for number in range(SUBMITTERS)]

    async def change() -> None:
        async with feed:
            await desk.order("PO-1", last, order_id=order_id, revision=2)

    credited = (credit(desk, order_id, invoice_id, f"C-{n}", feed) for n, invoice_id in enumerate(before))
    async with killing(desk, infra) as killed:
        answers = (await asyncio.gather(*(submit(desk, one) for one in drafts), change(), *credited))[:SUBMITTERS]
    assert killed, "nothing was killed"
    refused = [one for one, answer in zip(drafts, answers, strict=True) if answer.status_code == 409]
    again = [await submit(desk, invoice_id) for invoice_id in refused]
    accepted = [answer for answer in (*answers, *again) if answer.status_code == 202]
    line = await desk.line(order_id)
    assert line["credited"] == notes == line["invoiced"]
    # Whoever was in before the buyer took the order back to less stays in; nobody else comes after.
    assert len(accepted) == line["reserved"]
    assert last <= len(accepted) <= max(first, last)
    if last >= first:
        assert len(accepted) == last
    assert {answer.json()["code"] for answer in again if answer.status_code == 409} == {"QUANTITY_NOT_AVAILABLE"}
    available = line["allowed"] - line["reserved"] - line["invoiced"] + line["credited"]
    assert available == Decimal(last - len(accepted))
