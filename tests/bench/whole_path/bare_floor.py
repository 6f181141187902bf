"""The least that one invoice's way costs, measured in parts in this process: no handler, no checks, no fault path.

Each part costs more the less there is of it at a time: what comes alone finds its data out of the caches and has its
wake-ups and its transaction for itself. So it is measured three times: all of it waiting, as it comes on the path, and
so that what comes to a hop lingers for others as it does in the services of a busy machine (ADR 0016).
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import raw_hop
from feeding import feed, ground
from invoice_writing import bare_milliseconds
from originals import documents
from seal_ground import seal_ground

from local_stack.fixtures import Infra
from mesh import collecting
from mesh.kafka import KafkaConnection
from mesh.lingering import LONGEST
from mesh.objects import MinioObjects

HOPS: Final = "six hops"
_HOPS: Final = 6
_POSTS: Final = 2
_PUTS: Final = (8_000, 75_000, 75_000)
"""Bytes: the XML, the sealed file, its deposit."""
_GETS: Final = (0, 0, 1)
"""The XML for validation and signing, the sealed file for its deposit: which put is read."""
_FACTS: Final = 2000
_FEW: Final = 400
_ROUNDS: Final = 200
_REQUESTS: Final = 500


@dataclass(frozen=True)
class Floor:
    """CPU ms an invoice, by part."""

    parts: dict[str, float]

    @property
    def whole(self) -> float:
        return sum(self.parts.values())


async def floor(infra: Infra, pause: float = 0.0) -> Floor:
    """Measure each part: one every `pause` seconds, or one right after the other."""
    collecting.settle()
    return Floor(
        {
            "pages and seal": await _originals(pause),
            "puts and gets": await _objects(infra, pause),
            HOPS: _HOPS * await _hop(infra, pause),
            "two requests": _POSTS * bare_milliseconds(infra.layout.run, _REQUESTS, pause),
        }
    )


async def lingering(infra: Infra, pause: float, coming: Floor) -> Floor:
    """The floor of what comes every `pause` seconds, with hops that wait as long as the services' at the most."""
    return Floor(coming.parts | {HOPS: _HOPS * await _hop(infra, pause, LONGEST)})


async def _hop(infra: Infra, pause: float, linger: float = 0.0) -> float:
    async with ground(infra) as fresh:
        if not pause:
            await feed(fresh.kafka, fresh.facts, _FACTS)
            return (await raw_hop.cost(fresh, _FACTS))[0]
        # Whoever feeds is a process of its own: what it spends is not the hop's.
        feeding = multiprocessing.get_context("spawn").Process(target=_fed, args=(fresh.kafka, fresh.facts, pause))
        feeding.start()
        try:
            return (await raw_hop.cost(fresh, _FEW, linger))[0]
        finally:
            feeding.join()


def _fed(kafka: KafkaConnection, topic: str, pause: float) -> None:
    asyncio.run(feed(kafka, topic, _FEW, pause))


async def _cpu(step: Callable[[int], Awaitable[object]], pause: float) -> float:
    for number in range(10):
        await step(number)
    began = time.process_time()
    for number in range(_ROUNDS):
        await step(number)
        await asyncio.sleep(pause)
    return (time.process_time() - began) / _ROUNDS * 1e3


async def _originals(pause: float) -> float:
    async with seal_ground() as made:
        invoices = documents(1, _ROUNDS, full=True)
        for invoice in invoices[:10]:
            await made.original(invoice)
        before = made.others.spent

        async def one(number: int) -> None:
            await made.original(invoices[number])

        cpu = await _cpu(one, pause)
        return cpu - (made.others.spent - before) / (_ROUNDS + 10) * 1e3


async def _objects(infra: Infra, pause: float) -> float:
    objects = MinioObjects(infra.s3_endpoint, infra.s3_access_key, infra.s3_secret_key)
    bodies = [os.urandom(size) for size in _PUTS]

    async def one(_: int) -> None:
        key = f"bench/{uuid4()}"
        stored = [
            await objects.put("documents", f"{key}/{place}", body, "application/pdf", if_absent=True)
            for place, body in enumerate(bodies)
        ]
        for place in _GETS:
            await objects.read(stored[place])

    try:
        return await _cpu(one, pause)
    finally:
        await objects.close()
