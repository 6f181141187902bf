"""Tries parked facts again when they are due.

One process at a time (a lease), since a key's facts must keep their order.
"""

import asyncio
import contextlib

import structlog

from mesh.hop import Hop, Systemic, store_is_away
from mesh.leases import Lease

log = structlog.get_logger(__name__)
_TICK_SECONDS = 0.25
_IDLE_SECONDS = 5.0
"""How late a fact is first tried again that another process parked."""


class Retrier:
    """The background task of a service that works its parked facts off."""

    def __init__(self, hop: Hop, *, holder: str) -> None:
        self._hop = hop
        self._lease = Lease(hop.database, f"parked/{hop.consumer}", holder)
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """End after the facts under way."""
        self._stop.set()

    async def run(self) -> None:
        """Work until stopped; a database that is away is waited out."""
        while not self._stop.is_set():
            try:
                while await self._lease.take() and await self._hop.retry_parked():
                    if self._stop.is_set():
                        return
                if not self._lease.held:
                    self._hop.waiting.clear()  # another process works them off
            except Systemic as error:
                log.error("retries_stopped", error=str(error))
                await self._sleep(10.0)
            except Exception as error:
                if not store_is_away(error):
                    raise
                log.warning("retrier_waits", error=str(error))
                await self._sleep(1.0)
            await self._rest()

    async def _rest(self) -> None:
        """Look again soon while something waits; else when something is parked here, or now and then for the others."""
        if self._hop.waiting.is_set():
            await self._sleep(_TICK_SECONDS)
            return
        ends = [asyncio.create_task(event.wait()) for event in (self._hop.waiting, self._stop)]
        await asyncio.wait(ends, timeout=_IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
