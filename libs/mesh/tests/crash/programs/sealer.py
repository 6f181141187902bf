"""A tiny service on the mesh, made to be killed: it reads validated invoices, calls the outside once for each, keeps a
ledger row with a gapless number, and emits a sealed invoice.

It reads what to do from `SEALER` (JSON, see `Orders`), and ends by itself when nothing is left to do.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import structlog
from mutants import apply
from pydantic import BaseModel, SecretStr

from contracts.invoices import InvoiceSealed, InvoiceValidated
from mesh import crash, dead_letters, effects, outbox, parking
from mesh.consumer import Consumer
from mesh.db import Database
from mesh.effects import Effects
from mesh.errors import ResourceDown
from mesh.handlers import Handlers, Prepared
from mesh.hop import Hop
from mesh.kafka import KafkaConnection
from mesh.parked import Retrier
from mesh.publisher import Publisher
from mesh.records import Received
from mesh.replay import runner
from mesh.replay.jobs import Jobs
from mesh.replay.spec import ReplaySpec
from mesh.sequencer import Sequencer
from mesh.transaction import Transaction

SERVICE = "signing"
FLAKY, REFUSED = "flaky", "refused"
"""What an invoice's language says here: its resource may be down; the database refuses its row when it commits."""


class Orders(BaseModel):
    """What one life of the program is told.

    `down`: the resource of flaky invoices is away. `replay`: feed everything once more at the end. `pause_at`: stop
    (SIGSTOP) the first time this site is passed. `until`: end when all was read, when nothing is left at all, or never.
    """

    dsn: str
    bootstrap: str
    username: str
    password: str
    topics: dict[str, str]
    group: str
    outside: Path
    mutant: str = ""
    pause_at: str = ""
    down: bool = False
    replay: bool = False
    until: Literal["killed", "read", "calm"] = "calm"


class Env:
    """What handlers need: the fence of outside calls, and the outside itself, a file with a line a call."""

    def __init__(self, database: Database, orders: Orders) -> None:
        self.effects = Effects(database)
        self.orders = orders

    async def call(self, key: str) -> dict[str, str]:
        with self.orders.outside.open("a") as lines:
            lines.write(f"{key}\n")
        return {"token": key}

    async def ask(self, key: str) -> dict[str, str] | None:
        return {"token": key} if key in self.orders.outside.read_text().split() else None


async def record(tx: Transaction, batch: Sequence[Prepared[InvoiceValidated, str]], _: Env) -> None:
    for item in batch:
        fact, event = item.received.fact, item.received.envelope.id
        await tx.execute(
            "insert into ledger (event_id, key, refused) values (:event, :key, :refused)",
            event=event,
            key=str(fact.invoice_id),
            refused=event if fact.language == REFUSED else None,
        )
        outbox.emit(tx, sealed(fact), subject=fact.invoice_id, tenant=fact.supplier_id, cause=item.received)


def sealed(fact: InvoiceValidated) -> InvoiceSealed:
    return InvoiceSealed(
        **fact.of_submission(), original=fact.document, level="B-LTA", certificate_sha256=fact.document_sha256,
        legal=True, sealed_at=datetime.now(UTC),
    )  # fmt: skip


def handlers() -> Handlers[Env]:
    registry: Handlers[Env] = Handlers()

    @registry.on(InvoiceValidated, record=record)
    async def seal(received: Received[InvoiceValidated], env: Env) -> str:
        if received.fact.language == FLAKY and env.orders.down:
            raise ResourceDown("the resource", "it is away")
        key = str(received.envelope.id)
        answer = await env.effects.once(
            key, kind="seal", request=key.encode(), call=lambda: env.call(key), ask=lambda: env.ask(key)
        )
        return answer["token"]

    assert seal
    return registry


async def number(tx: Transaction) -> int:
    """Number what committed, in the order in which it was written."""
    rows = await tx.rows(
        """update ledger set number = v.number from (
            select n, (select coalesce(max(number), 0) from ledger) + row_number() over (order by n) number
            from ledger where number is null) v
        where ledger.n = v.n returning 1"""
    )
    return len(rows)


def stop_at(site: str) -> None:
    """Stop the process the first time it passes a site, as if it were paused there."""
    kill, waiting = crash.site, [site]

    def pausing(name: str) -> None:
        if name in waiting:
            waiting.remove(name)
            os.kill(os.getpid(), signal.SIGSTOP)
        kill(name)

    crash.site = pausing


class Sealer:
    """The tasks of the service, and when there is nothing left for them."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.database = Database(SecretStr(orders.dsn), service=SERVICE, role="pipeline")
        self.kafka = KafkaConnection(orders.bootstrap, orders.username, orders.password)
        apply(orders.mutant, self.database, self.kafka)
        self.hop = Hop(self.database, SERVICE, handlers(), Env(self.database, orders))
        self.publisher = Publisher(self.database, self.kafka, holder="signing-0")
        self.publisher.watch(self.database)
        self.events = self._consumer("events", orders.topics["validated"])
        self.replayed = self._consumer("replay", orders.topics["replayed"])
        self.jobs = Jobs(self.hop, self.kafka, (orders.topics["validated"],))
        self.tasks = [
            self.publisher.run,
            self.events.run,
            self.replayed.run,
            Retrier(self.hop, holder="signing-0").run,
            Sequencer(self.database, "ledger", number).run,
            runner.ReplayRunner(self.hop, self.kafka, holder="signing-0", live_lag=lambda: 0).run,
        ]

    def _consumer(self, kind: str, topic: str) -> Consumer:
        group = f"{self.orders.group}.{kind}"
        return Consumer(self.hop, self.kafka, group=group, instance="signing-0", topics=(topic,))

    async def _until_none(self, sql: str) -> None:
        while True:
            async with self.database.transaction() as tx:
                if not await tx.value(f"select exists ({sql})"):
                    return
            await asyncio.sleep(0.05)

    async def ended(self) -> None:
        """Wait for the end that the orders ask for, then leave at once: as little tidying as a kill does."""
        await self.events.caught_up()
        if self.orders.until != "read":
            await self._until_none("select 1 from parked where state = 'waiting'")
            if self.orders.replay:
                await self._replay()
            await self.publisher.drained()
            await self._until_none("select 1 from ledger where number is null")
        if self.orders.until != "killed":
            os._exit(0)

    async def _replay(self) -> None:
        async with self.database.transaction() as tx:
            begun = await tx.value("select exists (select 1 from replay_job)")
        if not begun:
            plan = await self.jobs.plan(ReplaySpec(reason="to be killed"), actor="test")
            await self.jobs.start(plan.job_id, plan.plan_hash, actor="test")
        await self._until_none("select 1 from replay_job where state = 'running'")
        await self.replayed.caught_up()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for task in self.tasks:
                group.create_task(task())
            group.create_task(self.ended())


def main() -> None:
    orders = Orders.model_validate_json(os.environ["SEALER"])
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    InvoiceSealed.topic = orders.topics["sealed"]

    def dead_topic(_: str) -> str:
        return orders.topics["dead"]

    def replay_topic(_: str) -> str:
        return orders.topics["replayed"]

    dead_letters.dlq_topic = dead_topic  # pyright: ignore[reportPrivateImportUsage] - a topic of the test's own
    runner.replay_topic = replay_topic  # pyright: ignore[reportPrivateImportUsage] - a topic of the test's own
    # The claimant of a call died a moment ago: a test does not wait two minutes to take it for dead.
    effects.CLAIM_SECONDS = 0.2  # pyright: ignore[reportAttributeAccessIssue] - shortened for the test
    parking._RESOURCE_MAX = parking.LADDER[0] / 50  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue] - shortened for the test
    if orders.pause_at:
        stop_at(orders.pause_at)
    asyncio.run(Sealer(orders).run())


if __name__ == "__main__":
    main()
