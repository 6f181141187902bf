"""A webhook's other side: a real HTTP server that keeps what it got and answers what the test says."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Endpoint:
    """A server at a port of this machine; `answer` may be replaced between requests."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens, without TLS."""
        return f"http://127.0.0.1:{self.port}/hooks"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        try:
            self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            self.bodies.append(await reader.readexactly(int(self.header("content-length"))))
            await self.answer(writer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away, as some tests want
        finally:
            writer.close()

    def header(self, name: str, request: int = -1) -> str:
        """A header of a request, the last one unless said otherwise."""
        lines = (line.partition(":") for line in self.heads[request].splitlines()[1:])
        return next(value.strip() for key, _, value in lines if key.lower() == name)

    def signed(self, request: int = -1) -> dict[str, str]:
        """The headers that the official library verifies."""
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        return {name: self.header(name, request) for name in names}


@asynccontextmanager
async def endpoint(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Endpoint]:
    """A running server."""
    made = Endpoint(answer)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def says(status: str, body: bytes = b"", headers: str = "") -> Answer:
    """An answer such as `204 No Content`."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{headers}\r\n".encode() + body)

    return answer
