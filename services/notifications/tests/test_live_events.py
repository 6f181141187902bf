"""The live stream over a real HTTP server: nothing skipped, nothing of others, ended in time."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
import uvicorn

from contracts.registration import Role
from notifications import live
from notifications.live import MOST_STREAMS, News
from notifications.testing.running import Running
from notifications.testing.trade import Trade

pytestmark = pytest.mark.connected


@asynccontextmanager
async def served(running: Running) -> AsyncGenerator[str]:
    """The application at a port of this machine, with the job that looks for news."""
    config = uvicorn.Config(running.app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    looking = asyncio.create_task(running.env.news.run())
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await serving
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


@asynccontextmanager
async def stream(
    url: str, headers: dict[str, str], query: str = ""
) -> AsyncGenerator[AsyncIterator[tuple[int, dict[str, Any]]]]:
    """Positions and items of an open stream."""

    async def events(lines: AsyncIterator[str]) -> AsyncGenerator[tuple[int, dict[str, Any]]]:
        position = 0
        async for line in lines:
            if line.startswith("id: "):
                position = int(line[4:])
            if line.startswith("data: "):
                yield position, orjson.loads(line[6:])

    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client,
        client.stream("GET", f"/v1/events{query}") as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert (await anext(lines)).startswith("retry:")  # from here on nothing is missed
        yield events(lines)


def _headers(running: Running, company_id: UUID, **token: Any) -> dict[str, str]:
    given = running.issuer.token("notifications", {company_id: [Role.VIEWER]}, subject=uuid4(), **token)
    return {"authorization": f"Bearer {given}"}


async def test_items_come_live_to_their_company_and_to_nobody_else(running: Running) -> None:
    trade, other = Trade(), Trade()
    async with (
        served(running) as url,
        stream(url, _headers(running, trade.supplier)) as mine,
        stream(url, _headers(running, other.supplier)) as theirs,
    ):
        await running.handle(*trade.up_to_archived(), *other.up_to_archived())
        await running.number()
        for events, expected in ((mine, trade), (theirs, other)):
            got = [await anext(events) for _ in range(3)]
            assert [item["type"] for _, item in got] == ["invoice.validated", "invoice.sealed", "invoice.archived"]
            assert {item["data"]["invoice_id"] for _, item in got} == {str(expected.invoice)}
            assert all(position == item["position"] for position, item in got)


async def test_a_stream_goes_on_after_the_last_event_id(running: Running) -> None:
    trade = Trade()
    await running.handle(*trade.up_to_archived())
    await running.number()
    async with served(running) as url:
        headers = _headers(running, trade.supplier)
        async with stream(url, headers, "?after=0") as events:
            first, _ = await anext(events)
        async with stream(url, headers | {"last-event-id": str(first)}, "?after=0") as events:
            rest = [(await anext(events))[1]["type"] for _ in range(2)]
        assert rest == ["invoice.sealed", "invoice.archived"]


async def test_a_stream_can_be_about_one_invoice(running: Running) -> None:
    trade = Trade()
    other = Trade(supplier=trade.supplier, buyer=trade.buyer)
    async with (
        served(running) as url,
        stream(url, _headers(running, trade.supplier), f"?invoice_id={other.invoice}") as events,
    ):
        await running.handle(*trade.up_to_archived(), *other.up_to_archived())
        await running.number()
        got = [(await anext(events))[1]["data"]["invoice_id"] for _ in range(3)]
    assert got == [str(other.invoice)] * 3


async def test_items_that_another_process_numbered_come_too(running: Running) -> None:
    trade = Trade()
    async with served(running) as url, stream(url, _headers(running, trade.supplier)) as events:
        ours = running.env.news
        object.__setattr__(running.env, "news", News(running.env.pipeline))  # the numbering process rings elsewhere
        await running.handle(trade.submitted(), trade.validated())
        await running.number()
        object.__setattr__(running.env, "news", ours)
        assert (await anext(events))[1]["type"] == "invoice.validated"


async def test_more_news_than_one_look_takes_reaches_everybody_at_once(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK", 1)
    monkeypatch.setattr(live, "POLL_SECONDS", 60)
    monkeypatch.setattr(sys.modules["notifications.api.events"], "_RIGHTS", 60)  # else each stream looks for itself
    trades = [Trade() for _ in range(3)]
    async with served(running) as url, AsyncExitStack() as open_streams:
        opened = [
            await open_streams.enter_async_context(stream(url, _headers(running, trade.supplier))) for trade in trades
        ]
        for trade in trades:
            await running.handle(trade.submitted(), trade.validated())
        await running.number()
        async with asyncio.timeout(20):
            assert [(await anext(each))[1]["type"] for each in opened] == ["invoice.validated"] * 3


async def test_a_stream_ends_when_its_token_does(running: Running) -> None:
    async with served(running) as url, stream(url, _headers(running, uuid4(), life=1.5)) as events:
        assert [item async for item in events] == []


async def test_a_stream_ends_when_rights_change(running: Running) -> None:
    changed: list[datetime] = []

    async def valid_from(_: object) -> datetime | None:
        return changed[-1] if changed else None

    object.__setattr__(running.env, "valid_from", valid_from)
    async with served(running) as url, stream(url, _headers(running, uuid4())) as events:
        changed.append(datetime.now(UTC) + timedelta(seconds=1))
        assert [item async for item in events] == []


async def test_one_person_has_a_bounded_number_of_streams(running: Running) -> None:
    news = running.env.news
    company_id, user_id = uuid4(), uuid4()
    with ExitStack() as stack:
        for _ in range(MOST_STREAMS):
            stack.enter_context(news.stream(f"user:{user_id}"))
        async with running.person(company_id, Role.VIEWER, user_id=user_id) as http:
            answer = await http.get("/v1/events")
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_STREAMS")


@pytest.mark.parametrize("value", ["-1", "x", "9" * 30])
async def test_a_bad_last_event_id_is_refused(running: Running, value: str) -> None:
    async with running.person(uuid4(), Role.VIEWER) as http:
        answer = await http.get("/v1/events", headers={"last-event-id": value})
    assert answer.status_code == 422
