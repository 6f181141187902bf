"""POST with aiohttp over kept connections: two are made for every seal, so what one costs counts."""

import ssl
from collections.abc import Mapping
from typing import Final

import aiohttp
import httpx

_CONNECTIONS: Final = 32
_IDLE_SECONDS: Final = 4.0
"""Servers close what lies idle, some after 5 s; a request must not meet a connection that is being closed."""


class Posting:
    """Posts from one event loop. Redirects are not followed, cookies not kept, and no proxy is asked."""

    def __init__(self, wait_seconds: float) -> None:
        """Connecting may take so long, each part of the answer too, and all of it twice that."""
        self._timeout = aiohttp.ClientTimeout(2 * wait_seconds, sock_connect=wait_seconds, sock_read=wait_seconds)
        self._made: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], limit: int) -> tuple[int, bytes]:
        """The status and the first `limit` bytes of the answer.

        Raises OSError when nobody listens, nothing comes in time, or what comes is no HTTP; its text may be told, as it
        leaves the address out.
        """
        try:
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=self._timeout
            ) as response:
                answer = bytearray()
                while len(answer) < limit and (more := await response.content.read(limit - len(answer))):
                    answer += more
                return response.status, bytes(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConnectionError(type(error).__name__) from None

    async def close(self) -> None:
        """Close what is kept."""
        if self._made is not None:
            await self._made.close()

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._made is None:  # a session belongs to the loop that runs when it is made
            trusted: ssl.SSLContext = httpx.create_ssl_context(trust_env=False)
            self._made = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE_SECONDS, ssl=trusted),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._made
