"""Keeps evidence records complete and alive: one token a batch of new deposits, one token a renewal of many batches.

What is covered in a batch: the originals that came since the last one, and the newest signed head, by which every entry
of the log, statuses among them, is time-stamped too.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Gauge
from sqlalchemy.exc import DBAPIError

from archive.domain.evidence.hash_tree import Group, HashTree
from archive.domain.evidence.record import ArchiveTimeStamp, encode
from archive.domain.evidence.token import Token, TokenRefused
from archive.env import Env
from archive.store import evidence
from archive.store.evidence import Item, KeptToken
from archive.timestamping import sha256
from contracts.ids import new_id
from mesh.errors import ResourceDown
from mesh.leases import Lease
from mesh.telemetry import REGISTRY
from mesh.transaction import Transaction

LARGEST_BATCH: Final = 10_000
_EVERY: Final = 20.0
_LONGEST_PAUSE: Final = 3600.0
log = structlog.get_logger(__name__)
_UNKNOWN: Final = float("nan")
waiting: Final = Gauge(
    "navette_archive_without_evidence", "Archived originals that no evidence record covers", registry=REGISTRY
)
waiting_seconds: Final = Gauge(
    "navette_archive_evidence_waiting_seconds", "How long the oldest entry has waited for evidence", registry=REGISTRY
)
ending: Final = Gauge(
    "navette_archive_evidence_days", "Days until the first unrenewed time-stamp's certificate ends", registry=REGISTRY
)


@dataclass(frozen=True)
class Renewal:
    """What a renewal did: tokens that were renewed, batches and the reasons why others were not."""

    tokens: int
    batches: int
    refused: tuple[str, ...]


@dataclass
class Pause:
    """How long work that fails is left alone: twice as long (s) after each failure in a row, an hour at most.

    A token is bought before the lists that it needs are fetched: without a pause, each attempt would cost one.
    """

    now: Callable[[], float] = time.monotonic
    seconds: float = 0.0
    until: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the work may be tried."""
        return self.now() >= self.until

    def begin(self) -> None:
        """An attempt begins, and with it the pause that follows unless it succeeds."""
        self.seconds = min(max(_EVERY, self.seconds * 2), _LONGEST_PAUSE)
        self.until = self.now() + self.seconds

    def succeeded(self) -> None:
        """No pause any more."""
        self.seconds = self.until = 0.0


async def stamp_batch(env: Env) -> int:
    """Cover what has no evidence, at most `LARGEST_BATCH` deposits; returns how many. Raises ResourceDown."""
    async with env.pipeline.transaction() as tx:
        rows = await evidence.waiting(tx, LARGEST_BATCH)
        head = await evidence.newest_head(tx)
    items = [Item(bytes.fromhex(row["sha256"]), entry_id=row["id"]) for row in rows]
    if head is not None:
        items.append(Item(sha256(head["jws"].encode()), head_size=head["size"]))
    if not items:
        return 0
    tree = await asyncio.to_thread(HashTree, [(item.digest,) for item in items])
    token, authority = await env.stamps.stamp(tree.root)
    async with env.pipeline.transaction() as tx:
        covers = rows[-1]["leaf_index"] if rows else -1
        await evidence.add_batch(tx, new_id(), items, _kept(token, authority), covers=covers)
    log.info("evidence_made", deposits=len(rows), authority=authority)
    return len(rows)


async def renew(env: Env, before: datetime | None) -> Renewal:
    """Renew tokens whose certificate ends before a moment, all without one (RFC 4998, §5.2). Raises ResourceDown.

    A token that does not hold any more, or whose authority gives no list now, is left as it is, and named: a new
    time-stamp would not heal it, and the others do not wait for it.
    """
    async with env.pipeline.transaction() as tx:
        due = await evidence.last_tokens(tx, before)
    renewed: dict[UUID, Token] = {}
    refused: list[str] = []
    for kept in due:
        try:
            renewed[kept.id] = await env.stamps.with_lists(Token.read(kept.token), env.clock.now())
        except (ResourceDown, TokenRefused) as error:
            refused.append(f"{kept.id}: {error}")
            log.error("evidence_cannot_be_renewed", token=str(kept.id), error=str(error))
    if not renewed:
        return Renewal(0, 0, tuple(refused))
    async with env.pipeline.transaction() as tx:
        chains = await evidence.chains(tx, list(renewed))
        known = await evidence.digests(tx, list({each for _, tokens in chains for each in tokens}))
    known |= {token_id: sha256(token.der) for token_id, token in renewed.items()}
    groups: list[Group] = [tuple(known[each] for each in tokens) for _, tokens in chains]
    tree = await asyncio.to_thread(HashTree, groups)
    token, authority = await env.stamps.stamp(tree.root)
    async with env.pipeline.transaction() as tx:
        for token_id, with_lists in renewed.items():
            await evidence.give_lists(tx, token_id, with_lists.der, known[token_id])
        await evidence.add_token(tx, _kept(token, authority), [(batch, len(tokens) + 1) for batch, tokens in chains])
    log.info("evidence_renewed", tokens=len(renewed), batches=len(chains), authority=authority)
    return Renewal(len(renewed), len(chains), tuple(refused))


async def record_of(tx: Transaction, *, entry_id: UUID | None = None, head_size: int | None = None) -> bytes | None:
    """The evidence record (DER) of an entry's original or of a head; None while no batch covers it."""
    place = await evidence.place_of(tx, entry_id=entry_id, head_size=head_size)
    if place is None:
        return None
    chain: list[ArchiveTimeStamp] = []
    for kept, position in await evidence.tokens_of(tx, place["batch_id"]):
        if chain:
            reduced = HashTree(await evidence.groups_of_renewal(tx, kept.id)).reduced(position)
        else:
            reduced = HashTree(await evidence.groups_of_batch(tx, place["batch_id"])).reduced(place["position"])
        chain.append(ArchiveTimeStamp(reduced, kept.token))
    return encode(chain)


def worker(env: Env, lease: Lease, *, every: timedelta, renew_before: timedelta) -> Callable[[], Awaitable[None]]:
    """An endless task that makes batches when their time has come and renews what ends."""

    batches, renewals = Pause(), Pause()  # what cannot be renewed does not hold up new evidence

    async def run() -> None:
        while True:
            try:
                if await lease.take():
                    await step(env, every, renew_before, batches, renewals)
                else:
                    forget()
            except (DBAPIError, OSError, ResourceDown) as error:
                log.warning("evidence_waits", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_EVERY)

    return run


def forget() -> None:
    """Another instance knows how things stand: this one says nothing, least of all what it knew."""
    for gauge in (waiting, waiting_seconds, ending):
        gauge.set(_UNKNOWN)


forget()


async def step(env: Env, every: timedelta, renew_before: timedelta, batches: Pause, renewals: Pause) -> None:
    """Make the batch and do the renewal whose time has come, unless it paused. Raises ResourceDown."""
    now = env.clock.now()
    async with env.pipeline.transaction() as tx:
        count = await evidence.count_waiting(tx)
        standing = await evidence.standing(tx)
    since = min((each for each in (count["since"], count["statuses_since"]) if each), default=None)
    waiting.set(count["deposits"])
    waiting_seconds.set((now - since).total_seconds() if since else 0)
    ending.set((standing[0]["expires_at"] - now) / timedelta(days=1) if standing else _UNKNOWN)
    if not env.stamps.is_configured:
        return
    is_due = count["deposits"] >= LARGEST_BATCH or (since is not None and now - since >= every)
    if is_due and batches.is_over:
        batches.begin()
        await stamp_batch(env)
        batches.succeeded()
    if standing and standing[0]["expires_at"] < now + renew_before and renewals.is_over:
        renewals.begin()
        if not (await renew(env, now + renew_before)).refused:
            renewals.succeeded()


def _kept(token: Token, authority: str) -> KeptToken:
    return KeptToken(
        id=new_id(),
        token=token.der,
        sha256=sha256(token.der),
        authority=authority,
        stamped_at=token.at,
        expires_at=token.signer.not_valid_after_utc,
    )
