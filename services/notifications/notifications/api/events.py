"""`GET /v1/events`: the feed as it grows, as server-sent events (WHATWG HTML, §9.2)."""

import time
from collections.abc import AsyncGenerator
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from mesh.auth import CurrentPrincipal
from mesh.errors import TooMany
from mesh.principal import Principal
from mesh.problems import responses
from notifications.api import access
from notifications.api.access import CurrentEnv
from notifications.api.feed import MAX_POSITION, shown
from notifications.env import Env
from notifications.store import feed

routes = APIRouter(prefix="/v1/events", tags=["feed"])

LONGEST: Final = 300.0
"""Seconds after which a stream ends; the browser connects again, with a fresh token, and misses nothing."""
HEARTBEAT: Final = 15.0
_RIGHTS: Final = 3.0
"""Seconds between looks at whether the token still counts: rights change within five."""
_BATCH: Final = 200


@routes.get(
    "",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, **responses(TooMany)},
)
async def stream_events(
    principal: CurrentPrincipal,
    env: CurrentEnv,
    invoice_id: Annotated[UUID | None, Query(description="Only items about this invoice")] = None,
    after: Annotated[
        int | None, Query(ge=0, le=MAX_POSITION, description="Start after this position; absent: now")
    ] = None,
    last_event_id: Annotated[str | None, Header(pattern=r"^[0-9]{1,18}$")] = None,
) -> StreamingResponse:
    """Items of the acting company as they come: `id` is the position, `event` the type, `data` the feed's item.

    `Last-Event-ID` wins over `after`. The stream ends after five minutes, and when the token does.
    """
    access.may_read(principal)
    env.news.room(principal.actor)
    start = int(last_event_id) if last_event_id else after
    return StreamingResponse(
        _events(env, principal, start, invoice_id),
        media_type="text/event-stream",
        headers={"cache-control": "no-store"},
    )


async def _events(env: Env, principal: Principal, start: int | None, invoice_id: UUID | None) -> AsyncGenerator[bytes]:
    with env.news.stream(principal.actor):
        now = time.monotonic()
        ends = now + min(LONGEST, principal.expires_at.timestamp() - time.time())
        heard = checked = now
        async with env.api.transaction(principal.tenants) as tx:
            last = await feed.last_position_of(tx, principal.company_id)
        at = last if start is None else min(start, last)
        yield b"retry: 2000\n\n"
        while now < ends:
            rows, at, more = await _read(env, principal, at, invoice_id)
            for row in rows:
                yield row
            now = time.monotonic()
            heard = now if rows else heard
            if now - checked >= _RIGHTS:
                if not await _still_counts(env, principal):
                    return
                checked = now
            if now - heard >= HEARTBEAT:
                yield b":\n\n"
                heard = now
            if not more:
                await env.news.wait(principal.company_id, at, min(_RIGHTS, max(ends - now, 0.0)))
                now = time.monotonic()


async def _read(env: Env, principal: Principal, at: int, invoice_id: UUID | None) -> tuple[list[bytes], int, bool]:
    """Events after a position, the position that was looked up to, and whether there are more."""
    async with env.api.transaction(principal.tenants) as tx:
        last = await feed.last_position_of(tx, principal.company_id)
        found = (
            await feed.after(tx, principal.company_id, at, _BATCH, invoice_id=invoice_id, upto=last)
            if last > at
            else []
        )
    more = len(found) == _BATCH
    events = [
        f"id: {row['position']}\nevent: {row['type']}\ndata: {shown(row).model_dump_json()}\n\n".encode()
        for row in found
    ]
    return events, found[-1]["position"] if more else max(last, at), more


async def _still_counts(env: Env, principal: Principal) -> bool:
    since = await env.valid_from(principal)
    return since is None or principal.issued_at >= since
