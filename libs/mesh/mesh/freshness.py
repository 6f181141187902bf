"""A refusal is final once the service has read what others could have told before it was asked.

Services read the same topics, each at its own pace: who was told of an invoice by one may ask another that reads of it
a moment later. A refusal that a fact under way could lift (`Refusal.may_be_stale`) makes the service read on to where
its topics ended when it refused; then the request is answered anew. What is parked counts as read.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from mesh import positions
from mesh.consumer import Consumer, ends
from mesh.errors import Refusal, Unavailable
from mesh.hop import Hop
from mesh.kafka import KafkaConnection

log = structlog.get_logger(__name__)
_PATIENCE: Final = 4.0
"""Seconds; a busy service reads everything in one. Who comes during a look waits for two, clients for 15 seconds."""
_ENDS_SECONDS: Final = 2.0
_AGAIN_SECONDS: Final = 1.0


class State(Enum):
    """Whether what was told before is read; UNKNOWN while Kafka does not say how much that is."""

    CURRENT = "current"
    BEHIND = "behind"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Look:
    began: float
    seen: "asyncio.Task[State]"


class Freshness:
    """How far a service is with its topics. Who asks while another one is answered shares that look, or the next."""

    def __init__(self, hop: Hop, kafka: KafkaConnection, consumers: Sequence[Consumer]) -> None:
        self._hop = hop
        self._kafka = kafka
        self._consumers = consumers
        self._topics = tuple(topic for consumer in consumers for topic in consumer.topics)
        self._client: AIOKafkaConsumer | None = None
        self._look: _Look | None = None

    async def run(self) -> None:
        """Keep a connection that fetches nothing: on the readers' own, a question would wait for their long poll."""
        while True:
            client = AIOKafkaConsumer(*self._topics, **self._kafka.kwargs(), enable_auto_commit=False)
            try:
                await client.start()
                client.pause(*client.assignment())
                self._client = client
                await asyncio.Event().wait()
            except (KafkaError, OSError) as error:
                log.info("freshness_waits", error=str(error))
            finally:
                self._client = None
                await client.stop()
            await asyncio.sleep(_AGAIN_SECONDS)

    async def reach(self) -> State:
        """Read on to where the topics end at this call, for some seconds at most."""
        asked = time.monotonic()
        while True:
            if self._look is None or self._look.seen.done():
                self._look = _Look(time.monotonic(), asyncio.create_task(self._seen()))
            look = self._look
            state = await asyncio.shield(look.seen)  # it is not ours alone
            if look.began >= asked or state is not State.CURRENT:
                return state

    async def _seen(self) -> State:
        if self._client is None:
            return State.BEHIND
        deadline = time.monotonic() + _PATIENCE
        try:
            async with asyncio.timeout(_ENDS_SECONDS):
                wanted = await ends(self._client, self._topics)
        except (KafkaError, OSError, TimeoutError):
            return State.UNKNOWN
        while True:
            async with self._hop.database.autocommit() as tx:
                if await positions.reached(tx, self._hop.consumer, wanted):
                    return State.CURRENT
            if time.monotonic() > deadline or any(consumer.problem for consumer in self._consumers):
                return State.BEHIND
            await asyncio.sleep(0.05)


class FreshRoute(APIRoute):
    """A route that refuses nothing for want of news. Its body must fit in memory: what is streamed is read once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_anew(request: Request) -> Response:
            try:
                return await handle(request)
            except Refusal as refusal:
                await settled(request, refusal)
            return await handle(request)

        return handle_anew


async def read_on(request: Request) -> None:
    """Read on as far as a client waits for, before something is reported as missing that news may bring."""
    freshness: Freshness | None = getattr(request.app.state, "freshness", None)
    if freshness is not None:
        await freshness.reach()


async def settled(request: Request, refusal: Refusal) -> None:
    """Wait until what made us refuse is not for want of news: then it is worth to try once more.

    Raises the refusal when news could not lift it, or nobody knows; Unavailable (`NOT_CURRENT`) when there is more to
    read than a client waits for.
    """
    freshness: Freshness | None = getattr(request.app.state, "freshness", None)
    if freshness is None or not refusal.may_be_stale:
        raise refusal
    match await freshness.reach():
        case State.CURRENT:
            return
        case State.UNKNOWN:
            raise refusal
        case State.BEHIND:
            raise Unavailable(
                "NOT_CURRENT",
                f"This service is still reading what happened before; so far its answer is {refusal.code}. Nothing was "
                "done. Try again.",
                retry_after=2,
            )
