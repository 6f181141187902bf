"""PutObject from the event loop: half of what the client in a thread costs (ADR 0015)."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

import aiohttp
from minio.credentials.credentials import Credentials
from minio.signer import sign_v4_s3
from minio.time import to_amz_date
from yarl import URL

_REGION: Final = "us-east-1"
_AT_ONCE: Final = 1024 * 1024
"""Bytes that are given to the socket in one piece; a larger body goes bit by bit and leaves the loop to others."""
_CONNECT_SECONDS: Final = 2.0
_SLOWEST: Final = 1_000_000
"""Bytes a second that a body may take on its way, beside the time for the answer."""
_IDLE_SECONDS: Final = 10.0
"""Stores close what lies idle (MinIO after 30 s); a request must not meet a connection that is being closed."""


@dataclass(frozen=True)
class Answer:
    """What the store said: `headers` by name in any case; `body` is empty unless it refuses."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Putting:
    """Puts objects into one store over at most `connections`, each of one event loop."""

    def __init__(
        self, endpoint: str, access_key: str, secret_key: str, *, connections: int, read_seconds: float
    ) -> None:
        self._address = urlsplit(endpoint)
        self._credentials = Credentials(access_key, secret_key)
        self._read_seconds = read_seconds
        self._connections = connections
        self._made: aiohttp.ClientSession | None = None

    async def put(self, bucket: str, key: str, data: bytes, sha256: str, headers: Mapping[str, str]) -> Answer:
        """One PutObject with exactly these headers, signed (AWS Signature Version 4).

        Raises OSError when nobody listens, nothing comes in time, or what comes is no HTTP.
        """
        path = f"/{bucket}/{quote(key, safe='/~')}"
        url = URL.build(scheme=self._address.scheme, authority=self._address.netloc, path=path, encoded=True)
        timeout = aiohttp.ClientTimeout(self._read_seconds + len(data) / _SLOWEST, sock_connect=_CONNECT_SECONDS)
        signed = self._signed(path, sha256, headers)
        body = data if len(data) <= _AT_ONCE else io.BytesIO(data)
        try:
            async with self._session.put(
                url, data=body, headers=signed, allow_redirects=False, timeout=timeout
            ) as response:
                return Answer(response.status, response.headers, await response.read())
        except aiohttp.ClientError as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Close what is kept; the exchanges under way end first where their callers are waited for."""
        if self._made is not None:
            await self._made.close()

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._made is None:  # a session belongs to the loop that runs when it is made
            self._made = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
            )
        return self._made

    def _signed(self, path: str, sha256: str, headers: Mapping[str, str]) -> dict[str, str]:
        now = datetime.now(UTC)
        told: dict[str, str | list[str] | tuple[str]] = {
            **headers,
            "Host": self._address.netloc,
            "x-amz-content-sha256": sha256,
            "x-amz-date": to_amz_date(now),
        }
        signed = sign_v4_s3(
            method="PUT",
            url=SplitResult(self._address.scheme, self._address.netloc, path, "", ""),
            region=_REGION,
            headers=told,
            credentials=self._credentials,
            content_sha256=sha256,
            date=now,
        )
        return {name: str(value) for name, value in signed.items()}
