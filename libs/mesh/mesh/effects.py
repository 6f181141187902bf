"""Calls to the outside that must happen once: payments, filings with an authority.

Each call is fenced by a business key in the table `effect`, for example `filing:FR:018f…`, not by the fact that asked:
another fact may ask for the same. The row is claimed and committed before the call, so a crash leaves a trace.

    claimed ──▶ done      its answer is given again to whoever asks
            ──▶ failed    nothing happened outside (NotPerformed): the call may be made again
            ──▶ unknown   crash or time-out, it may have happened: ask the other side, or a person decides

Webhooks and mails are not fenced: they go at least once, with an id that stays the same.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import RowMapping

from mesh import crash, schema
from mesh.db import Database, jsonb
from mesh.errors import NavetteError, Poison, Transient
from mesh.transaction import Transaction

State = Literal["claimed", "done", "unknown", "failed"]
Answer = Mapping[str, Any]

CLAIM_SECONDS: Final = 120
"""After this long without an outcome the claimant is taken for dead, and what it did for unknown."""

_TABLE: Final = """
create table effect (
    effect_key text primary key, kind text not null, request_hash bytea not null,
    state text not null check (state in ('claimed', 'done', 'unknown', 'failed')),
    response jsonb, event_id uuid, note text, at timestamptz not null default now(),
    check ((state = 'done') = (response is not null))
)"""
_UNSETTLED: Final = "create index effect_unsettled on effect (at) where state in ('claimed', 'unknown')"


class NotPerformed(NavetteError):
    """Raised by a call to say that nothing happened outside: no connection was made, or the other side refused.

    Everything else that a call raises leaves the effect `unknown`.
    """


class EffectUnknown(Poison):
    """The call may have been made, and nobody could tell: a person must look and `settle` it."""


class EffectDiffers(Poison):
    """Another request stands under the same business key; one of the two is wrong."""


class EffectSuppressed(Poison):
    """A replay asked for a call that was never made, and no second person allowed replays to make calls."""


@dataclass(frozen=True)
class Effect:
    """One row of `effect`; `response` is there when it is done, `note` tells why it is not."""

    key: str
    kind: str
    state: State
    response: Answer | None
    event_id: UUID | None
    note: str | None
    at: datetime


def tables(service: str) -> list[str]:
    """DDL of the fence, for a migration of a service that has such calls. A record: backed up, never rebuilt."""
    _, api, pipeline = schema.roles(service)
    return [
        _TABLE.strip(),
        _UNSETTLED,
        schema.projection_or_record("effect", "record"),
        "revoke all on effect from public",
        f"grant select, insert, update on effect to {pipeline}",
        f"grant select, update on effect to {api}",
    ]


class Effects:
    """The fence of one service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def once(
        self,
        key: str,
        *,
        kind: str,
        request: bytes,
        call: Callable[[], Awaitable[Answer]],
        ask: Callable[[], Awaitable[Answer | None]] | None = None,
        event_id: UUID | None = None,
        replaying: bool = False,
    ) -> Answer:
        """Make a call unless it was made, and give its answer: the same one each time.

        `call` gets no transaction and should carry `key` as its idempotency key. `request` is what it sends; only its
        digest is kept. `ask` asks the other side what became of a call whose outcome is unknown; None means it never
        happened.
        `replaying` makes no call and gives only answers that are known.

        Raises Transient while somebody else makes the call, or after NotPerformed; EffectUnknown, EffectDiffers and
        EffectSuppressed; and whatever `ask` raises.
        """
        digest = hashlib.sha256(request).digest()
        standing = await self._claim(key, kind, digest, event_id, replaying=replaying)
        if standing is None:
            return await self._perform(key, call)
        if standing.state == "done" and standing.response is not None:
            return standing.response
        if standing.state == "claimed":
            raise Transient(f"effect {key}: somebody else is making this call")
        if standing.state == "failed":
            raise EffectSuppressed(f"effect {key} did not happen, and a replay makes no calls")
        return await self._clear_up(key, call, ask, replaying=replaying)

    async def find(self, key: str) -> Effect | None:
        """What is known about a key."""
        async with self._database.transaction() as tx:
            row = await tx.row("select * from effect where effect_key = :key", key=key)
        return _effect(row) if row else None

    async def unsettled(self, *, limit: int = 100) -> list[Effect]:
        """Effects whose outcome nobody knows, oldest first; each needs a person or the other side's word."""
        async with self._database.transaction() as tx:
            await self._give_up_on_the_dead(tx)
            rows = await tx.rows("select * from effect where state = 'unknown' order by at limit :limit", limit=limit)
        return [_effect(row) for row in rows]

    async def settle(self, key: str, *, response: Answer | None, note: str) -> None:
        """A person's word about an unknown effect: `response` of what did happen, or None when nothing did.

        Raises EffectDiffers when the effect is not unknown.
        """
        async with self._database.transaction() as tx:
            if not await _move(tx, key, ("unknown",), "failed" if response is None else "done", response, note):
                raise EffectDiffers(f"effect {key} is not unknown, so there is nothing to settle")

    async def _claim(
        self, key: str, kind: str, digest: bytes, event_id: UUID | None, *, replaying: bool
    ) -> Effect | None:
        """None when the call is now ours to make, else what stands."""
        async with self._database.transaction() as tx:
            await self._give_up_on_the_dead(tx, key)
            if not replaying:
                claimed = await tx.value(
                    "insert into effect (effect_key, kind, request_hash, state, event_id) "
                    "values (:key, :kind, :digest, 'claimed', :event_id) "
                    "on conflict (effect_key) do update set state = 'claimed', note = null, at = now() "
                    "where effect.state = 'failed' and effect.request_hash = excluded.request_hash "
                    "returning effect_key",
                    key=key,
                    kind=kind,
                    digest=digest,
                    event_id=event_id,
                )
                if claimed is not None:
                    return None
            row = await tx.row("select * from effect where effect_key = :key", key=key)
        if row is None:
            raise EffectSuppressed(f"effect {key} was never asked for, and a replay makes no calls")
        if bytes(row["request_hash"]) != digest:
            raise EffectDiffers(f"effect {key} was asked for with another request")
        return _effect(row)

    async def _perform(self, key: str, call: Callable[[], Awaitable[Answer]]) -> Answer:
        crash.site("effect.claimed")
        try:
            answer = await call()
        except NotPerformed as error:
            await self._record(key, "failed", None, str(error))
            raise Transient(f"effect {key} was not performed: {error}") from error
        except BaseException as error:
            # A time-out, a lost connection, a cancelled task: the other side may have done it all the same.
            await self._record(key, "unknown", None, f"{type(error).__name__}: {error}")
            if isinstance(error, Exception):
                raise EffectUnknown(f"effect {key} may have happened: {error}") from error
            raise
        crash.site("effect.answered")
        await self._record(key, "done", answer, None)
        return answer

    async def _clear_up(
        self,
        key: str,
        call: Callable[[], Awaitable[Answer]],
        ask: Callable[[], Awaitable[Answer | None]] | None,
        *,
        replaying: bool,
    ) -> Answer:
        if ask is None or replaying:
            raise EffectUnknown(f"effect {key} may have happened: settle it before it is asked for again")
        answer = await ask()
        if answer is not None:
            await self._record(key, "done", answer, "the other side knew it")
            return answer
        async with self._database.transaction() as tx:
            ours = await _move(tx, key, ("unknown",), "claimed", None, "the other side did not know it")
        if not ours:
            raise Transient(f"effect {key}: somebody else cleared it up")
        return await self._perform(key, call)

    async def _record(self, key: str, state: State, response: Answer | None, note: str | None) -> None:
        async with self._database.transaction() as tx:
            # The claimant knows best, even when it was slow and had been given up on.
            await _move(tx, key, ("claimed", "unknown"), state, response, note)

    async def _give_up_on_the_dead(self, tx: Transaction, key: str | None = None) -> None:
        await tx.execute(
            "update effect set state = 'unknown', note = 'its claimant ended without an outcome' "
            "where state = 'claimed' and at < now() - make_interval(secs => :seconds) "
            "and (cast(:key as text) is null or effect_key = :key)",
            seconds=float(CLAIM_SECONDS),
            key=key,
        )


async def _move(
    tx: Transaction, key: str, before: tuple[State, ...], state: State, response: Answer | None, note: str | None
) -> bool:
    moved = await tx.value(
        "update effect set state = :state, response = cast(:response as jsonb), note = :note, at = now() "
        "where effect_key = :key and state = any (cast(:before as text[])) returning effect_key",
        key=key,
        before=list(before),
        state=state,
        response=None if response is None else jsonb(response),
        note=note,
    )
    return moved is not None


def _effect(row: RowMapping) -> Effect:
    return Effect(
        key=row["effect_key"],
        kind=row["kind"],
        state=row["state"],
        response=row["response"],
        event_id=row["event_id"],
        note=row["note"],
        at=row["at"],
    )
