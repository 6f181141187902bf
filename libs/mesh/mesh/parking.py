"""Facts that wait: with their key, in their order, visible, each with its reason. Change the retry delays here.

`waiting` rows are tried again when due; a `blocked` row stands for an open dead letter and keeps its key until an
operator decides.
"""

import random
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from mesh.db import Database
from mesh.errors import CauseUnknown, ResourceDown, Undone
from mesh.records import RawRecord, Received
from mesh.transaction import Transaction

IN_PLACE: Final = (0.05, 0.5, 2.0)
"""Seconds between tries of a Transient before its fact is parked."""
LADDER: Final = tuple(timedelta(seconds=s) for s in (10, 60, 600, 3600, 3600))
"""Waits between the spent attempts of a parked fact; after the last one it is a dead letter."""
_RESOURCE_MAX: Final = timedelta(seconds=15)
_CAUSE_MAX: Final = timedelta(seconds=60)
QUEUED: Final = "queued behind an earlier fact of its key"


def spends_attempt(error: Undone) -> bool:
    """A resource that is down and a cause that has not arrived spend no attempts:
    an hour without them costs nobody a dead letter.
    """
    return not isinstance(error, (ResourceDown, CauseUnknown))


def exhausted(error: Undone, attempts: int) -> bool:
    """Whether a fact that spent `attempts` attempts becomes a dead letter."""
    return spends_attempt(error) and attempts > len(LADDER)


def wait_before_retry(error: Undone, attempts: int, retries: int) -> timedelta:
    """How long a parked fact waits; 20 % jitter keeps a crowd from coming back at once."""
    if isinstance(error, ResourceDown):
        wait = min(timedelta(seconds=2 ** min(retries, 5)), _RESOURCE_MAX)
    elif isinstance(error, CauseUnknown):
        wait = min(timedelta(seconds=0.25 * 2 ** min(retries, 10)), _CAUSE_MAX)
    else:
        wait = LADDER[min(attempts, len(LADDER) - 1)]
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret


def fingerprint(error: BaseException) -> str:
    """Error class and the first line of our own code it came from: triage works a group at a time."""
    frame, place = error.__traceback__, ""
    while frame is not None:
        module = frame.tb_frame.f_globals.get("__name__", "")
        if not module.startswith(("sqlalchemy", "asyncpg", "pydantic", "mesh.hop", "asyncio")):
            place = f"{module}:{frame.tb_frame.f_code.co_name}"
        frame = frame.tb_next
    return f"{type(error).__name__}@{place}" if place else type(error).__name__


async def park(
    tx: Transaction,
    consumer: str,
    received: Received[Any],
    *,
    error: Undone | None,
    state: str = "waiting",
    attempts: int = 0,
) -> None:
    """Add a fact to the end of its key's queue; without an error it only waits for its turn."""
    record = received.record
    wait = wait_before_retry(error, attempts, 0) if error else timedelta(0)
    await tx.execute(
        """insert into parked (consumer, msg_key, event_id, event_type, subject, state, attempts, next_at,
        fingerprint, reason,
            topic, part, off, headers, payload)
        values (:consumer, :key, :event_id, :event_type, :subject, :state, :attempts, now() + :wait, :fingerprint,
        :reason,
            :topic, :part, :off, cast(:headers as jsonb), :payload)""",
        consumer=consumer,
        key=record.key,
        event_id=received.envelope.id,
        event_type=received.envelope.type,
        subject=received.envelope.subject,
        state=state,
        attempts=attempts,
        wait=wait,
        fingerprint=fingerprint(error) if error else "queued",
        reason=str(error) if error else QUEUED,
        topic=record.topic,
        part=record.partition,
        off=record.offset,
        headers=headers_json(record),
        payload=record.value,
    )


async def due(database: Database, consumer: str, limit: int = 50) -> list[RowMapping]:
    """The first parked fact of each key that is due."""
    return await database.once(
        """select * from parked p
        where consumer = :consumer and state = 'waiting' and next_at <= now() and not exists (
            select 1 from parked q where q.consumer = p.consumer and q.msg_key = p.msg_key and q.seq < p.seq)
        order by seq limit :limit""",
        consumer=consumer,
        limit=limit,
    )


async def any_waiting(database: Database, consumer: str) -> bool:
    """Whether a parked fact waits for another try."""
    found = await database.once(
        "select 1 as n from parked where consumer = :consumer and state = 'waiting' limit 1", consumer=consumer
    )
    return bool(found)


async def again(
    tx: Transaction, consumer: str, key: str, seq: int, error: Undone, *, attempts: int, retries: int
) -> None:
    """A parked fact failed again: note why and when it is next due."""
    await tx.execute(
        """update parked set attempts = :attempts, retries = :retries, next_at = now() + :wait, fingerprint =
        :fingerprint,
            reason = :reason where consumer = :consumer and msg_key = :key and seq = :seq""",
        consumer=consumer,
        key=key,
        seq=seq,
        attempts=attempts,
        retries=retries,
        wait=wait_before_retry(error, attempts, retries),
        fingerprint=fingerprint(error),
        reason=str(error),
    )


async def release(tx: Transaction, consumer: str, key: str, seq: int) -> bool:
    """Take a fact out of its queue; False when somebody else did."""
    return (
        await tx.value(
            "delete from parked where consumer = :consumer and msg_key = :key and seq = :seq returning seq",
            consumer=consumer,
            key=key,
            seq=seq,
        )
        is not None
    )


async def block(tx: Transaction, consumer: str, key: str, seq: int, error: Undone) -> None:
    """The fact became a dead letter: it keeps its key until an operator decides."""
    await tx.execute(
        """update parked set state = 'blocked', fingerprint = :fingerprint, reason = :reason
        where consumer = :consumer and msg_key = :key and seq = :seq""",
        consumer=consumer,
        key=key,
        seq=seq,
        fingerprint=fingerprint(error),
        reason=str(error),
    )


async def unblock(tx: Transaction, consumer: str, event_id: UUID, *, retry: bool) -> None:
    """An operator decided on a dead letter: its fact is tried again at once, or leaves its queue."""
    if retry:
        await tx.execute(
            """update parked set state = 'waiting', attempts = 0, retries = 0, next_at = now()
            where consumer = :consumer and event_id = :event_id""",
            consumer=consumer,
            event_id=event_id,
        )
    else:
        await tx.execute(
            "delete from parked where consumer = :consumer and event_id = :event_id",
            consumer=consumer,
            event_id=event_id,
        )


def headers_json(record: RawRecord) -> str:
    """Headers as JSON text; bytes that are no UTF-8 are shown with replacement characters."""
    return orjson.dumps(
        {name: value.decode(errors="replace").replace("\x00", "") for name, value in record.headers}
    ).decode()


def as_record(row: RowMapping) -> RawRecord:
    """The record that a parked or dead row holds."""
    headers: dict[str, str] = row["headers"]
    return RawRecord(
        row["topic"],
        row["part"],
        row["off"],
        row["msg_key"],
        tuple((name, value.encode()) for name, value in headers.items()),
        bytes(row["payload"]),
    )
