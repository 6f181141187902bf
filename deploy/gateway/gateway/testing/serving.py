"""Applications on ports of this machine, inside the test's own event loop, so that a test can stop and start them."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp


class _Embedded(uvicorn.Server):
    """A server that leaves the process's signals to pytest."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@dataclass
class Served:
    """One application on one port."""

    app: ASGIApp
    port: int
    _server: _Embedded | None = None
    _running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when the port answers."""
        # the socket is made here: a port just closed may still be in TIME_WAIT
        listening = socket.create_server(("127.0.0.1", self.port))
        config = uvicorn.Config(self.app, log_level="error", lifespan="off", ws="none", timeout_keep_alive=75)
        self._server = _Embedded(config)
        self._running = asyncio.create_task(self._server.serve([listening]))
        await self._server.listening.wait()

    async def stop(self) -> None:
        """Ends it at once, open connections included."""
        assert self._server is not None
        assert self._running is not None
        self._server.should_exit = self._server.force_exit = True
        await self._running

    @asynccontextmanager
    async def up(self) -> AsyncGenerator["Served", None]:
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    @asynccontextmanager
    async def down(self) -> AsyncGenerator[None, None]:
        """Stopped for the length of a block."""
        await self.stop()
        try:
            yield
        finally:
            await self.start()


def free_ports(names: Sequence[str]) -> dict[str, int]:
    """A port of this machine for each name; all are free at the same time."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in names]
        for free in held:
            free.bind(("127.0.0.1", 0))
        return {name: free.getsockname()[1] for name, free in zip(names, held, strict=True)}
