"""PutObject on kept connections of the event loop: a third of what the client in a thread costs (ADR 0014)."""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, cast
from urllib.parse import quote, urlsplit

import httptools

_PORTS: Final = {"http": 80, "https": 443}
_REGION: Final = "us-east-1"
_CONNECT_SECONDS: Final = 2.0
_SLOWEST: Final = 1_000_000
"""Bytes a second that a body may take on its way, beside the time for the answer."""
_IDLE_SECONDS: Final = 10.0
"""Stores close what lies idle (MinIO after 30 s); a request must not meet a connection that is being closed."""
_MOST_TOLD: Final = 64 * 1024
"""A longer answer to a PutObject is none of a store."""


@dataclass
class Answer:
    """What the store said: `headers` by lower-case name; `body` is empty unless it refuses."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


class _Connection(asyncio.Protocol):
    """One connection, one exchange at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.kept = False
        """Whether another exchange may follow on it."""
        self.kept_since = 0.0
        """By the loop's clock."""
        self._answer = Answer()
        self._awaited: asyncio.Future[Answer] | None = None
        self._parser = httptools.HttpResponseParser(self)

    async def exchange(self, head: bytes, body: bytes) -> Answer:
        """Raises ConnectionError when the connection breaks or what comes is no HTTP."""
        assert self.transport is not None
        self.kept, self._answer = False, Answer()
        self._parser = httptools.HttpResponseParser(self)
        self._awaited = asyncio.get_running_loop().create_future()
        self.transport.writelines((head, body))
        return await self._awaited

    def close(self) -> None:
        self.kept = False
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.kept = False
        self._failed(ConnectionResetError(f"the store closed the connection: {exc or 'no reason given'}"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._failed(ConnectionError(f"{type(error).__name__}: {error}"))
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._answer.body += body
        if len(self._answer.body) > _MOST_TOLD:
            self._failed(ConnectionError("the answer is too long for a store's"))
            self.close()

    def on_message_complete(self) -> None:
        self._answer.status = self._parser.get_status_code()
        if self._answer.status < 200:  # 100 Continue and the like: the answer is still to come
            self._answer = Answer()
            return
        self.kept, self.kept_since = self._parser.should_keep_alive(), asyncio.get_running_loop().time()
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(self._answer)

    def _failed(self, error: Exception) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(error)


class Putting:
    """Puts objects into one store over at most `connections`, each of one event loop. It never repeats a request."""

    def __init__(
        self, endpoint: str, access_key: str, secret_key: str, *, connections: int, read_seconds: float
    ) -> None:
        self._address = urlsplit(endpoint)
        self._host = self._address.netloc
        self._peer = (self._address.hostname or "", self._address.port or _PORTS[self._address.scheme])
        self._access_key, self._secret_key = access_key, secret_key
        self._day_key = ("", b"")
        self._ssl = ssl.create_default_context() if self._address.scheme == "https" else None
        self._read_seconds = read_seconds
        self._connections = connections
        self._places = asyncio.Semaphore(connections)
        self._idle: list[_Connection] = []

    async def put(self, bucket: str, key: str, data: bytes, sha256: str, headers: Mapping[str, str]) -> Answer:
        """One PutObject with exactly these headers.

        Raises OSError when nobody listens, nothing comes in time, or what comes is no HTTP.
        """
        path = f"/{bucket}/{quote(key, safe='/~')}"
        head = self._head(path, len(data), sha256, headers)
        async with self._places:
            connection = await self._connected()
            try:
                async with asyncio.timeout(self._read_seconds + len(data) / _SLOWEST):
                    answer = await connection.exchange(head, data)
            except TimeoutError:
                raise TimeoutError(f"ReadTimeout: no answer in {self._read_seconds} s") from None
            finally:
                # Whatever ended the exchange early, its answer must not be taken for that of the next one.
                if connection.kept:
                    self._idle.append(connection)
                else:
                    connection.close()
            return answer

    async def close(self) -> None:
        """Wait for the exchanges under way, and close what is kept."""
        for _ in range(self._connections):
            await self._places.acquire()
        while self._idle:
            self._idle.pop().close()
        await asyncio.sleep(0)  # the loop closes the sockets

    def _head(self, path: str, size: int, sha256: str, headers: Mapping[str, str]) -> bytes:
        """The request up to its body, signed (AWS Signature Version 4, header `Authorization`)."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        told = {**headers, "Host": self._host, "x-amz-content-sha256": sha256, "x-amz-date": now}
        signed = sorted((name.lower(), " ".join(value.split())) for name, value in told.items())
        names = ";".join(name for name, _ in signed)
        canonical = "\n".join(["PUT", path, "", *(f"{name}:{value}" for name, value in signed), "", names, sha256])
        scope = f"{now[:8]}/{_REGION}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = _hmac(self._key(now[:8]), text).hex()
        credential = f"Credential={self._access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        lines = [f"PUT {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
        return "\r\n".join(
            [*lines, f"Authorization: AWS4-HMAC-SHA256 {credential}", f"Content-Length: {size}", "", ""]
        ).encode("latin-1")

    def _key(self, day: str) -> bytes:
        """The key of a day, which is the same for all of its requests."""
        if self._day_key[0] != day:
            key = f"AWS4{self._secret_key}".encode()
            for part in (day, _REGION, "s3", "aws4_request"):
                key = _hmac(key, part)
            self._day_key = day, key
        return self._day_key[1]

    async def _connected(self) -> _Connection:
        loop = asyncio.get_running_loop()
        while self._idle:
            connection = self._idle.pop()
            if connection.kept and loop.time() - connection.kept_since < _IDLE_SECONDS:
                return connection
            connection.close()
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                _, connection = await loop.create_connection(_Connection, *self._peer, ssl=self._ssl)
        except TimeoutError:
            raise TimeoutError(f"ConnectTimeout: nobody answered in {_CONNECT_SECONDS} s") from None
        return connection


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
