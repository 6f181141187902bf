"""What a store that fails is turned into: who is to try again, who is not, and when it is left alone."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from hashlib import sha256

import pytest

from contracts.refs import DocumentRef
from mesh.errors import ResourceDown, Transient
from mesh.objects import MinioObjects, ObjectMissing, Tampered

REF = DocumentRef(bucket="documents", key="a/b", sha256=sha256(b"genuine").hexdigest(), size=7, media_type="text/plain")


def _answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def _error(status: str, code: str) -> bytes:
    body = f"<Error><Code>{code}</Code><Message>no</Message><Resource>/</Resource></Error>".encode()
    return _answer(status, body, "Content-Type: application/xml")


class Misbehaving:
    """A server that gives the same answer to every request, or none."""

    def __init__(self) -> None:
        self.answer: bytes | None = None
        self.requests = 0
        self.port = 0
        self._release = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            if self.answer is None:
                await self._release.wait()
            else:
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def end(self) -> None:
        self._release.set()


@pytest.fixture
async def server() -> AsyncGenerator[Misbehaving]:
    misbehaving = Misbehaving()
    listening = await asyncio.start_server(misbehaving.serve, "127.0.0.1", 0)
    misbehaving.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield misbehaving
        misbehaving.end()


@pytest.fixture
async def store(server: Misbehaving) -> AsyncGenerator[MinioObjects]:
    objects = MinioObjects(f"http://127.0.0.1:{server.port}", "user", "secret", read_seconds=0.3)
    yield objects
    await objects.close()


@pytest.mark.parametrize(
    "answer",
    [
        _error("503 Slow Down", "SlowDown"),
        _error("500 Internal Server Error", "InternalError"),
        _error("507 Insufficient Storage", "XMinioStorageFull"),
        _error("403 Forbidden", "InvalidAccessKeyId"),
        _answer("502 Bad Gateway", b"<html>bad gateway</html>", "Content-Type: text/html"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ngen",
        b"not HTTP at all\r\n\r\n",
        b"",
    ],
    ids=["slow down", "internal error", "disk full", "credentials", "proxy", "cut off", "not HTTP", "hung up"],
)
async def test_a_store_that_is_no_service_is_down(server: Misbehaving, store: MinioObjects, answer: bytes) -> None:
    server.answer = answer
    for attempt in (lambda: store.read(REF), lambda: store.put("documents", "a", b"x", "text/plain")):
        with pytest.raises(ResourceDown, match="objects"):
            await attempt()


async def test_a_store_that_never_answers_is_down(store: MinioObjects) -> None:
    with pytest.raises(ResourceDown, match="no answer within"):
        await store.read(REF)


async def test_nobody_listening_is_down() -> None:
    objects = MinioObjects("http://127.0.0.1:1", "user", "secret")
    with pytest.raises(ResourceDown):
        await objects.ready("documents")
    await objects.close()


async def test_a_request_is_made_once_since_the_ladder_above_repeats_it(
    server: Misbehaving, store: MinioObjects
) -> None:
    server.answer = _error("503 Slow Down", "SlowDown")
    with pytest.raises(ResourceDown):
        await store.read(REF)
    assert server.requests == 1


async def test_a_store_that_is_down_is_soon_left_alone(server: Misbehaving, store: MinioObjects) -> None:
    server.answer = _error("503 Slow Down", "SlowDown")
    for _ in range(5):
        with pytest.raises(ResourceDown):
            await store.read(REF)
    assert store.breaker.state == "open"
    assert server.requests == 3


async def test_a_refusal_that_concerns_one_object_opens_no_breaker(server: Misbehaving, store: MinioObjects) -> None:
    server.answer = _error("403 Forbidden", "AccessDenied")
    for _ in range(5):
        with pytest.raises(Transient, match="AccessDenied") as refused:
            await store.read(REF)
        assert not isinstance(refused.value, ResourceDown)
    assert store.breaker.state == "closed"


async def test_a_missing_object_opens_no_breaker(server: Misbehaving, store: MinioObjects) -> None:
    server.answer = _error("404 Not Found", "NoSuchKey")
    for _ in range(5):
        with pytest.raises(ObjectMissing):
            await store.read(REF)
    assert store.breaker.state == "closed"


@pytest.mark.parametrize("body", [b"forgery", b"genuin", b"genuine and more", b"x" * 10_000_000])
async def test_other_bytes_are_tampering(server: Misbehaving, store: MinioObjects, body: bytes) -> None:
    server.answer = _answer("200 OK", body)
    with pytest.raises(Tampered):
        await store.read(REF)


async def test_the_genuine_bytes_are_given(server: Misbehaving, store: MinioObjects) -> None:
    server.answer = _answer("200 OK", b"genuine")
    assert await store.read(REF) == b"genuine"


async def test_an_upload_whose_abort_fails_too_still_says_why_it_failed(
    server: Misbehaving, store: MinioObjects
) -> None:
    begun = b"<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"
    server.answer = _answer("200 OK", begun, "Content-Type: application/xml")

    async def breaks_off() -> AsyncIterator[bytes]:
        yield b"x" * 6_000_000
        server.answer = _error("503 Slow Down", "SlowDown")
        raise ConnectionResetError("the client went away")

    with pytest.raises(ConnectionResetError):
        await store.stream("documents", "a", breaks_off(), "text/plain", limit=10_000_000)


@pytest.mark.parametrize(
    "endpoint", ["", "127.0.0.1:9000", "ftp://127.0.0.1:9000", "http://", "http://127.0.0.1:9000/bucket"]
)
def test_an_address_that_is_no_address_is_refused_at_once(endpoint: str) -> None:
    make: Callable[[], MinioObjects] = lambda: MinioObjects(endpoint, "user", "secret")  # noqa: E731 - typed for raises
    with pytest.raises(ValueError, match="object store's address"):
        make()
