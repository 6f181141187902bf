"""How long one hop takes at a steady trickle: from the send of a fact to the arrival of what follows from it."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from feeding import Ground, fact

_WARM_UP = 50
Running = Callable[[Ground], AbstractAsyncContextManager[Any]]


async def of_one_hop(ground: Ground, running: Running, *, rate: float, count: int, seed: int) -> list[float]:
    """Milliseconds of `count` facts that come at random, `rate` a second on average (Poisson), sorted.

    Facts before them warm up and are not counted: the group is joined, statements are prepared. Feeding and looking
    are done in the same process, so that the figure holds their share of the processor too.
    """
    pauses = random.Random(seed)  # noqa: S311 - a repeatable timetable, not a secret
    begun: dict[bytes, float] = {}
    taken: list[float] = []
    sink = AIOKafkaConsumer(ground.sealed, **ground.kafka.kwargs(), auto_offset_reset="earliest")
    producer = AIOKafkaProducer(**ground.kafka.kwargs())
    await asyncio.gather(sink.start(), producer.start())

    async def send() -> None:
        key, value, headers = fact()
        begun[key] = time.perf_counter()
        await producer.send(ground.facts, value, key=key, headers=headers)

    async def feed() -> None:
        for _ in range(count):
            await send()
            await asyncio.sleep(pauses.expovariate(rate))

    try:
        async with running(ground), asyncio.timeout(count / rate * 4 + 60):
            for _ in range(_WARM_UP):
                await send()
                await sink.getone()
            feeding = asyncio.create_task(feed())
            while len(taken) < count:
                record = await sink.getone()
                taken.append((time.perf_counter() - begun[record.key or b""]) * 1e3)
            await feeding
    finally:
        await asyncio.gather(sink.stop(), producer.stop())
    return sorted(taken)
