"""Facts that ended without effect: kept whole, grouped by fingerprint, until an operator redrives or discards them."""

import contextlib
import uuid
from typing import Any
from uuid import UUID

from contracts.topics import dlq_topic
from mesh import audit, inbox, outbox, parking
from mesh.errors import Conflict, NotFound, Poison, Undone
from mesh.handlers import Handlers
from mesh.records import RawRecord, Received, decode
from mesh.transaction import Transaction

_NAMESPACE = uuid.UUID("6f1f4b1e-8a0c-5b0e-9d55-2f6c1f8f4a11")


def letter_id(consumer: str, record: RawRecord) -> UUID:
    """The id of the letter about one record: reading the record twice writes one letter."""
    return uuid.uuid5(_NAMESPACE, f"{consumer}/{record.topic}/{record.partition}/{record.offset}")


async def write(
    tx: Transaction,
    consumer: str,
    record: RawRecord,
    received: Received[Any] | None,
    error: Undone,
    *,
    attempts: int,
    first_at: Any = None,
) -> None:
    """Keep a record as a dead letter, in the table and on the dead-letter topic."""
    fingerprint = parking.fingerprint(error)
    written = await tx.value(
        """insert into dead_letter (id, consumer, event_id, event_type, subject, fingerprint, error_class, error,
        attempts,
            first_at, topic, part, off, msg_key, headers, payload)
        values (:id, :consumer, :event_id, :event_type, :subject, :fingerprint, :error_class, :error, :attempts,
            coalesce(:first_at, now()), :topic, :part, :off, :key, cast(:headers as jsonb), :payload)
        on conflict (id) do update set state = 'open', last_at = now(), attempts = excluded.attempts, error =
        excluded.error,
            fingerprint = excluded.fingerprint
        returning id""",
        id=letter_id(consumer, record),
        consumer=consumer,
        event_id=received.envelope.id if received else None,
        event_type=received.envelope.type if received else record.header("ce_type"),
        subject=received.envelope.subject if received else None,
        fingerprint=fingerprint,
        error_class=type(error).__name__,
        error=str(error),
        attempts=attempts,
        first_at=first_at,
        topic=record.topic,
        part=record.partition,
        off=record.offset,
        key=record.key,
        headers=parking.headers_json(record),
        payload=record.value,
    )
    headers = {name: value.decode(errors="replace") for name, value in record.headers} | {
        "dlq-id": str(written),
        "dlq-topic": record.topic,
        "dlq-partition": str(record.partition),
        "dlq-offset": str(record.offset),
        "dlq-consumer": consumer,
        "dlq-attempts": str(attempts),
        "dlq-fingerprint": fingerprint,
        "dlq-error-class": type(error).__name__,
    }
    await outbox.forward(tx, dlq_topic(tx.service), record.key, headers, record.value)


async def _open_letter(tx: Transaction, letter: UUID) -> Any:
    row = await tx.row("select * from dead_letter where id = :id for update", id=letter)
    if row is None:
        raise NotFound("NO_SUCH_DEAD_LETTER", f"There is no dead letter {letter} here.")
    if row["state"] != "open":
        raise Conflict("DEAD_LETTER_CLOSED", f"This dead letter was {row['state']} before.")
    return row


async def redrive(tx: Transaction, letter: UUID, *, actor: str, reason: str) -> None:
    """Try the fact again, at the place in its key's queue where it stood."""
    row = await _open_letter(tx, letter)
    if row["event_id"] is None:
        raise Conflict("DEAD_LETTER_UNREADABLE", "This record carries no readable fact; it can only be discarded.")
    await tx.execute(
        """update dead_letter set state = 'redriven', redrives = redrives + 1, by_user = :actor, reason = :reason
        where id = :id""",
        id=letter,
        actor=actor,
        reason=reason,
    )
    await inbox.settle(tx, row["consumer"], row["event_id"], "parked", was=("dead",))
    await parking.unblock(tx, row["consumer"], row["event_id"], retry=True)
    audit.note(tx, actor=actor, action="dead_letter.redrive", subject=str(letter), detail={"reason": reason})


async def discard(tx: Transaction, letter: UUID, handlers: Handlers[Any], env: Any, *, actor: str, reason: str) -> None:
    """End the fact for good; what the service says follows (for a submission: `invoice.failed`, OPERATOR_DISCARDED)."""
    row = await _open_letter(tx, letter)
    await tx.execute(
        "update dead_letter set state = 'discarded', by_user = :actor, reason = :reason where id = :id",
        id=letter,
        actor=actor,
        reason=reason,
    )
    if row["event_id"] is not None:
        await inbox.settle(tx, row["consumer"], row["event_id"], "discarded", was=("dead",))
        await parking.unblock(tx, row["consumer"], row["event_id"], retry=False)
        follow = handlers.on_discard(row["event_type"])
        if follow is not None:
            with contextlib.suppress(Poison):  # what cannot be read says nothing that could follow
                await follow(tx, decode(parking.as_record(row)), env)
    audit.note(tx, actor=actor, action="dead_letter.discard", subject=str(letter), detail={"reason": reason})
