"""`GET /v1/feed`: everything a company is told, in one order, for programs that ask from time to time."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import RowMapping

from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Invalid
from mesh.problems import responses
from notifications import delivering
from notifications.api import access
from notifications.api.access import CurrentEnv
from notifications.errors import ahead_of_feed
from notifications.store import feed

routes = APIRouter(prefix="/v1/feed", tags=["feed"])
MAX_POSITION: Final = 2**63 - 1


class FeedItem(Output):
    """Something the company is told; webhooks and `/v1/events` carry the same object.

    `data` holds codes and parameters by `type`; decimals are strings, texts are the reader's. New types and fields may
    come at any time.
    """

    id: UUID
    position: int
    type: str
    subject: UUID
    timestamp: datetime
    data: dict[str, Any]


class Feed(Output):
    """Items in order. Ask again with `after` = `next`: that also says that these were read."""

    items: list[FeedItem]
    next: int
    more: bool
    """Whether there are further items now."""


def shown(row: RowMapping) -> FeedItem:
    """A stored item as everybody gets it."""
    return FeedItem(
        id=row["id"],
        position=row["position"],
        type=row["type"],
        subject=row["subject"],
        timestamp=row["occurred_at"],
        data=row["data"],
    )


@routes.get("", responses=responses(Invalid))
async def read_feed(
    principal: CurrentPrincipal,
    env: CurrentEnv,
    after: Annotated[
        int, Query(ge=0, le=MAX_POSITION, description="`next` of the answer before; 0: from the start")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Feed:
    """Items after a position.

    Positions are one series for the installation: yours rise, with gaps where others were told something. A machine
    client of a buyer whose channel is the feed acknowledges by `after`: invoices up to there count as delivered.
    """
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await feed.after(tx, principal.company_id, after, limit + 1)
        if not rows:
            last = await feed.last_position_of(tx, principal.company_id)
            if after > last:
                raise ahead_of_feed(last)
        if principal.kind == "client":
            await delivering.read(tx, principal.company_id, after, env.clock.now())
    items = [shown(row) for row in rows[:limit]]
    return Feed(items=items, next=items[-1].position if items else after, more=len(rows) > limit)
