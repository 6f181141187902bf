"""PutObject and GetObject from the event loop: half of what the client in a thread costs (ADR 0015)."""

import hashlib
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
_NOTHING: Final = hashlib.sha256().hexdigest()
_REFUSED: Final = 300
"""From this status on the body is an error document."""
_LONGEST_REFUSAL: Final = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What the store said: `headers` by name in any case; `body` is what it gives, or why it refuses."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class S3Http:
    """Puts objects into one store and reads them, over at most `connections`, each of one event loop."""

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
        body = data if len(data) <= _AT_ONCE else io.BytesIO(data)
        return await self._asked("PUT", _path(bucket, key), "", sha256, headers, len(data), body)

    async def get(self, bucket: str, key: str, version_id: str | None, limit: int) -> Answer:
        """The first `limit` bytes of an object. Raises as `put` does."""
        query = f"versionId={quote(version_id, safe='')}" if version_id else ""
        return await self._asked("GET", _path(bucket, key), query, _NOTHING, {}, limit)

    async def _asked(
        self,
        method: str,
        path: str,
        query: str,
        sha256: str,
        headers: Mapping[str, str],
        size: int,
        body: bytes | io.BytesIO | None = None,
    ) -> Answer:
        """One request whose body or answer has `size` bytes at most."""
        address = URL.build(
            scheme=self._address.scheme, authority=self._address.netloc, path=path, query_string=query, encoded=True
        )
        timeout = aiohttp.ClientTimeout(self._read_seconds + size / _SLOWEST, sock_connect=_CONNECT_SECONDS)
        signed = self._signed(method, path, query, sha256, headers)
        try:
            async with self._session.request(
                method, address, data=body, headers=signed, allow_redirects=False, timeout=timeout
            ) as response:
                limit = size if method == "GET" and response.status < _REFUSED else _LONGEST_REFUSAL
                return Answer(response.status, response.headers, await _read(response.content, limit))
        except TimeoutError as error:
            raise TimeoutError(f"no answer within {timeout.total:.1f} s") from error
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
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
            )
        return self._made

    def _signed(self, method: str, path: str, query: str, sha256: str, headers: Mapping[str, str]) -> dict[str, str]:
        now = datetime.now(UTC)
        told: dict[str, str | list[str] | tuple[str]] = {
            **headers,
            "Host": self._address.netloc,
            "x-amz-content-sha256": sha256,
            "x-amz-date": to_amz_date(now),
        }
        signed = sign_v4_s3(
            method=method,
            url=SplitResult(self._address.scheme, self._address.netloc, path, query, ""),
            region=_REGION,
            headers=told,
            credentials=self._credentials,
            content_sha256=sha256,
            date=now,
        )
        return {name: str(value) for name, value in signed.items()}


def _path(bucket: str, key: str) -> str:
    return f"/{bucket}/{quote(key, safe='/~')}"


async def _read(content: aiohttp.StreamReader, limit: int) -> bytes:
    data = bytearray()
    while len(data) < limit and (more := await content.read(limit - len(data))):
        data += more
    return bytes(data)
