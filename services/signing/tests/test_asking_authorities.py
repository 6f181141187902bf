"""Authorities over HTTP may be slow, gone or hostile, and a seal waits for them no longer than it was told to."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from signing.errors import TsaUnavailable
from signing.sealer.authorities import MAX_RESPONSE, TimeStampAuthority
from signing.sealer.posting import Posting

WAIT = 0.2
Answer = Callable[[asyncio.WriteTransport], None]


class Served:
    """Answers as it is told to; what it was sent, and over which connections."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.connections: list[asyncio.WriteTransport] = []
        self.requests: list[bytes] = []
        self.ended: list[asyncio.Event] = []


class Connection(asyncio.Protocol):
    """One connection: each request of a body that comes whole is answered."""

    def __init__(self, served: Served) -> None:
        self._served, self._read = served, b""
        self._ended = asyncio.Event()
        served.ended.append(self._ended)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._served.connections.append(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended.set()

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if end and len(body) == int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            self._served.requests.append(self._read)
            self._read = b""
            self._served.answer(self._transport)


@asynccontextmanager
async def served(answer: Answer) -> AsyncGenerator[tuple[Served, TimeStampAuthority]]:
    found, posting = Served(answer), Posting(WAIT)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(found), "127.0.0.1")
    found_at = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield found, TimeStampAuthority(f"http://me:s3cret@{found_at}/tsa", posting.post)
    finally:
        await posting.close()
        server.close()
        for connection in found.connections:
            connection.abort()
        await asyncio.gather(*(ended.wait() for ended in found.ended))


def saying(answer: bytes) -> Answer:
    return lambda connection: connection.write(answer)


def with_body(body: bytes, status: bytes = b"200 OK", more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\n%bcontent-length: %d\r\n\r\n%b" % (status, more, len(body), body)


def silence(_: asyncio.WriteTransport) -> None:
    """Reads, and says nothing."""


def trickle(connection: asyncio.WriteTransport) -> None:
    """Something comes in time, again and again, and never all of it."""
    connection.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    for number in range(100):
        asyncio.get_running_loop().call_later(number * WAIT / 4, connection.write, b".")


async def test_one_connection_serves_many_requests_and_its_answer_comes_whole() -> None:
    in_parts = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
    async with served(saying(in_parts)) as (server, authority):
        assert [await authority.stamp(b"first"), await authority.stamp(b"second")] == [b"abcdefg"] * 2
    assert len(server.connections) == 1
    assert [request.rpartition(b"\r\n\r\n")[2] for request in server.requests] == [b"first", b"second"]
    assert all(b"content-type: application/timestamp-query" in request.lower() for request in server.requests)
    assert all(b"authorization: basic bwu6cznjcmv0" in request.lower() for request in server.requests)


@pytest.mark.parametrize("answer", [silence, trickle], ids=["silent", "endless"])
async def test_an_authority_that_keeps_us_waiting_is_given_up(answer: Answer) -> None:
    async with served(answer) as (_, authority):
        begun = monotonic()
        with pytest.raises(TsaUnavailable, match="Timeout"):
            await authority.stamp(b"")
        assert monotonic() - begun < 10 * WAIT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (with_body(b"x" * (MAX_RESPONSE + 1)), "more than 65536 bytes"),
        (with_body(b"no", b"503 Service Unavailable"), "answered 503"),
        (with_body(b"", b"302 Found", b"location: http://127.0.0.1:1/\r\n"), "answered 302"),
        (b"this is no HTTP\r\n\r\n", "ClientResponseError"),
    ],
    ids=["too long", "unwell", "elsewhere", "no HTTP"],
)
async def test_an_answer_that_is_none_is_told_without_the_address(answer: bytes, words: str) -> None:
    async with served(saying(answer)) as (_, authority):
        with pytest.raises(TsaUnavailable, match=words) as told:
            await authority.stamp(b"")
    assert str(told.value).startswith(authority.name)
    assert "s3cret" not in str(told.value)


async def test_nobody_at_home_and_a_connection_that_breaks_are_told() -> None:
    async with served(lambda connection: connection.abort()) as (_, authority):
        with pytest.raises(TsaUnavailable, match=r"ClientOSError|ServerDisconnectedError"):
            await authority.stamp(b"")
    posting = Posting(WAIT)
    with pytest.raises(TsaUnavailable, match=r"^127\.0\.0\.1:9: ClientConnectorError$"):
        await TimeStampAuthority("http://127.0.0.1:9/tsa", posting.post).stamp(b"")
    await posting.close()
