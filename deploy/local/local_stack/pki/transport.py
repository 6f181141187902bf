"""The PKI as an HTTP transport inside the process: for tests, without a port."""

from collections import Counter
from collections.abc import Mapping

import httpx

from local_stack.pki.layout import Layout
from local_stack.pki.server import application


class PkiTransport(httpx.AsyncBaseTransport):
    """Answers as the server would, under any host. Paths beginning with one of `down` don't answer; `asked` counts all.

    `aliases` gives other paths to the same address, for a second time-stamping authority for example.
    """

    def __init__(self, layout: Layout, aliases: dict[str, str] | None = None) -> None:
        self.down: set[str] = set()
        self.asked: Counter[str] = Counter()
        self._aliases = aliases or {}
        self._served = httpx.ASGITransport(app=application(layout))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked[path] += 1
        if any(path.startswith(prefix) for prefix in self.down):
            raise httpx.ConnectError("nobody answers", request=request)
        url = request.url.copy_with(path=self._aliases.get(path, path))
        body = await request.aread()
        return await self._served.handle_async_request(
            httpx.Request(request.method, url, headers=request.headers, content=body)
        )


class Poster:
    """Asks through a transport as signing asks authorities: address, body, headers, limit in; status and answer out."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str], limit: int) -> tuple[int, bytes]:
        try:
            asked = httpx.Request("POST", url, headers=headers, content=body)
            response = await self._transport.handle_async_request(asked)
        except httpx.TransportError as error:
            raise ConnectionError(type(error).__name__) from error
        return response.status_code, (await response.aread())[:limit]
