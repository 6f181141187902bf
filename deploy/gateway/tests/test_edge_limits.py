"""Sizes and rates: what is too much is refused early and clearly, what is large is never held here."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from contracts import limits
from gateway.testing.edge import EGCTL, LIMITED, LIMITED_CALLS, Edge

pytestmark = pytest.mark.connected
own_file = pytest.mark.skipif(bool(EGCTL), reason="only in the file for one Envoy")


def client_of(edge: Edge, version: str) -> httpx.AsyncClient:
    return edge.http if version == "HTTP/1.1" else edge.http2


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("who", ["browser", "machine"])
async def test_a_body_over_the_limit_of_a_buffered_route_is_refused_at_once(edge: Edge, version: str, who: str) -> None:
    credentials = edge.session() | edge.own if who == "browser" else edge.bearer()
    before = edge.echo.requests
    answer = await client_of(edge, version).post(
        "/v1/templates", headers=credentials, content=b"x" * (limits.JSON_BODY + 100_000)
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert answer.http_version == version
    assert edge.echo.requests == before


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/2"])
async def test_a_body_at_the_limit_of_a_buffered_route_passes(edge: Edge, version: str) -> None:
    body = b"x" * (limits.JSON_BODY - 1)
    answer = await client_of(edge, version).post("/v1/templates", headers=edge.session() | edge.own, content=body)
    assert answer.json()["size"] == len(body)


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("path", ["/v1/invoices", "/v1/orders", "/v1/checks"])
async def test_a_document_of_the_largest_size_passes(edge: Edge, version: str, path: str) -> None:
    body = b"x" * limits.DOCUMENT_BODY
    answer = await client_of(edge, version).post(path, headers=edge.session() | edge.own, content=body)
    assert answer.json()["size"] == len(body)


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/2"])
async def test_an_upload_reaches_the_service_while_it_is_still_being_sent(edge: Edge, version: str) -> None:
    edge.echo.upload_began.clear()
    before = edge.identity.exchanged_bytes

    async def body() -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        await edge.echo.upload_began.wait()
        yield b"y" * 5_000_000

    answer = await client_of(edge, version).post("/v1/uploads", headers=edge.session() | edge.own, content=body())
    assert answer.json()["size"] == 5_100_000
    assert edge.identity.exchanged_bytes == before


async def test_an_upload_of_the_largest_size_passes(edge: Edge) -> None:
    body = b"x" * limits.UPLOAD_BODY
    answer = await edge.http.post("/v1/uploads", headers=edge.session() | edge.own, content=body)
    assert answer.json()["size"] == len(body)


async def status_before_the_body(edge: Edge, *headers: str) -> int:
    """The answer to an upload of which one byte is sent and the rest never comes."""
    trust = ssl.create_default_context(cafile=str(edge.certificate))
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.ports["gateway"], ssl=trust)
    try:
        head = ["POST /v1/uploads HTTP/1.1", f"host: 127.0.0.1:{edge.ports['gateway']}", *headers, "", "x"]
        writer.write("\r\n".join(head).encode())
        async with asyncio.timeout(20):
            return int((await reader.readline()).split()[1])
    finally:
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()


@own_file
async def test_a_request_that_announces_too_much_is_refused_unread(edge: Edge) -> None:
    authorization = f"authorization: {edge.bearer()['authorization']}"
    before = edge.echo.requests
    assert await status_before_the_body(edge, authorization, f"content-length: {limits.UPLOAD_BODY + 1}") == 413
    assert edge.echo.requests == before


async def test_a_stranger_cannot_make_the_gateway_read_an_upload(edge: Edge) -> None:
    before = edge.echo.requests
    assert await status_before_the_body(edge, f"content-length: {limits.UPLOAD_BODY}") == 401
    assert edge.echo.requests == before


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/2"])
async def test_events_arrive_one_by_one(edge: Edge, version: str) -> None:
    edge.echo.beat.clear()
    async with client_of(edge, version).stream("GET", "/v1/events", headers=edge.session()) as answer:
        chunks = answer.aiter_bytes()
        assert await anext(chunks) == b": hello\n\n"
        edge.echo.beat.set()
        assert await anext(chunks) == b"data: beat\n\n"


async def test_the_progress_of_a_replay_is_a_stream_too(edge: Edge) -> None:
    edge.echo.beat.clear()
    path = "/v1/ops/signing/replays/7/events"
    async with edge.http.stream("GET", path, headers=edge.bearer("signing")) as answer:
        assert await anext(answer.aiter_bytes()) == b": hello\n\n"


@own_file
async def test_guessing_is_slowed_down_and_reading_is_not(edge: Edge) -> None:
    answers = [await edge.http.post(LIMITED) for _ in range(LIMITED_CALLS + 1)]
    assert [answer.status_code for answer in answers] == [200] * LIMITED_CALLS + [429]
    assert answers[-1].json()["code"] == "RATE_LIMITED"
    assert answers[-1].headers["retry-after"] == "1"
    assert (await edge.http.get(LIMITED)).status_code == 200


async def test_too_many_headers_are_refused(edge: Edge) -> None:
    headers = {f"x-{number}": "1" for number in range(80)}
    assert (await edge.http.get("/v1/session", headers=headers)).status_code == 431
