"""A service's part behind the gateway: it says what it received. Streams and uploads are steered by the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.filters import EXCHANGE_PATH, JWKS_PATH
from gateway.testing.identity import Identity

PORTAL_PAGE = "<!doctype html><title>Navette</title>" + "navette " * 1000


@dataclass
class Echo:
    """What the services share: `beat` lets streams go on, `upload_began` is set by the first byte of a body."""

    identity: Identity
    beat: asyncio.Event = field(default_factory=asyncio.Event)
    upload_began: asyncio.Event = field(default_factory=asyncio.Event)
    requests: int = 0

    async def answer(self, service: str, request: Request) -> Response:
        """JSON of service, method, path, headers, claims and size of the body; a stream for `/v1/events`."""
        self.requests += 1
        if request.url.path.endswith("/events"):
            return StreamingResponse(self._events(), media_type="text/event-stream")
        if service == "portal":
            return Response(PORTAL_PAGE, media_type="text/html", headers={"cache-control": "public, max-age=60"})
        seen = {
            "service": service,
            "method": request.method,
            "path": request.url.path,
            "headers": dict(request.headers),
            "claims": self.identity.claims(request.headers.get("authorization", "")),
            "size": await self._size(request),
        }
        return JSONResponse(seen, headers={"server": "echo"})

    async def _size(self, request: Request) -> int:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            self.upload_began.set()
        return size

    async def _events(self) -> AsyncIterator[bytes]:
        yield b": hello\n\n"
        await self.beat.wait()
        yield b"data: beat\n\n"


def service(name: str, echo: Echo) -> ASGIApp:
    """One service's application. Registration's also exchanges cookies and shows its keys."""
    identity = echo.identity

    async def respond(request: Request) -> Response:
        if name == "registration" and request.url.path.startswith(f"{EXCHANGE_PATH}/"):
            return await identity.exchange(request)
        if name == "registration" and request.url.path == JWKS_PATH:
            return identity.jwks()
        return await echo.answer(name, request)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientDisconnect):
            response = await respond(Request(scope, receive))
            await response(scope, receive, send)

    return app
