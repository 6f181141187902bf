"""The least that one invoice's way costs, measured in parts in this process: no handler, no checks, no fault path."""

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
from mesh.objects import MinioObjects

_HOPS: Final = 6
_POSTS: Final = 2
_PUTS: Final = (8_000, 75_000, 75_000)
"""Bytes: the XML, the sealed file, its deposit."""
_GETS: Final = (0, 0, 1, 0)
"""The XML for validation, signing and the archive's words, the sealed file for its deposit: which put is read."""
_FACTS: Final = 2000
_ROUNDS: Final = 200


@dataclass(frozen=True)
class Floor:
    """CPU ms an invoice, by part."""

    parts: dict[str, float]

    @property
    def whole(self) -> float:
        return sum(self.parts.values())


async def floor(infra: Infra) -> Floor:
    """Measure each part."""
    collecting.settle()
    async with ground(infra) as fresh:
        await feed(fresh, _FACTS)
        hop, _ = await raw_hop.cost(fresh, _FACTS)
    return Floor(
        {
            "pages and seal": await _originals(),
            "puts and gets": await _objects(infra),
            "six hops": _HOPS * hop,
            "two requests": _POSTS * bare_milliseconds(infra.layout.run, 500),
        }
    )


async def _cpu(step: Callable[[int], Awaitable[object]]) -> float:
    for number in range(10):
        await step(number)
    began = time.process_time()
    for number in range(_ROUNDS):
        await step(number)
    return (time.process_time() - began) / _ROUNDS * 1e3


async def _originals() -> float:
    async with seal_ground() as made:
        invoices = documents(1, _ROUNDS, full=True)
        for invoice in invoices[:10]:
            await made.original(invoice)
        before = made.others.spent

        async def one(number: int) -> None:
            await made.original(invoices[number])

        cpu = await _cpu(one)
        return cpu - (made.others.spent - before) / (_ROUNDS + 10) * 1e3


async def _objects(infra: Infra) -> float:
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
        return await _cpu(one)
    finally:
        await objects.close()
