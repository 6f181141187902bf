"""A refusal is final once the service has read what was told before it was asked.

Services read the same topics, each at its own pace: who was told of an invoice by one may ask another that reads of it
a moment later. A refusal that a fact under way could lift (`Refusal.may_be_stale`) makes the service read on to where
its topics ended when it refused; then the request is answered anew.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from aiokafka.errors import KafkaError
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from mesh.consumer import Consumer
from mesh.errors import Refusal, Unavailable

_PATIENCE: Final = 5.0
"""Seconds; a busy service reads everything in one. Clients wait for an answer for 15."""


class Freshness:
    """How far a service is with its topics, asked once for all that wait."""

    def __init__(self, consumers: Sequence[Consumer]) -> None:
        self._consumers = consumers
        self._asking = asyncio.Lock()
        self._current_at = 0.0

    async def reach(self) -> bool:
        """Whether all that was told before this call is read, after some seconds at most.

        Raises KafkaError, OSError or TimeoutError when Kafka does not say how much that is.
        """
        asked = time.monotonic()
        async with self._asking:
            began = time.monotonic()
            if self._current_at < asked:
                if not all([await consumer.read_on(asked + _PATIENCE) for consumer in self._consumers]):
                    return False
                self._current_at = began
        return True


class FreshRoute(APIRoute):
    """A route that refuses nothing for want of news. Its body must fit in memory: what is streamed is read once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_anew(request: Request) -> Response:
            try:
                return await handle(request)
            except Refusal as refusal:
                if not refusal.may_be_stale:
                    raise
                await _settled(request, refusal)
            return await handle(request)

        return handle_anew


async def _settled(request: Request, refusal: Refusal) -> None:
    freshness: Freshness | None = getattr(request.app.state, "freshness", None)
    if freshness is None:
        raise refusal
    try:
        current = await freshness.reach()
    except (KafkaError, OSError, TimeoutError):
        raise refusal from None  # nobody can be told anything new while Kafka is away
    if not current:
        raise Unavailable(
            "NOT_CURRENT",
            f"This service is still reading what happened before; so far its answer is {refusal.code}. Nothing was "
            "done. Try again.",
            retry_after=2,
        )
