"""`/v1/archive/heads`: the signed heads of the log, for whoever keeps them outside and compares."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from archive.domain import merkle
from archive.env import Env
from archive.errors import bad_range, no_such_head
from archive.store import log
from mesh.auth import CurrentIdentity
from mesh.bodies import Output
from mesh.errors import Invalid, NotFound
from mesh.problems import responses

routes = APIRouter(prefix="/v1/archive/heads", tags=["archive"])
_MOST = 2**63 - 1
"""Largest size that the database can count."""


class Head(Output):
    """A signed head; `jws` is a compact JWS over `{size, root, signed_at}`."""

    size: int
    root: str
    signed_at: datetime
    jws: str


class Heads(Output):
    """Heads, newest first, and the public keys (JWK) that signed them."""

    heads: list[Head]
    keys: list[dict[str, Any]]


class Consistency(Output):
    """That the log of `second` entries begins with the log of `first` entries (RFC 6962, §2.1.2)."""

    first: int
    second: int
    first_root: str
    second_root: str
    proof: list[str]


@routes.get("")
async def log_heads(
    request: Request,
    _: CurrentIdentity,
    before: Annotated[int | None, Query(ge=1, le=_MOST, description="Only heads smaller than this")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Heads:
    """The signed heads of the log. It is one log for the installation; leaves name tenants by hash."""
    env: Env = request.app.state.env
    async with env.api.transaction([]) as tx:
        rows = await log.heads(tx, limit, before)
    heads = [Head(size=r["size"], root=bytes(r["root"]).hex(), signed_at=r["signed_at"], jws=r["jws"]) for r in rows]
    return Heads(heads=heads, keys=await env.key.public())


@routes.get("/consistency", responses=responses(NotFound, Invalid))
async def log_consistency(
    request: Request,
    _: CurrentIdentity,
    first: Annotated[int, Query(ge=1, le=_MOST)],
    second: Annotated[int, Query(ge=1, le=_MOST)],
) -> Consistency:
    """Proof that nothing was changed or removed between two heads."""
    if first > second:
        raise bad_range("`first` is larger than `second`; exchange them.")
    env: Env = request.app.state.env
    async with env.api.transaction([]) as tx:
        sides = [await log.head(tx, size) for size in (first, second)]
        for size, head in zip((first, second), sides, strict=True):
            if head is None:
                raise no_such_head(size)
        path = await log.proof(tx, merkle.consistency(first, second))
    roots = [bytes(head["root"]).hex() for head in sides if head]
    return Consistency(
        first=first, second=second, first_root=roots[0], second_root=roots[1], proof=[value.hex() for value in path]
    )
