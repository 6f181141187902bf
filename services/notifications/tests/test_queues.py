"""A queue is sent by one process at a time, each row by itself; one that fails stops nobody else."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import RowMapping

from contracts.ids import new_id
from mesh.leases import Lease
from notifications.dispatch import AT_ONCE, Dispatcher
from notifications.testing.running import Running

pytestmark = pytest.mark.connected


class Queue:
    """Rows in memory that are due until `send` records them."""

    def __init__(self, rows: int) -> None:
        self.waiting: dict[UUID, Any] = {
            identifier: {"id": identifier} for identifier in (new_id() for _ in range(rows))
        }
        self.sent: list[UUID] = []
        self.most_at_once = 0
        self.at_once = 0
        self.empty = asyncio.Event()

    async def due(self, busy: Collection[UUID], limit: int) -> list[RowMapping]:
        return [row for identifier, row in self.waiting.items() if identifier not in busy][:limit]

    async def send(self, row: RowMapping) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.sent.append(row["id"])
        del self.waiting[row["id"]]
        if not self.waiting:
            self.empty.set()


async def _until(event: asyncio.Event, *runs: Callable[[], Awaitable[None]]) -> None:
    tasks = [asyncio.ensure_future(run()) for run in runs]
    try:
        await asyncio.wait_for(event.wait(), 30)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_everything_is_sent_once_and_many_at_once_but_not_more_than_allowed(running: Running) -> None:
    queue = Queue(100)
    ids = set(queue.waiting)
    dispatcher = Dispatcher(Lease(running.env.pipeline, "q", "one"), queue.due, queue.send)
    await _until(queue.empty, dispatcher.run)
    assert sorted(queue.sent) == sorted(ids)
    assert 1 < queue.most_at_once <= AT_ONCE


async def test_of_two_processes_only_the_holder_of_the_lease_sends(running: Running) -> None:
    queue = Queue(20)
    senders: set[str] = set()

    def by(name: str) -> Dispatcher:
        async def send(row: RowMapping) -> None:
            senders.add(name)
            await queue.send(row)

        return Dispatcher(Lease(running.env.pipeline, "q", name), queue.due, send)

    first = Lease(running.env.pipeline, "q", "one")
    assert await first.take()
    await _until(queue.empty, by("one").run, by("two").run)
    assert senders == {"one"}
    assert len(queue.sent) == 20


async def test_a_row_that_cannot_be_sent_stays_due_and_holds_nobody_up(running: Running) -> None:
    queue = Queue(5)
    bad = next(iter(queue.waiting))
    tried: list[UUID] = []
    twice = asyncio.Event()

    async def send(row: RowMapping) -> None:
        if row["id"] == bad:
            tried.append(bad)
            if len(tried) == 2:
                twice.set()
            raise RuntimeError("this one is broken")
        await queue.send(row)

    dispatcher = Dispatcher(Lease(running.env.pipeline, "q", "one"), queue.due, send)
    await _until(twice, dispatcher.run)
    assert list(queue.waiting) == [bad]
    assert len(queue.sent) == 4
