"""No interleaving of submits, failures, archivings, refusals and cancels overdraws a line or loses a quantity."""

import asyncio
import random
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.ids import new_id, order_line_id
from contracts.invoices import InvoiceArchived, InvoiceFailed, InvoiceStatusReported, Stage
from contracts.refs import DocumentRef
from contracts.status import Party

pytestmark = pytest.mark.connected
ORDERED = 20
COMMON = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")


def _archived(common: dict[str, Any], now: datetime) -> InvoiceArchived:
    document = DocumentRef.model_validate(common["document"])
    return InvoiceArchived(
        **common, archive_id=new_id(), delivery_id=new_id(), sequence=1, leaf_index=0, original=document,
        archived_document=document, retain_until=now, archived_at=now,
    )  # fmt: skip


class Trader:
    """Does one thing after the other to its own invoices, at the same time as the others."""

    def __init__(self, desk: Any, orders: list[UUID], seed: int, feed: asyncio.Lock) -> None:
        self.desk, self.orders, self.dice, self.feed = desk, orders, random.Random(seed), feed  # noqa: S311 - seeded, so that a failure can be repeated
        self.name = f"F-{seed}"

    async def learn(self, fact: Any) -> None:
        async with self.feed:  # one consumer reads the topic, as in the running service
            await self.desk.learn(fact, source="signing" if isinstance(fact, InvoiceFailed) else "")

    async def draft(self) -> str:
        order_id = self.dice.choice(self.orders)
        headers = self.desk.seller()
        made = await self.desk.client.post("/v1/invoices", json={"order_id": str(order_id)}, headers=headers)
        if made.status_code != 201:
            return ""
        lines = [
            line | {"quantity": str(self.dice.randint(1, 4))}
            for line in made.json()["document"]["lines"]
            if line.pop("net_amount")
        ]
        self.dice.shuffle(lines)
        edit = {"number": f"{self.name}-{new_id()}", "lines": lines}
        path = f"/v1/invoices/{made.json()['id']}"
        await self.desk.client.patch(path, json=edit, headers=headers | {"if-match": '"v1"'})
        return made.json()["id"]

    async def trade(self) -> None:
        invoice_id = await self.draft()
        if not invoice_id:
            return
        path = f"/v1/invoices/{invoice_id}"
        sent = await self.desk.client.post(f"{path}/submit", headers=self.desk.seller())
        while "retry-after" in sent.headers:  # nothing was done, others were at it
            sent = await self.desk.client.post(f"{path}/submit", headers=self.desk.seller())
        assert sent.status_code in (202, 409), sent.text
        if sent.status_code == 409:
            return
        facts = await self.desk.facts_sent("invoice.submitted")
        fact = next(f for f in reversed(facts) if f["invoice_id"] == invoice_id)
        common = {name: fact[name] for name in COMMON}
        match self.dice.choice(["fail", "cancel", "archive", "archive", "refuse", "leave"]):
            case "fail":
                failed = InvoiceFailed(**common, stage=Stage.SIGNING, reason="X", failed_at=self.desk.clock.now())
                await self.learn(failed)
            case "cancel":
                answer = await self.desk.client.post(f"{path}/cancel", headers=self.desk.seller())
                assert answer.status_code == 204 or "retry-after" in answer.headers, answer.text
            case "leave":
                pass
            case ending:
                await self._archive(common, refused=ending == "refuse")

    async def _archive(self, common: dict[str, Any], *, refused: bool) -> None:
        now, archived = self.desk.clock.now(), _archived(common, self.desk.clock.now())
        await self.learn(archived)
        if refused:
            status: dict[str, Any] = {
                name: common[name] for name in ("invoice_id", "supplier_id", "buyer_id", "unit_id")
            }
            refusal = InvoiceStatusReported(
                **status, delivery_id=archived.delivery_id, status_id=new_id(), code="210", reasons=("QTE_ERR",),
                reported_by=Party.BUYER, reported_at=now,
            )  # fmt: skip
            await self.learn(refusal)


async def test_whatever_happens_at_once_the_accounts_stay_true(desk: Any) -> None:
    await desk.settle_in()
    orders = [await desk.order(f"PO-{n}", ORDERED, ORDERED, ORDERED) for n in range(2)]
    feed = asyncio.Lock()

    async def many(seed: int) -> None:
        trader = Trader(desk, orders, seed, feed)
        for _ in range(4):
            await trader.trade()

    await asyncio.gather(*(many(seed) for seed in range(5)))
    async with desk.env.pipeline.transaction() as tx:
        lines = await tx.rows("select id, reserved, invoiced, credited, allowed from order_line")
        held = await tx.rows(
            """select u.order_line_id, s.stage, sum(u.quantity) quantity from submission_use u
            join submission s on s.id = u.submission_id where s.stage in ('reserved', 'invoiced') group by 1, 2"""
        )
        parked = await tx.value("select count(*) from parked")
    assert parked == 0
    by_stage = {(row["order_line_id"], row["stage"]): row["quantity"] for row in held}
    for line in lines:
        assert line["reserved"] + line["invoiced"] - line["credited"] <= line["allowed"] == ORDERED
        assert line["reserved"] == by_stage.get((line["id"], "reserved"), Decimal(0))
        assert line["invoiced"] == by_stage.get((line["id"], "invoiced"), Decimal(0))
    assert {line["id"] for line in lines} == {order_line_id(o, n) for o in orders for n in ("10", "20", "30")}
    assert any(line["invoiced"] for line in lines), "nothing was tried"


async def test_all_submissions_of_a_line_that_are_archived_in_one_batch_count(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-BATCH", ORDERED)
    line = {"identifier": "1", "unit": "C62", "order_line": {"line": "10"}}
    terms = {"price": {"net": "12.5"}, "vat": {"code": "S", "rate": "20"}, "item": {"name": "Roulement"}}
    for quantity in (1, 2, 3):
        document = {"number": f"B-{quantity}", "lines": [line | terms | {"quantity": str(quantity)}]}
        wanted = {"order_id": str(order_id), "document": document}
        sent = await desk.client.post("/v1/invoices/submit", json=wanted, headers=desk.seller())
        assert sent.status_code == 202, sent.text
    facts = [{name: fact[name] for name in COMMON} for fact in await desk.facts_sent("invoice.submitted")]
    before = await desk.line(order_id)
    assert (before["reserved"], before["invoiced"]) == (6, 0)
    await desk.learn_at_once(*(_archived(each, desk.clock.now()) for each in facts))
    after = await desk.line(order_id)
    assert (after["reserved"], after["invoiced"]) == (0, 6)
    async with desk.env.pipeline.transaction() as tx:
        amounts = await tx.row(
            "select reserved_amount r, invoiced_amount i from sales_order where id = :id", id=order_id
        )
        moved = await tx.value("select sum(quantity) from ledger_movement where kind = 'reserved>invoiced'")
    assert (amounts["r"], amounts["i"], moved) == (0, 6 * Decimal("12.5"), 6)
